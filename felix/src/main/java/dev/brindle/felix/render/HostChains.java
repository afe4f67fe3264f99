// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import dev.brindle.api.net.IpFamily;
import dev.brindle.api.net.PortRange;
import dev.brindle.api.net.Protocol;
import dev.brindle.felix.settings.LoopPrevention;
import dev.brindle.felix.settings.Parameters;
import dev.brindle.linux.nft.NftChain;
import dev.brindle.linux.nft.NftChain.Base;
import dev.brindle.linux.nft.NftChain.Hook;
import dev.brindle.linux.nft.NftExpression;
import dev.brindle.linux.nft.NftExpression.Direction;
import dev.brindle.linux.nft.NftExpression.Side;
import dev.brindle.linux.nft.NftRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The chains that do not depend on single endpoints: where packets enter, and where they are sent
/// on to the chain of their interface. Traffic that no pod takes part in is left alone.
///
/// ```
/// raw PREROUTING   from a pod: reverse path
/// raw OUTPUT       to another node over VXLAN: not tracked
/// filter FORWARD   from a pod -> its fw chain, to a pod -> its tw chain, accepted by both: accept
/// filter INPUT     tunnel packets only from nodes; from a pod -> fw chain, then the host action
/// ```
final class HostChains {

  private static final int FILTER_PRIORITY = 0;
  private static final int RAW_PRIORITY = -300;

  /// Multicast listener and neighbour discovery: what IPv6 cannot work without.
  private static final List<Integer> LINK_ICMP = List.of(130, 131, 132, 133, 135, 136);

  private final RenderContext context;
  private final IpFamily family;
  private final Marks marks;

  HostChains(RenderContext context, IpFamily family) {
    this.context = context;
    this.family = family;
    this.marks = context.marks();
  }

  List<NftChain> render() {
    List<NftChain> chains = new ArrayList<>();
    chains.add(base("filter-INPUT", "filter", Hook.INPUT, FILTER_PRIORITY, "filter-cali-INPUT"));
    chains.add(
        base("filter-FORWARD", "filter", Hook.FORWARD, FILTER_PRIORITY, "filter-cali-FORWARD"));
    chains.add(
        base("raw-PREROUTING", "filter", Hook.PREROUTING, RAW_PRIORITY, "raw-cali-PREROUTING"));
    chains.add(base("raw-OUTPUT", "filter", Hook.OUTPUT, RAW_PRIORITY, "raw-cali-OUTPUT"));
    chains.add(chain("filter-cali-INPUT", input()));
    chains.add(chain("filter-cali-FORWARD", forward()));
    chains.add(chain("filter-cali-wl-to-host", workloadToHost()));
    chains.add(chain("filter-cali-cidr-block", serviceLoops()));
    chains.add(dispatch(ChainName.FROM_DISPATCH, Direction.IN));
    chains.add(dispatch(ChainName.TO_DISPATCH, Direction.OUT));
    chains.add(chain("raw-cali-PREROUTING", prerouting()));
    chains.add(chain("raw-cali-OUTPUT", output()));
    return chains;
  }

  static NftChain base(String name, String type, Hook hook, int priority, String target) {
    return new NftChain(
        name,
        Optional.of(new Base(type, hook, priority)),
        List.of(NftRule.of(new NftExpression.Jump(target))));
  }

  static NftChain chain(String name, List<NftRule> rules) {
    return new NftChain(name, Optional.empty(), rules);
  }

  private List<NftRule> forward() {
    List<NftRule> rules = new ArrayList<>();
    rules.add(NftRule.of(new NftExpression.SetMark(marks.both(), 0)));
    for (String pods : context.podInterfaces()) {
      rules.add(NftRule.of(from(pods), new NftExpression.Jump(ChainName.FROM_DISPATCH)));
    }
    for (String pods : context.podInterfaces()) {
      rules.add(
          NftRule.of(
              new NftExpression.Interface(Direction.OUT, pods, false),
              new NftExpression.Jump(ChainName.TO_DISPATCH)));
    }
    rules.add(NftRule.of(new NftExpression.Jump("filter-cali-cidr-block")));
    rules.add(
        NftRule.of(
            new NftExpression.MarkIs(marks.accept(), marks.accept(), false), NftExpression.ACCEPT));
    return rules;
  }

  private List<NftRule> input() {
    List<NftRule> rules = new ArrayList<>();
    if (context.tunnels().ipip() && family == IpFamily.IPV4) {
      NftExpression ipip = new NftExpression.L4Protocol(Protocol.IPIP, false);
      fromNodesOnly(rules, List.of(ipip), SetName.hosts(family), "IPIP from no node");
    }
    if (context.tunnels().vxlan().contains(family)) {
      fromNodesOnly(rules, vxlan(), SetName.vxlanHosts(family), "VXLAN from no node");
    }
    for (String pods : context.podInterfaces()) {
      rules.add(NftRule.of(from(pods), new NftExpression.Goto("filter-cali-wl-to-host")));
    }
    return rules;
  }

