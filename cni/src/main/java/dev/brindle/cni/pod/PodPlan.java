// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.pod;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.net.MacAddress;
import dev.brindle.linux.model.LinkSetup;
import dev.brindle.linux.model.Neighbour;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteOwner;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// All that must be in the kernel for one pod: a pair of interfaces, addresses, routes and settings
/// on both sides. No bridge: the pod reaches everything through a gateway that exists nowhere, the
/// host answers for it (proxy ARP, or its link-local address).
///
/// @param addresses /32 and /128
/// @param routes what the pod reaches through its gateways
public record PodPlan(
    String hostInterface,
    String podInterface,
    int mtu,
    List<Cidr> addresses,
    boolean allowIpForwarding,
    List<Cidr> routes) {

  /// The host's side of every pair has this address, so that a pod may be moved or restored.
  public static final MacAddress HOST_MAC = MacAddress.parse("ee:ee:ee:ee:ee:ee");

  /// Made from `HOST_MAC` as RFC 4291 appendix A says.
  public static final InterfaceAddress HOST_LINK_LOCAL =
      InterfaceAddress.parse("fe80::ecee:eeff:feee:eeee/64");

  static final IpAddress GATEWAY_V4 = IpAddress.parse("169.254.1.1");

  /// Calico's normal route priority.
  private static final int METRIC = 1024;

  private static final Cidr DEFAULT_V4 = Cidr.parse("0.0.0.0/0");
  private static final Cidr DEFAULT_V6 = Cidr.parse("::/0");

  /// What a pod reaches that is not told otherwise: everything.
  public static final List<Cidr> DEFAULT_ROUTES = List.of(DEFAULT_V4, DEFAULT_V6);

  public PodPlan {
    addresses = List.copyOf(addresses);
    routes = List.copyOf(routes);
  }

  public boolean has(IpFamily family) {
    return addresses.stream().anyMatch(address -> address.family() == family);
  }

  /// In the pod, in the order to add them: the gateway first, then what leads through it.
  public List<Route> podRoutes() {
    List<Route> planned = new ArrayList<>();
    if (has(IpFamily.IPV4)) {
      planned.add(Route.onDevice(Cidr.host(GATEWAY_V4), RouteOwner.BOOT, podInterface));
    }
    for (Cidr route : routes) {
      IpAddress gateway = route.family() == IpFamily.IPV4 ? GATEWAY_V4 : HOST_LINK_LOCAL.address();
      if (has(route.family())) {
        planned.add(Route.via(route, RouteOwner.BOOT, gateway, podInterface, false));
      }
    }
    return List.copyOf(planned);
  }

  /// In the pod: whose frames the gateway's are. The host would answer for it (proxy ARP), but only
  /// while it has a default route of its own.
  public Optional<Neighbour> gatewayNeighbour() {
    return has(IpFamily.IPV4)
        ? Optional.of(new Neighbour(podInterface, GATEWAY_V4, HOST_MAC))
        : Optional.empty();
  }

  /// On the host: each address is behind the pod's interface. As felix writes them by default, so
  /// that it finds them right.
  public List<Route> hostRoutes() {
    return addresses.stream()
        .map(address -> Route.onDevice(address, RouteOwner.BOOT, hostInterface).withMetric(METRIC))
        .toList();
  }

  /// On the host, after its settings.
  public LinkSetup hostSetup() {
    List<InterfaceAddress> own = has(IpFamily.IPV6) ? List.of(HOST_LINK_LOCAL) : List.of();
    return new LinkSetup(hostInterface, own, List.of(), hostRoutes());
  }

  /// In the pod, after its settings.
  public LinkSetup podSetup() {
    List<InterfaceAddress> own =
        addresses.stream()
            .map(address -> new InterfaceAddress(address.address(), address.length()))
            .toList();
    List<Neighbour> neighbours = gatewayNeighbour().stream().toList();
    return new LinkSetup(podInterface, own, neighbours, podRoutes());
  }

  /// What of it does not depend on which addresses the pod has.
  public PairPlan pair() {
    Set<IpFamily> families =
        addresses.stream().map(Cidr::family).collect(Collectors.toUnmodifiableSet());
    return new PairPlan(hostInterface, podInterface, mtu, families, allowIpForwarding);
  }
}
