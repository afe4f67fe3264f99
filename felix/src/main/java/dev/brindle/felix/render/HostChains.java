// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import dev.brindle.api.net.Cidr;
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
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/// The chains that do not depend on single endpoints: where packets enter, and where they are sent
/// on to the chain of their interface. Traffic that no pod takes part in is left alone, unless the
/// host has endpoints of its own.
///
/// ```
/// raw PREROUTING   from a pod: not to the host's loopback; reverse path
/// raw OUTPUT       to another node over VXLAN: not tracked
/// filter FORWARD   from a pod -> its fw chain, to a pod -> its tw chain, accepted by both: accept
/// filter INPUT     tunnel packets only from nodes; from a pod -> fw chain, then the host action
/// ```
///
/// With host endpoints, in brackets what is there only if one has such policy:
///
/// ```
/// raw PREROUTING, OUTPUT  [untracked: fh, th chains]
/// mangle PREROUTING       [before translation: fh chain]
/// filter FORWARD          [fhfw chain before the pods' chains, thfw chain after them]
/// filter INPUT            not from a pod: fh chain
/// filter OUTPUT           not to a pod, not into a tunnel, not translated: th chain
/// mangle POSTROUTING      sent by this host and translated: th chain
/// ```
///
/// The accept mark says on the way which of these have let a packet through already. It means
/// nothing on packets that come in or go out anew, so it is taken off first.
final class HostChains {

  static final String RAW_PREROUTING = "raw-cali-PREROUTING";

  /// What packets meet last, after routing and before sources are translated.
  static final String LATE = "mangle-cali-POSTROUTING";

  private static final int FILTER_PRIORITY = 0;
  private static final int MANGLE_PRIORITY = -150;
  private static final int RAW_PRIORITY = -300;

  /// Where packets to services go on.
  private static final String SERVICE_LOOP = "filter-cali-service-loop";

  /// Multicast listener and neighbour discovery: what IPv6 cannot work without.
  private static final List<Integer> LINK_ICMP = List.of(130, 131, 132, 133, 135, 136);

  private static final Cidr LOOPBACK = Cidr.parse("127.0.0.0/8");

  private final RenderContext context;
  private final IpFamily family;
  private final Marks marks;
  private final HostUse use;

  HostChains(RenderContext context, IpFamily family, HostUse use) {
    this.context = context;
    this.family = family;
    this.marks = context.marks();
    this.use = use;
  }

  List<NftChain> render() {
    List<NftChain> chains = new ArrayList<>();
    chains.add(base("filter-INPUT", "filter", Hook.INPUT, FILTER_PRIORITY, "filter-cali-INPUT"));
    chains.add(
        base("filter-FORWARD", "filter", Hook.FORWARD, FILTER_PRIORITY, "filter-cali-FORWARD"));
    chains.add(rawPreroutingHook());
    chains.add(base("raw-OUTPUT", "filter", Hook.OUTPUT, RAW_PRIORITY, "raw-cali-OUTPUT"));
    chains.add(chain("filter-cali-INPUT", input()));
    chains.add(chain("filter-cali-FORWARD", forward()));
    chains.add(chain("filter-cali-wl-to-host", workloadToHost()));
    List<NftRule> services = toServices();
    chains.add(chain("filter-cali-cidr-block", services));
    if (!services.isEmpty()) {
      chains.add(chain(SERVICE_LOOP, untranslated()));
    }
    chains.add(dispatch(ChainName.FROM_DISPATCH, Direction.IN));
    chains.add(dispatch(ChainName.TO_DISPATCH, Direction.OUT));
    chains.add(chain(RAW_PREROUTING, prerouting()));
    chains.add(chain("raw-cali-OUTPUT", output()));
    return chains;
  }

  /// The hooks that nothing but host endpoints needs.
  List<NftChain> ofHostEndpoints() {
    List<NftChain> chains = new ArrayList<>();
    if (use.isAny()) {
      chains.add(
          base("filter-OUTPUT", "filter", Hook.OUTPUT, FILTER_PRIORITY, "filter-cali-OUTPUT"));
      chains.add(chain("filter-cali-OUTPUT", hostOutput()));
      chains.add(lateHook());
      chains.add(chain(LATE, hostPostrouting()));
    }
    if (use.isPreDnat()) {
      chains.add(
          base(
              "mangle-PREROUTING",
              "filter",
              Hook.PREROUTING,
              MANGLE_PRIORITY,
              "mangle-cali-PREROUTING"));
      chains.add(chain("mangle-cali-PREROUTING", hostPrerouting()));
    }
    return chains;
  }

