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
import dev.brindle.policy.engine.EndpointPolicy.TierPolicies;
import dev.brindle.policy.engine.PolicyId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The two chains of one endpoint: what it may send and what may reach it.
///
/// A chain returns with the accept mark, or drops. Established connections are let through first,
/// so a change of policy does not cut them.
final class EndpointChains {

  private static final Cidr LINK_LOCAL_V6 = Cidr.parse("fe80::/10");

  private final RenderContext context;
  private final IpFamily family;
  private final Marks marks;

  EndpointChains(RenderContext context, IpFamily family) {
    this.context = context;
    this.family = family;
    this.marks = context.marks();
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
    connections(rules);
    tunnelled(rules);
    policies(rules, policy.egress(), ChainName::policyOut);
    profiles(rules, policy.profiles(), ChainName::profileOut);
    return rules;
  }

  private List<NftRule> to(EndpointPolicy policy) {
    if (sources(policy.endpoint().spec()).isEmpty()) {
      return List.of(noAddress());
    }
    List<NftRule> rules = new ArrayList<>();
    connections(rules);
    policies(rules, policy.ingress(), ChainName::policyIn);
    profiles(rules, policy.profiles(), ChainName::profileIn);
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

  private void connections(List<NftRule> rules) {
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

  private void policies(
      List<NftRule> rules, List<TierPolicies> tiers, Function<PolicyId, String> chain) {
    for (TierPolicies tier : tiers) {
      rules.add(
          new NftRule(List.of(new NftExpression.SetMark(marks.pass(), 0)), "tier " + tier.tier()));
      for (PolicyId policy : tier.policies()) {
        rules.add(NftRule.of(undecided(), new NftExpression.Jump(chain.apply(policy))));
        rules.add(returnIfAccepted());
      }
      if (!tier.passes()) {
        rules.add(new NftRule(List.of(undecided(), context.deny()), "end of tier " + tier.tier()));
      }
    }
  }

  private void profiles(
      List<NftRule> rules, List<String> profiles, Function<String, String> chain) {
    for (String profile : profiles) {
      rules.add(NftRule.of(new NftExpression.Jump(chain.apply(profile))));
      rules.add(returnIfAccepted());
    }
    rules.add(new NftRule(List.of(context.deny()), "no policy and no profile"));
  }

  private NftExpression undecided() {
    return new NftExpression.MarkIs(marks.pass(), 0, false);
  }

  private NftRule returnIfAccepted() {
    return NftRule.of(
        new NftExpression.MarkIs(marks.accept(), marks.accept(), false), NftExpression.RETURN);
  }

  private static NftChain chain(String name, List<NftRule> rules) {
    return new NftChain(name, Optional.empty(), rules);
  }
}
