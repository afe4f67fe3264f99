// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.net.PortRange;
import dev.brindle.api.net.Protocol;
import dev.brindle.felix.settings.FailsafePort;
import dev.brindle.felix.settings.Parameters;
import dev.brindle.linux.nft.NftChain;
import dev.brindle.linux.nft.NftExpression;
import dev.brindle.linux.nft.NftExpression.Side;
import dev.brindle.linux.nft.NftRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What a host endpoint lets through whatever policy says: the failsafe ports and, in IPv6, what
/// finds neighbours and routers, without which no port could be reached.
final class FailsafeChains {

  /// Multicast listeners, routers and neighbours, on this link only: the kernel takes those of
  /// routers and neighbours with hop limit 255 alone.
  private static final List<Integer> LINK_ICMP = List.of(130, 131, 132, 133, 134, 135, 136, 143);

  private final RenderContext context;
  private final IpFamily family;

  FailsafeChains(RenderContext context, IpFamily family) {
    this.context = context;
    this.family = family;
  }

  /// Before tracking nobody knows which packets are answers, so those of the other direction's
  /// ports pass too.
  List<NftChain> render(Layer layer) {
    List<FailsafePort> inbound = context.settings().get(Parameters.FAILSAFE_INBOUND);
    List<FailsafePort> outbound = context.settings().get(Parameters.FAILSAFE_OUTBOUND);
    List<NftRule> in = new ArrayList<>(link());
    List<NftRule> out = new ArrayList<>(link());
    in.addAll(ports(inbound, Side.SOURCE, Side.DESTINATION));
    out.addAll(ports(outbound, Side.DESTINATION, Side.DESTINATION));
    if (layer == Layer.RAW) {
      in.addAll(ports(outbound, Side.SOURCE, Side.SOURCE));
      out.addAll(ports(inbound, Side.DESTINATION, Side.SOURCE));
    }
    return List.of(
        HostChains.chain(ChainName.failsafeIn(layer), in),
        HostChains.chain(ChainName.failsafeOut(layer), out));
  }

  private List<NftRule> link() {
    return family == IpFamily.IPV4
        ? List.of()
        : LINK_ICMP.stream()
            .map(
                type ->
                    NftRule.of(
                        new NftExpression.Icmp(type, Optional.empty(), false),
                        NftExpression.ACCEPT))
            .toList();
  }

  /// @param far where the other side's address is
  /// @param port where the port is
  private List<NftRule> ports(List<FailsafePort> ports, Side far, Side port) {
    Map<String, List<FailsafePort>> alike = new TreeMap<>();
    for (FailsafePort each : ports) {
      if (each.net().map(Cidr::family).filter(other -> other != family).isEmpty()) {
        String key = each.protocol() + " " + each.net().map(Cidr::toString).orElse("");
        alike.computeIfAbsent(key, _ -> new ArrayList<>()).add(each);
      }
    }
    return alike.values().stream().map(some -> rule(some, far, port)).toList();
  }

  private static NftRule rule(List<FailsafePort> alike, Side far, Side port) {
    Protocol protocol = alike.getFirst().protocol();
    List<NftExpression> rule = new ArrayList<>();
    rule.add(new NftExpression.L4Protocol(protocol, false));
    alike.getFirst().net().ifPresent(net -> rule.add(new NftExpression.Address(far, net, false)));
    List<PortRange> numbers =
        alike.stream().map(FailsafePort::port).distinct().sorted().map(PortRange::of).toList();
    rule.add(new NftExpression.Ports(port, numbers, false));
    rule.add(NftExpression.ACCEPT);
    return new NftRule(rule, "failsafe");
  }
}
