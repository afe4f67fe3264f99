// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.felix.settings.DenyAction;
import dev.brindle.felix.settings.Parameters;
import dev.brindle.felix.settings.Settings;
import dev.brindle.linux.nft.NftExpression;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What chains depend on besides policy.
///
/// @param tunnels of this node, whose device's own address is not translated
/// @param serviceNetworks cluster, external and load balancer addresses
public record RenderContext(Settings settings, Tunnels tunnels, List<Cidr> serviceNetworks) {

  public RenderContext {
    serviceNetworks = List.copyOf(serviceNetworks);
  }

  /// @param ipip whether IPIP is on
  /// @param vxlan families for which VXLAN is on
  /// @param addresses of this node's tunnel devices, by name of the device
  public record Tunnels(
      boolean ipip, List<IpFamily> vxlan, Map<String, Optional<IpAddress>> addresses) {

    public static final Tunnels NONE = new Tunnels(false, List.of(), Map.of());

    public Tunnels {
      vxlan = List.copyOf(vxlan);
      addresses = Map.copyOf(addresses);
    }
  }

  public static RenderContext of(Settings settings) {
    return new RenderContext(settings, Tunnels.NONE, List.of());
  }

  Marks marks() {
    return Marks.of(settings.get(Parameters.MARK_MASK));
  }

  NftExpression deny() {
    return settings.get(Parameters.FILTER_DENY_ACTION) == DenyAction.DROP
        ? NftExpression.DROP
        : new NftExpression.Reject(false);
  }

  /// Where the policies stand that are asked after routing. There the kernel cannot reject: if they
  /// may, a second copy of them drops instead.
  Layer lateLayer() {
    return deny().equals(NftExpression.DROP) ? Layer.FILTER : Layer.MANGLE;
  }

  /// `cali*`, one for each prefix.
  List<String> podInterfaces() {
    return settings.get(Parameters.INTERFACE_PREFIX).stream().map(prefix -> prefix + "*").toList();
  }
}
