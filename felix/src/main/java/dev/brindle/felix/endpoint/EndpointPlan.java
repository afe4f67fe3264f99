// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.endpoint;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.felix.settings.Parameters;
import dev.brindle.felix.settings.Settings;
import dev.brindle.felix.settings.SourceSpoofing;
import dev.brindle.linux.model.Neighbour;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteOwner;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// What one endpoint's interface needs besides policy.
///
/// @param sysctls in the order they are written
/// @param copies settings that are to be as the host has them for new interfaces
/// @param neighbours so that the first packet to the pod need not ask for its MAC address
/// @param bandwidth how much may pass
public record EndpointPlan(
    String device,
    List<Route> routes,
    List<SysctlValue> sysctls,
    List<SysctlCopy> copies,
    List<Neighbour> neighbours,
    Bandwidth bandwidth) {

  public EndpointPlan {
    routes = List.copyOf(routes);
    sysctls = List.copyOf(sysctls);
    copies = List.copyOf(copies);
    neighbours = List.copyOf(neighbours);
  }

  /// @param path below `/proc/sys`
  public record SysctlValue(String path, String value) {}

  /// @param path below `/proc/sys`
  /// @param from where the value is to come from
  public record SysctlCopy(String path, String from) {}

  public static EndpointPlan of(
      WorkloadEndpoint endpoint, Settings settings, Collection<IpFamily> families) {
    WorkloadEndpoint.Spec spec = endpoint.spec();
    String device = spec.interfaceName();
    List<Cidr> networks =
        spec.ipNetworks().stream().filter(net -> families.contains(net.family())).toList();
    List<Neighbour> neighbours =
        spec.mac().stream()
            .flatMap(
                mac ->
                    networks.stream()
                        .map(Cidr::address)
                        .filter(IpAddress::isIpv4)
                        .map(address -> new Neighbour(device, address, mac)))
            .toList();
    boolean mayForge = mayForge(endpoint, settings);
    List<SysctlValue> sysctls = sysctls(device, families);
    if (mayForge) {
      sysctls.add(new SysctlValue(reversePath(device), "0"));
    }
    return new EndpointPlan(
        device,
        networks.stream().map(net -> route(net, device, settings)).toList(),
        sysctls,
        mayForge ? List.of() : List.of(new SysctlCopy(reversePath(device), reversePath("default"))),
        neighbours,
        Bandwidth.of(new QosControls(spec.qosControls())));
  }

  /// Whether it may send from addresses that are not its own. Then the kernel's own reverse path
  /// check, which knows of no exceptions, must not be in the way; ours is.
  public static boolean mayForge(WorkloadEndpoint endpoint, Settings settings) {
    return settings.get(Parameters.WORKLOAD_SOURCE_SPOOFING) == SourceSpoofing.ANY
        && endpoint.spec().allowSpoofedSourcePrefixes().stream()
            .anyMatch(prefix -> prefix.family() == IpFamily.IPV4);
  }

  private static String reversePath(String device) {
    return "net/ipv4/conf/%s/rp_filter".formatted(device);
  }

  private static Route route(Cidr network, String device, Settings settings) {
    boolean isV4 = network.family() == IpFamily.IPV4;
    Optional<IpAddress> source =
        settings.get(
            isV4
                ? Parameters.DEVICE_ROUTE_SOURCE_ADDRESS
                : Parameters.DEVICE_ROUTE_SOURCE_ADDRESS_V6);
    Route route =
        Route.onDevice(
            network, new RouteOwner(settings.get(Parameters.DEVICE_ROUTE_PROTOCOL)), device);
    return new Route(
        route.destination(),
        route.owner(),
        route.type(),
        route.scope(),
        route.table(),
        settings.get(isV4 ? Parameters.IPV4_ROUTE_PRIORITY : Parameters.IPV6_ROUTE_PRIORITY),
        source,
        route.hops());
  }

  /// The pod's gateway is 169.254.1.1, an address nobody has: proxy ARP answers for it, at once
  /// because the proxy's delay is none.
  private static List<SysctlValue> sysctls(String device, Collection<IpFamily> families) {
    List<SysctlValue> values = new ArrayList<>();
    if (families.contains(IpFamily.IPV4)) {
      values.add(new SysctlValue("net/ipv4/conf/%s/route_localnet".formatted(device), "1"));
      values.add(new SysctlValue("net/ipv4/neigh/%s/proxy_delay".formatted(device), "0"));
      values.add(new SysctlValue("net/ipv4/conf/%s/proxy_arp".formatted(device), "1"));
      values.add(new SysctlValue("net/ipv4/conf/%s/forwarding".formatted(device), "1"));
    }
    if (families.contains(IpFamily.IPV6)) {
      values.add(new SysctlValue("net/ipv6/conf/%s/accept_ra".formatted(device), "0"));
      values.add(new SysctlValue("net/ipv6/conf/%s/proxy_ndp".formatted(device), "1"));
      values.add(new SysctlValue("net/ipv6/conf/%s/forwarding".formatted(device), "1"));
    }
    return values;
  }
}
