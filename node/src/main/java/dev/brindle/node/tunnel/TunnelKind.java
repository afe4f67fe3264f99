// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.tunnel;

import dev.brindle.api.label.Selector;
import dev.brindle.api.label.SelectorSyntaxException;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.IpPool;
import java.util.Optional;

/// A tunnel that needs an address of its own, and where the Node says it.
public enum TunnelKind {
  IPIP("ipip-tunnel-addr-", "ipipTunnelAddress", IpFamily.IPV4),
  VXLAN("vxlan-tunnel-addr-", "vxlanTunnelAddress", IpFamily.IPV4),
  VXLAN_V6("vxlan-v6-tunnel-addr-", "vxlanV6TunnelAddress", IpFamily.IPV6);

  private final String handlePrefix;
  private final String type;
  private final IpFamily family;

  TunnelKind(String handlePrefix, String type, IpFamily family) {
    this.handlePrefix = handlePrefix;
    this.type = type;
    this.family = family;
  }

  String handle(String node) {
    return handlePrefix + node;
  }

  /// The IPAM attribute `type`.
  String type() {
    return type;
  }

  IpFamily family() {
    return family;
  }

  /// Whether the tunnel's address may come from the pool.
  boolean fits(IpPool pool, CalicoNode node) {
    IpPool.Spec spec = pool.spec();
    boolean wanted = this == IPIP ? spec.ipipMode().isOn() : spec.vxlanMode().isOn();
    return wanted
        && spec.cidr().family() == family
        && !spec.disabled()
        && !pool.metadata().isLeaving()
        && spec.allowedUses().contains(IpPool.AllowedUse.TUNNEL)
        && selects(spec.nodeSelector(), node);
  }

  /// A selector that does not parse selects nothing.
  private static boolean selects(String selector, CalicoNode node) {
    try {
      return Selector.parse(selector).matches(node.metadata().labels());
    } catch (SelectorSyntaxException _) {
      return false;
    }
  }

  Optional<IpAddress> addressIn(CalicoNode node) {
    return switch (this) {
      case IPIP -> node.spec().bgp().flatMap(CalicoNode.Bgp::ipv4IPIPTunnelAddr);
      case VXLAN -> node.spec().ipv4VXLANTunnelAddr();
      case VXLAN_V6 -> node.spec().ipv6VXLANTunnelAddr();
    };
  }

  CalicoNode withAddress(CalicoNode node, Optional<IpAddress> address) {
    CalicoNode.Spec old = node.spec();
    return new CalicoNode(
        node.metadata(),
        new CalicoNode.Spec(
            this == IPIP ? bgp(old, address) : old.bgp(),
            this == VXLAN ? address : old.ipv4VXLANTunnelAddr(),
            old.vxlanTunnelMACAddr(),
            this == VXLAN_V6 ? address : old.ipv6VXLANTunnelAddr(),
            old.vxlanTunnelMACAddrV6(),
            old.orchRefs(),
            old.wireguard(),
            old.addresses(),
            old.interfaces()),
        node.status());
  }

  private static Optional<CalicoNode.Bgp> bgp(CalicoNode.Spec old, Optional<IpAddress> address) {
    CalicoNode.Bgp bgp =
        old.bgp()
            .orElseGet(
                () ->
                    new CalicoNode.Bgp(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        ""));
    var changed =
        new CalicoNode.Bgp(
            bgp.asNumber(),
            bgp.ipv4Address(),
            bgp.ipv6Address(),
            address,
            bgp.routeReflectorClusterID());
    return changed.isEmpty() ? Optional.empty() : Optional.of(changed);
  }
}