  private static void fromNodesOnly(
      List<NftRule> rules, List<NftExpression> tunnelled, String nodes, String comment) {
    List<NftExpression> known = new ArrayList<>(tunnelled);
    known.add(new NftExpression.InSet(Side.SOURCE, nodes, false));
    known.add(new NftExpression.LocalAddress(Side.DESTINATION, false));
    known.add(NftExpression.ACCEPT);
    rules.add(new NftRule(known, ""));
    List<NftExpression> unknown = new ArrayList<>(tunnelled);
    unknown.add(new NftExpression.LocalAddress(Side.DESTINATION, false));
    unknown.add(NftExpression.DROP);
    rules.add(new NftRule(unknown, comment));
  }

  private List<NftRule> workloadToHost() {
    List<NftRule> rules = new ArrayList<>();
    if (family == IpFamily.IPV6) {
      for (int type : LINK_ICMP) {
        rules.add(
            NftRule.of(
                new NftExpression.Icmp(type, Optional.empty(), false), NftExpression.ACCEPT));
      }
    }
    rules.add(NftRule.of(new NftExpression.Jump(ChainName.FROM_DISPATCH)));
    switch (context.settings().get(Parameters.DEFAULT_ENDPOINT_TO_HOST_ACTION)) {
      case DROP -> rules.add(new NftRule(List.of(context.deny()), "pods may not reach the host"));
      case ACCEPT -> rules.add(NftRule.of(NftExpression.ACCEPT));
      case RETURN -> {}
    }
    return rules;
  }

  /// Packets to a service address that nobody translated would go round between us and the router.
  private List<NftRule> serviceLoops() {
    LoopPrevention prevention = context.settings().get(Parameters.SERVICE_LOOP_PREVENTION);
    if (prevention == LoopPrevention.DISABLED) {
      return List.of();
    }
    NftExpression refusal =
        prevention == LoopPrevention.DROP ? NftExpression.DROP : new NftExpression.Reject(false);
    return PrefixCover.of(
            context.serviceNetworks().stream().filter(net -> net.family() == family).toList())
        .stream()
        .map(
            net ->
                NftRule.of(
                    new NftExpression.Address(Side.DESTINATION, net, false),
                    new NftExpression.CtDnat(true),
                    refusal))
        .toList();
  }

  private NftChain dispatch(String name, Direction direction) {
    return chain(
        name,
        List.of(
            NftRule.of(new NftExpression.InterfaceMap(direction, name)),
            new NftRule(List.of(NftExpression.DROP), "Unknown interface")));
  }

  private List<NftRule> prerouting() {
    List<NftRule> rules = new ArrayList<>();
    if (context.tunnels().vxlan().contains(family)) {
      List<NftExpression> untracked = new ArrayList<>(vxlan());
      untracked.add(new NftExpression.NoTrack());
      rules.add(new NftRule(untracked, ""));
    }
    for (String pods : context.podInterfaces()) {
      if (family == IpFamily.IPV6) {
        for (int type : LINK_ICMP) {
          rules.add(
              NftRule.of(
                  from(pods),
                  new NftExpression.Icmp(type, Optional.empty(), false),
                  NftExpression.RETURN));
        }
      }
      rules.add(NftRule.of(from(pods), new NftExpression.Jump("raw-cali-rpf-skip")));
      rules.add(
          new NftRule(
              List.of(from(pods), new NftExpression.ReversePathFails(false), NftExpression.DROP),
              "spoofed source"));
    }
    return rules;
  }

  /// The inner packet is tracked; that of the tunnel says nothing more.
  private List<NftRule> output() {
    if (!context.tunnels().vxlan().contains(family)) {
      return List.of();
    }
    List<NftExpression> untracked = new ArrayList<>(vxlan());
    untracked.add(new NftExpression.InSet(Side.DESTINATION, SetName.vxlanHosts(family), false));
    untracked.add(new NftExpression.NoTrack());
    return List.of(new NftRule(untracked, ""));
  }

  private List<NftExpression> vxlan() {
    int port = context.settings().get(Parameters.VXLAN_PORT);
    return List.of(
        new NftExpression.L4Protocol(Protocol.UDP, false),
        new NftExpression.Ports(Side.DESTINATION, List.of(PortRange.of(port)), false));
  }

  private static NftExpression from(String interfaces) {
    return new NftExpression.Interface(Direction.IN, interfaces, false);
  }
}