  static NftChain lateHook() {
    return base("mangle-POSTROUTING", "filter", Hook.POSTROUTING, MANGLE_PRIORITY, LATE);
  }

  /// Goes on with `RAW_PREROUTING`.
  static NftChain rawPreroutingHook() {
    return base("raw-PREROUTING", "filter", Hook.PREROUTING, RAW_PRIORITY, RAW_PREROUTING);
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
    rules.add(NftRule.of(new NftExpression.SetMark(use.isAny() ? marks.pass() : marks.both(), 0)));
    if (use.isForward()) {
      rules.add(
          NftRule.of(
              new NftExpression.MarkIs(marks.accept(), 0, false),
              jump(Layer.FILTER, HostDispatch.FROM_FORWARD)));
    }
    for (String pods : context.podInterfaces()) {
      rules.add(NftRule.of(from(pods), new NftExpression.Jump(ChainName.FROM_DISPATCH)));
    }
    for (String pods : context.podInterfaces()) {
      rules.add(NftRule.of(to(pods), new NftExpression.Jump(ChainName.TO_DISPATCH)));
    }
    if (use.isForward()) {
      rules.add(NftRule.of(jump(Layer.FILTER, HostDispatch.TO_FORWARD)));
    }
    rules.add(NftRule.of(new NftExpression.Jump("filter-cali-cidr-block")));
    rules.add(
        use.isAny()
            ? new NftRule(
                List.of(new NftExpression.SetMark(marks.accept(), marks.accept())),
                "forwarded: not for mangle-cali-POSTROUTING")
            : acceptIfMarked());
    return rules;
  }

  private NftRule acceptIfMarked() {
    return NftRule.of(isAccepted(), NftExpression.ACCEPT);
  }

  private NftExpression isAccepted() {
    return new NftExpression.MarkIs(marks.accept(), marks.accept(), false);
  }

  private NftRule clear() {
    return NftRule.of(new NftExpression.SetMark(marks.both(), 0));
  }

  private static NftExpression jump(Layer layer, String dispatch) {
    return new NftExpression.Jump(ChainName.hostDispatch(layer, dispatch));
  }

  /// What goes to a pod of this host is not the host endpoint's business. A tunnel's packets go to
  /// nodes, whatever policy says of what is in them. What was translated is asked later: only then
  /// is it known where it leaves.
  private List<NftRule> hostOutput() {
    List<NftRule> rules = new ArrayList<>();
    rules.add(acceptIfMarked());
    for (String pods : context.podInterfaces()) {
      rules.add(NftRule.of(to(pods), NftExpression.RETURN));
    }
    if (context.tunnels().ipip() && family == IpFamily.IPV4) {
      NftExpression ipip = new NftExpression.L4Protocol(Protocol.IPIP, false);
      rules.add(toNodes(List.of(ipip), SetName.hosts(family)));
    }
    if (context.tunnels().vxlan().contains(family)) {
      rules.add(toNodes(vxlan(), SetName.vxlanHosts(family)));
    }
    rules.add(clear());
    rules.add(NftRule.of(new NftExpression.CtDnat(false), NftExpression.RETURN));
    rules.add(NftRule.of(jump(Layer.FILTER, HostDispatch.TO)));
    return rules;
  }

  private static NftRule toNodes(List<NftExpression> tunnelled, String nodes) {
    List<NftExpression> rule = new ArrayList<>(tunnelled);
    rule.add(new NftExpression.InSet(Side.DESTINATION, nodes, false));
    rule.add(new NftExpression.LocalAddress(Side.SOURCE, false));
    rule.add(NftExpression.ACCEPT);
    return new NftRule(rule, "");
  }

