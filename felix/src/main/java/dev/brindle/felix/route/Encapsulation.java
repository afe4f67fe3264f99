// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.route;

import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.EncapsulationMode;
import dev.brindle.api.resource.IpPool;

/// How packets to a pool's addresses on other nodes travel.
///
/// @param mode `NEVER` only for `NONE`
public record Encapsulation(Kind kind, EncapsulationMode mode) {

  private static final Encapsulation NONE = new Encapsulation(Kind.NONE, EncapsulationMode.NEVER);

  /// VXLAN wins over IPIP where a pool says both (validation refuses that); IPv6 has no IPIP.
  public static Encapsulation of(IpPool pool) {
    IpPool.Spec spec = pool.spec();
    if (spec.vxlanMode().isOn()) {
      return new Encapsulation(Kind.VXLAN, spec.vxlanMode());
    }
    if (spec.ipipMode().isOn() && spec.cidr().family() == IpFamily.IPV4) {
      return new Encapsulation(Kind.IPIP, spec.ipipMode());
    }
    return NONE;
  }

  /// Whether packets to a node go into the tunnel.
  ///
  /// @param sameSubnet whether that node is in this node's own subnet
  public boolean tunnels(boolean sameSubnet) {
    return switch (mode) {
      case NEVER -> false;
      case ALWAYS -> true;
      case CROSS_SUBNET -> !sameSubnet;
    };
  }

  /// Which tunnel.
  public enum Kind {
    NONE,
    VXLAN,
    IPIP
  }
}
