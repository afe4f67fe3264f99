// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.net.PortRange;
import dev.brindle.api.net.Protocol;
import dev.brindle.felix.settings.NatExclusions;
import dev.brindle.felix.settings.Parameters;
import dev.brindle.felix.settings.Settings;
import dev.brindle.linux.nft.NftChain;
import dev.brindle.linux.nft.NftChain.Hook;
import dev.brindle.linux.nft.NftExpression;
import dev.brindle.linux.nft.NftExpression.Direction;
import dev.brindle.linux.nft.NftExpression.Side;
import dev.brindle.linux.nft.NftRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// Translation of pods' sources on their way out of the cluster, of this node's own into a tunnel,
/// and of floating addresses to those of pods.
final class NatChains {

  /// After kube-proxy's (100).
  private static final int PRIORITY = 110;

  private static final int DESTINATION = -100;
  private static final String FLOATING_IN = "nat-cali-fip-dnat";
  private static final String FLOATING_BACK = "nat-cali-fip-snat";

  private final RenderContext context;
  private final IpFamily family;
  private final FloatingAddresses floating;

  NatChains(RenderContext context, IpFamily family, FloatingAddresses floating) {
    this.context = context;
    this.family = family;
    this.floating = floating;
  }

  List<NftChain> render() {
    List<NftChain> chains = new ArrayList<>();
    chains.add(
        HostChains.base(
            "nat-POSTROUTING", "nat", Hook.POSTROUTING, PRIORITY, "nat-cali-POSTROUTING"));
    chains.add(HostChains.chain("nat-cali-POSTROUTING", postrouting()));
    chains.add(HostChains.chain("nat-cali-nat-outgoing", outgoing()));
    if (!floating.isEmpty()) { // else no packet pays for it
      List<NftRule> inwards = List.of(NftRule.of(new NftExpression.Jump(FLOATING_IN)));
      chains.add(
          HostChains.base(
              "nat-PREROUTING", "nat", Hook.PREROUTING, DESTINATION, "nat-cali-PREROUTING"));
      chains.add(HostChains.chain("nat-cali-PREROUTING", inwards));
      chains.add(HostChains.base("nat-OUTPUT", "nat", Hook.OUTPUT, DESTINATION, "nat-cali-OUTPUT"));
      chains.add(HostChains.chain("nat-cali-OUTPUT", inwards));
      chains.add(HostChains.chain(FLOATING_IN, floating.inwards()));
      chains.add(HostChains.chain(FLOATING_BACK, floating.backToItself()));
    }
    return chains;
  }

  private List<NftRule> postrouting() {
    List<NftRule> rules = new ArrayList<>();
    if (!floating.isEmpty()) {
      rules.add(NftRule.of(new NftExpression.Jump(FLOATING_BACK)));
    }
    rules.add(NftRule.of(new NftExpression.Jump("nat-cali-nat-outgoing")));
    new TreeMap<>(context.tunnels().addresses())
        .forEach(
            (device, address) ->
                address
                    .filter(known -> known.family() == family)
                    .ifPresent(known -> rules.add(intoTunnel(device, known))));
    return rules;
  }

  /// The other side answers to the tunnel's address only: this node's others it would route past
  /// it.
  private static NftRule intoTunnel(String device, IpAddress address) {
    return NftRule.of(
        new NftExpression.Interface(Direction.OUT, device, false),
        new NftExpression.Address(Side.SOURCE, Cidr.host(address), true),
        new NftExpression.LocalAddress(Side.SOURCE, false),
        new NftExpression.Masquerade(Optional.empty(), true));
  }

  private List<NftRule> outgoing() {
    Optional<PortRange> ports = context.settings().get(Parameters.NAT_PORT_RANGE);
    List<NftRule> rules = new ArrayList<>();
    if (ports.isPresent()) {
      for (Protocol protocol : List.of(Protocol.TCP, Protocol.UDP)) {
        rules.add(outgoing(List.of(new NftExpression.L4Protocol(protocol, false)), ports));
      }
    }
    rules.add(outgoing(List.of(), Optional.empty()));
    return rules;
  }

  @SuppressWarnings("OptionalUsedAsFieldOrParameterType") // passed through from and to a record
  private NftRule outgoing(List<NftExpression> protocol, Optional<PortRange> ports) {
    Settings settings = context.settings();
    List<NftExpression> rule = new ArrayList<>(protocol);
    String device = settings.get(Parameters.NAT_OUTGOING_INTERFACE);
    if (!device.isEmpty()) {
      rule.add(new NftExpression.Interface(Direction.OUT, device, false));
    }
    rule.add(new NftExpression.InSet(Side.SOURCE, SetName.masqueradedPools(family), false));
    rule.add(new NftExpression.InSet(Side.DESTINATION, SetName.pools(family), true));
    if (settings.get(Parameters.NAT_OUTGOING_EXCLUSIONS) == NatExclusions.POOLS_AND_HOSTS) {
      rule.add(new NftExpression.InSet(Side.DESTINATION, SetName.hosts(family), true));
    }
    rule.add(
        settings
            .get(Parameters.NAT_OUTGOING_ADDRESS)
            .filter(address -> address.family() == family)
            .<NftExpression>map(address -> new NftExpression.Snat(address, ports))
            .orElseGet(() -> new NftExpression.Masquerade(ports, true)));
    return new NftRule(rule, "");
  }
}