  private List<NftRule> hostPostrouting() {
    List<NftRule> rules = new ArrayList<>();
    rules.add(NftRule.of(isAccepted(), NftExpression.RETURN));
    for (String pods : context.podInterfaces()) {
      rules.add(NftRule.of(to(pods), NftExpression.RETURN));
    }
    rules.add(clear());
    rules.add(NftRule.of(new NftExpression.CtDnat(false), jump(Layer.MANGLE, HostDispatch.TO)));
    return rules;
  }

  private List<NftRule> hostPrerouting() {
    return List.of(
        NftRule.of(
            new NftExpression.CtState(
                EnumSet.of(NftExpression.State.ESTABLISHED, NftExpression.State.RELATED)),
            NftExpression.ACCEPT),
        acceptIfMarked(),
        NftRule.of(jump(Layer.MANGLE, HostDispatch.FROM)));
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
    if (use.isAny()) {
      rules.add(acceptIfMarked());
      rules.add(clear());
      rules.add(NftRule.of(jump(Layer.FILTER, HostDispatch.FROM)));
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

  /// Other packets meet one comparison for each network, and nothing else.
  private List<NftRule> toServices() {
    if (loopPrevention() == LoopPrevention.DISABLED) {
      return List.of();
    }
    return PrefixCover.of(
            context.serviceNetworks().stream().filter(net -> net.family() == family).toList())
        .stream()
        .map(
            net ->
                NftRule.of(
                    new NftExpression.Address(Side.DESTINATION, net, false),
                    new NftExpression.Goto(SERVICE_LOOP)))
        .toList();
  }

  private LoopPrevention loopPrevention() {
    return context.settings().get(Parameters.SERVICE_LOOP_PREVENTION);
  }

  /// Packets to a service address that nobody translated would go round between us and the router.
  /// Only who asks for what was translated hears of those that nobody tracks: they have no status,
  /// so neither a status nor its absence is theirs.
  private List<NftRule> untranslated() {
    return List.of(
        NftRule.of(new NftExpression.CtDnat(false), NftExpression.RETURN),
        NftRule.of(
            loopPrevention() == LoopPrevention.DROP
                ? NftExpression.DROP
                : new NftExpression.Reject(false)));
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
    if (use.isAny()) {
      rules.add(clear());
    }
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
      if (family == IpFamily.IPV4) { // route_localnet lets them in, for translation to them alone
        rules.add(
            new NftRule(
                List.of(
                    from(pods),
                    new NftExpression.Address(Side.DESTINATION, LOOPBACK, false),
                    NftExpression.DROP),
                "the host's loopback"));
      }
      rules.add(NftRule.of(from(pods), new NftExpression.Jump("raw-cali-rpf-skip")));
      rules.add(
          new NftRule(
              List.of(from(pods), new NftExpression.ReversePathFails(false), NftExpression.DROP),
              "spoofed source"));
    }
    if (use.isUntracked()) {
      rules.add(NftRule.of(jump(Layer.RAW, HostDispatch.FROM)));
    }
    return rules;
  }

  /// The inner packet is tracked; that of the tunnel says nothing more.
  private List<NftRule> output() {
    List<NftRule> rules = new ArrayList<>();
    if (use.isAny()) {
      rules.add(clear());
    }
    if (use.isUntracked()) {
      rules.add(NftRule.of(jump(Layer.RAW, HostDispatch.TO)));
    }
    if (context.tunnels().vxlan().contains(family)) {
      List<NftExpression> untracked = new ArrayList<>(vxlan());
      untracked.add(new NftExpression.InSet(Side.DESTINATION, SetName.vxlanHosts(family), false));
      untracked.add(new NftExpression.NoTrack());
      rules.add(new NftRule(untracked, ""));
    }
    return rules;
  }

  private List<NftExpression> vxlan() {
    int port = context.settings().get(Parameters.VXLAN_PORT);
    return List.of(
        new NftExpression.L4Protocol(Protocol.UDP, false),
        new NftExpression.Ports(Side.DESTINATION, List.of(PortRange.of(port)), false));
  }

  private static NftExpression to(String interfaces) {
    return new NftExpression.Interface(Direction.OUT, interfaces, false);
  }

  private static NftExpression from(String interfaces) {
    return new NftExpression.Interface(Direction.IN, interfaces, false);
  }
}
