// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.route;

import dev.brindle.api.label.TextHash;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.net.MacAddress;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.felix.settings.Parameters;
import dev.brindle.felix.settings.Settings;
import dev.brindle.linux.model.ForwardingEntry;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.model.Neighbour;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// The tunnel devices this node needs. A device that is not in the plan is not needed.
///
/// @param vxlans at most one for each family
/// @param problems why a tunnel that should be cannot be
/// @param podMtu what is left for pods when the widest envelope is taken off
public record TunnelPlan(
    List<VxlanTunnel> vxlans, Optional<IpipTunnel> ipip, List<String> problems, int podMtu) {

  public static final String IPIP_DEVICE = "tunl0";

  private static final String VXLAN_DEVICE = "vxlan.calico";
  private static final String VXLAN_DEVICE_V6 = "vxlan-v6.calico";
  private static final int IPIP_OVERHEAD = 20;
  private static final int VXLAN_OVERHEAD = 50;
  private static final int VXLAN_OVERHEAD_V6 = 70;
  private static final int MAC_FIRST_OCTET = 0x66;

  public TunnelPlan {
    vxlans = List.copyOf(vxlans);
    problems = List.copyOf(problems);
  }

  /// @param neighbours which MAC other nodes' tunnel addresses have
  /// @param forwarding to which node's address each MAC leads
  public record VxlanTunnel(
      IpFamily family,
      String device,
      MacAddress mac,
      int mtu,
      Link.Kind.Vxlan kind,
      IpAddress address,
      List<Neighbour> neighbours,
      List<ForwardingEntry> forwarding) {

    public VxlanTunnel {
      neighbours = List.copyOf(neighbours);
      forwarding = List.copyOf(forwarding);
    }
  }

  /// `tunl0`.
  ///
  /// @param address absent until this node has one: packets then carry its ordinary address
  public record IpipTunnel(int mtu, Optional<IpAddress> address) {}

  public static TunnelPlan of(
      ClusterView view, Underlay underlay, Settings settings, Collection<IpFamily> families) {
    List<VxlanTunnel> vxlans = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (IpFamily family : families) {
      if (isVxlanOn(view, settings, family)) {
        vxlan(view, underlay, settings, family, problems).ifPresent(vxlans::add);
      }
    }
    Optional<IpipTunnel> ipip =
        isIpipOn(view, settings)
            ? Optional.of(
                new IpipTunnel(
                    mtu(settings.get(Parameters.IPIP_MTU), underlay, IPIP_OVERHEAD),
                    view.ipipAddress()))
            : Optional.empty();
    OptionalInt narrowest =
        IntStream.concat(
                vxlans.stream().mapToInt(VxlanTunnel::mtu), ipip.stream().mapToInt(IpipTunnel::mtu))
            .min();
    return new TunnelPlan(vxlans, ipip, problems, narrowest.orElseGet(underlay::mtuOrFallback));
  }

  /// `vxlan.calico` or `vxlan-v6.calico`.
  public static String vxlanDevice(IpFamily family) {
    return family == IpFamily.IPV4 ? VXLAN_DEVICE : VXLAN_DEVICE_V6;
  }

  /// All devices that are ours when they exist and not in a plan.
  public static List<String> vxlanDevices() {
    return List.of(VXLAN_DEVICE, VXLAN_DEVICE_V6);
  }

  public static boolean isVxlanOn(ClusterView view, Settings settings, IpFamily family) {
    boolean wanted = isWanted(view, Encapsulation.Kind.VXLAN, family);
    return settings.get(Parameters.VXLAN_ENABLED).map(on -> on && wanted).orElse(wanted);
  }

  public static boolean isIpipOn(ClusterView view, Settings settings) {
    return settings
        .get(Parameters.IPIP_ENABLED)
        .orElseGet(() -> isWanted(view, Encapsulation.Kind.IPIP, IpFamily.IPV4));
  }

  private static boolean isWanted(ClusterView view, Encapsulation.Kind kind, IpFamily family) {
    return view.pools().stream()
        .filter(pool -> pool.spec().cidr().family() == family)
        .anyMatch(pool -> Encapsulation.of(pool).kind() == kind);
  }

  private static Optional<VxlanTunnel> vxlan(
      ClusterView view,
      Underlay underlay,
      Settings settings,
      IpFamily family,
      List<String> problems) {
    String device = vxlanDevice(family);
    Optional<IpAddress> own = view.address(view.node(), family).map(found -> found.address());
    Optional<Underlay.Parent> parent = underlay.parent(family);
    Optional<IpAddress> address = view.vxlanAddress(view.node(), family);
    if (own.isEmpty() || parent.isEmpty() || address.isEmpty()) {
      problems.add(
          "%s cannot be set up: node %s has %s"
              .formatted(
                  device,
                  view.node(),
                  own.isEmpty()
                      ? "no %s address".formatted(family)
                      : parent.isEmpty()
                          ? "no interface with its address " + own.get()
                          : "no VXLAN tunnel address yet"));
      return Optional.empty();
    }
    boolean isV4 = family == IpFamily.IPV4;
    int wished = settings.get(isV4 ? Parameters.VXLAN_MTU : Parameters.VXLAN_MTU_V6);
    List<Neighbour> neighbours = new ArrayList<>();
    List<ForwardingEntry> forwarding = new ArrayList<>();
    for (String other : view.others()) {
      Optional<IpAddress> vtep = view.vxlanAddress(other, family);
      Optional<IpAddress> host = view.address(other, family).map(found -> found.address());
      if (vtep.isPresent() && host.isPresent()) {
        MacAddress mac = mac(view, other, family);
        neighbours.add(new Neighbour(device, vtep.get(), mac));
        forwarding.add(new ForwardingEntry(device, mac, host.get()));
      }
    }
    return Optional.of(
        new VxlanTunnel(
            family,
            device,
            mac(view, view.node(), family),
            mtu(wished, underlay, isV4 ? VXLAN_OVERHEAD : VXLAN_OVERHEAD_V6),
            new Link.Kind.Vxlan(
                settings.get(Parameters.VXLAN_VNI),
                own,
                parent.get().index(),
                settings.get(Parameters.VXLAN_PORT),
                false),
            address.get(),
            neighbours,
            forwarding));
  }

  private static int mtu(int wished, Underlay underlay, int overhead) {
    return wished > 0 ? wished : underlay.mtuOrFallback() - overhead;
  }

  private static MacAddress mac(ClusterView view, String node, IpFamily family) {
    String said =
        Optional.ofNullable(view.nodes().get(node))
            .map(CalicoNode::spec)
            .map(
                spec ->
                    family == IpFamily.IPV4
                        ? spec.vxlanTunnelMACAddr()
                        : spec.vxlanTunnelMACAddrV6())
            .orElse("");
    try {
      return said.isEmpty() ? mac(node, family) : MacAddress.parse(said);
    } catch (IllegalArgumentException _) {
      return mac(node, family); // what one node says of itself must not stop the others
    }
  }

  /// The MAC address of a node's VXLAN device unless the node says another: every node can work out
  /// every other's.
  static MacAddress mac(String node, IpFamily family) {
    byte[] hash = TextHash.SHA_1.of(family == IpFamily.IPV4 ? node : node + "-v6");
    byte[] mac = new byte[6];
    mac[0] = MAC_FIRST_OCTET;
    System.arraycopy(hash, 0, mac, 1, 5);
    return MacAddress.ofBytes(mac);
  }
}
