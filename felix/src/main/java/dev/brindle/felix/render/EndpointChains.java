// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.net.PortRange;
import dev.brindle.api.net.Protocol;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.felix.settings.Parameters;
import dev.brindle.felix.settings.SourceSpoofing;
import dev.brindle.linux.nft.NftChain;
import dev.brindle.linux.nft.NftExpression;
import dev.brindle.linux.nft.NftExpression.Side;
import dev.brindle.linux.nft.NftRule;
import dev.brindle.policy.engine.EndpointPolicy;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/// The two chains of one endpoint: what it may send and what may reach it.
///
/// A chain returns with the accept mark, or drops. Established connections are let through first,
/// so a change of policy does not cut them.
final class EndpointChains {

  private static final Cidr LINK_LOCAL_V6 = Cidr.parse("fe80::/10");

  private final RenderContext context;
  private final IpFamily family;
  private final Marks marks;
  private final TierRules through;

  EndpointChains(RenderContext context, IpFamily family) {
    this.context = context;
    this.family = family;
    this.marks = context.marks();
    this.through = TierRules.of(context);
  }

  List<NftChain> render(EndpointPolicy policy) {
    WorkloadEndpoint.Spec endpoint = policy.endpoint().spec();
    return List.of(
        chain(ChainName.fromWorkload(endpoint.interfaceName()), from(policy)),
        chain(ChainName.toWorkload(endpoint.interfaceName()), to(policy)));
  }

  private List<NftRule> from(EndpointPolicy policy) {
    List<Cidr> sources = sources(policy.endpoint().spec());
    if (sources.isEmpty()) {
      return List.of(noAddress());
    }
    List<NftRule> rules = new ArrayList<>();
    rules.add(
        new NftRule(
            List.of(addresses(sources), NftExpression.DROP), "not a source of this endpoint"));
    connections(rules, TrafficLimits.outOfPod(policy.endpoint().spec().qosControls()));
    tunnelled(rules);
    rules.addAll(through.tiers(policy.egress(), id -> ChainName.policyOut(Layer.FILTER, id), true));
    rules.addAll(
        through.profiles(policy.profiles(), name -> ChainName.profileOut(Layer.FILTER, name)));
    return rules;
  }

  private List<NftRule> to(EndpointPolicy policy) {
    if (sources(policy.endpoint().spec()).isEmpty()) {
      return List.of(noAddress());
    }
    List<NftRule> rules = new ArrayList<>();
    connections(rules, TrafficLimits.intoPod(policy.endpoint().spec().qosControls()));
    rules.addAll(through.tiers(policy.ingress(), id -> ChainName.policyIn(Layer.FILTER, id), true));
    rules.addAll(through.profiles(policy.profiles(), ChainName::profileIn));
    return rules;
  }

  /// What the endpoint may have as a source: its addresses, what it was allowed to spoof, and link
  /// local addresses, which never leave the link.
  private List<Cidr> sources(WorkloadEndpoint.Spec endpoint) {
    List<Cidr> sources = new ArrayList<>(endpoint.ipNetworks());
    if (context.settings().get(Parameters.WORKLOAD_SOURCE_SPOOFING) == SourceSpoofing.ANY) {
      sources.addAll(endpoint.allowSpoofedSourcePrefixes());
    }
    sources.removeIf(source -> source.family() != family);
    if (family == IpFamily.IPV6 && !sources.isEmpty()) {
      sources.add(LINK_LOCAL_V6);
    }
    return PrefixCover.of(sources);
  }

  private static NftExpression addresses(List<Cidr> sources) {
    return sources.size() == 1
        ? new NftExpression.Address(Side.SOURCE, sources.getFirst(), true)
        : new NftExpression.Addresses(Side.SOURCE, sources, true);
  }

  private NftRule noAddress() {
    return new NftRule(List.of(NftExpression.DROP), "no %s address".formatted(family));
  }

  private void connections(List<NftRule> rules, TrafficLimits limits) {
    rules.addAll(limits.packets());
    rules.add(
        NftRule.of(
            new NftExpression.CtState(
                EnumSet.of(NftExpression.State.ESTABLISHED, NftExpression.State.RELATED)),
            NftExpression.ACCEPT));
    if (!context.settings().get(Parameters.DISABLE_CONNTRACK_INVALID_CHECK)) {
      rules.add(
          NftRule.of(
              new NftExpression.CtState(EnumSet.of(NftExpression.State.INVALID)), context.deny()));
    }
    rules.addAll(limits.connections());
    rules.add(NftRule.of(new NftExpression.SetMark(marks.both(), 0)));
  }

  /// A pod that could send tunnel packets could write any inner source.
  private void tunnelled(List<NftRule> rules) {
    if (!context.settings().get(Parameters.ALLOW_VXLAN_FROM_WORKLOADS)) {
      int port = context.settings().get(Parameters.VXLAN_PORT);
      rules.add(
          new NftRule(
              List.of(
                  new NftExpression.L4Protocol(Protocol.UDP, false),
                  new NftExpression.Ports(Side.DESTINATION, List.of(PortRange.of(port)), false),
                  context.deny()),
              "no VXLAN from pods"));
    }
    if (!context.settings().get(Parameters.ALLOW_IPIP_FROM_WORKLOADS)) {
      rules.add(
          new NftRule(
              List.of(new NftExpression.L4Protocol(Protocol.IPIP, false), context.deny()),
              "no IPIP from pods"));
    }
  }

  private static NftChain chain(String name, List<NftRule> rules) {
    return new NftChain(name, Optional.empty(), rules);
  }
}
