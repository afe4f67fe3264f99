// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import dev.brindle.api.net.IpFamily;
import dev.brindle.felix.endpoint.HostResolution;
import dev.brindle.felix.settings.Parameters;
import dev.brindle.linux.nft.NftChain;
import dev.brindle.linux.nft.NftElement;
import dev.brindle.linux.nft.NftExpression;
import dev.brindle.linux.nft.NftExpression.Direction;
import dev.brindle.linux.nft.NftRule;
import dev.brindle.linux.nft.NftSet;
import dev.brindle.policy.engine.EndpointPolicy.TierPolicies;
import dev.brindle.policy.engine.HostPolicy;
import dev.brindle.policy.engine.PolicyId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/// The chains of host endpoints, one for each interface, direction and place, and the maps that
/// lead to them. An interface with an endpoint of its own never falls through to the one for all.
///
/// A chain returns with the accept mark, or drops, or, before tracking and translation, leaves it
/// undecided. Established connections pass first, then failsafe ports.
final class HostEndpointChains {

  private final RenderContext context;
  private final IpFamily family;
  private final HostResolution hosts;
  private final Marks marks;
  private final List<NftChain> chains = new ArrayList<>();
  private final List<NftSet> maps = new ArrayList<>();

  /// @param maps from interface to chain
  record Rendered(List<NftChain> chains, List<NftSet> maps) {}

  /// One way that packets come: a map, a chain for each interface, and one for all others.
  ///
  /// @param name of an interface's chain
  /// @param rules of an endpoint's chain
  private record Way(
      String dispatch,
      Direction direction,
      Function<String, String> name,
      Function<HostPolicy, List<NftRule>> rules) {}

  private HostEndpointChains(RenderContext context, IpFamily family, HostResolution hosts) {
    this.context = context;
    this.family = family;
    this.hosts = hosts;
    this.marks = context.marks();
  }

  static Rendered render(RenderContext context, IpFamily family, HostResolution hosts) {
    var all = new HostEndpointChains(context, family, hosts);
    all.render();
    return new Rendered(List.copyOf(all.chains), List.copyOf(all.maps));
  }

  private void render() {
    HostUse use = HostUse.of(hosts);
    Set<Layer> layers = new LinkedHashSet<>();
    if (use.isUntracked()) {
      layers.add(Layer.RAW);
      add(from(Layer.RAW, HostDispatch.FROM, this::untrackedIn));
      add(to(Layer.RAW, HostDispatch.TO, this::untrackedOut));
    }
    if (use.isPreDnat()) {
      add(from(Layer.MANGLE, HostDispatch.FROM, this::preDnat));
    }
    if (use.isAny()) {
      layers.add(Layer.MANGLE);
      layers.add(Layer.FILTER);
      add(from(Layer.FILTER, HostDispatch.FROM, this::in));
      add(to(Layer.FILTER, HostDispatch.TO, policy -> out(policy, Layer.FILTER)));
      add(to(Layer.MANGLE, HostDispatch.TO, policy -> out(policy, Layer.MANGLE)));
    }
    if (use.isForward()) {
      add(
          new Way(
              ChainName.hostDispatch(Layer.FILTER, HostDispatch.FROM_FORWARD),
              Direction.IN,
              ChainName::fromHostForward,
              policy -> forward(policy.forwarded().ingress(), ChainName::policyIn)));
      add(
          new Way(
              ChainName.hostDispatch(Layer.FILTER, HostDispatch.TO_FORWARD),
              Direction.OUT,
              ChainName::toHostForward,
              policy -> forward(policy.forwarded().egress(), ChainName::policyOut)));
    }
    var failsafe = new FailsafeChains(context, family);
    layers.forEach(layer -> chains.addAll(failsafe.render(layer)));
  }

  private static Way from(Layer layer, String dispatch, Function<HostPolicy, List<NftRule>> rules) {
    return new Way(
        ChainName.hostDispatch(layer, dispatch),
        Direction.IN,
        device -> ChainName.fromHost(layer, device),
        rules);
  }

  private static Way to(Layer layer, String dispatch, Function<HostPolicy, List<NftRule>> rules) {
    return new Way(
        ChainName.hostDispatch(layer, dispatch),
        Direction.OUT,
        device -> ChainName.toHost(layer, device),
        rules);
  }

  private void add(Way way) {
    List<NftRule> dispatch = new ArrayList<>();
    Set<NftElement> elements = new LinkedHashSet<>();
    hosts
        .named()
        .forEach(
            (device, policy) -> {
              String name = way.name().apply(device);
              chains.add(HostChains.chain(name, way.rules().apply(policy)));
              elements.add(new NftElement.GoTo(device, name));
            });
    if (!elements.isEmpty()) {
      maps.add(new NftSet(way.dispatch(), NftSet.Key.INTERFACE, true, elements));
      dispatch.add(NftRule.of(new NftExpression.InterfaceMap(way.direction(), way.dispatch())));
    }
    hosts
        .others()
        .ifPresent(
            policy -> {
              String name = way.name().apply(ChainName.ALL_INTERFACES);
              chains.add(HostChains.chain(name, way.rules().apply(policy)));
              dispatch.add(NftRule.of(new NftExpression.Goto(name)));
            });
    chains.add(HostChains.chain(way.dispatch(), dispatch));
  }

  private List<NftRule> untrackedIn(HostPolicy policy) {
    return untracked(
        policy.untracked().ingress(), ChainName.failsafeIn(Layer.RAW), ChainName::policyIn);
  }

  private List<NftRule> untrackedOut(HostPolicy policy) {
    return untracked(
        policy.untracked().egress(), ChainName.failsafeOut(Layer.RAW), ChainName::policyOut);
  }

  private List<NftRule> untracked(
      List<TierPolicies> tiers, String failsafe, BiFunction<Layer, PolicyId, String> chain) {
    List<NftRule> rules = new ArrayList<>();
    if (!tiers.isEmpty()) {
      rules.add(NftRule.of(new NftExpression.Jump(failsafe)));
      rules.addAll(
          new TierRules(marks, NftExpression.DROP, false)
              .tiers(tiers, id -> chain.apply(Layer.RAW, id), false));
    }
    return rules;
  }

  private List<NftRule> preDnat(HostPolicy policy) {
    List<NftRule> rules = new ArrayList<>();
    if (!policy.preDnat().isEmpty()) {
      invalid(rules, NftExpression.DROP);
      rules.add(NftRule.of(new NftExpression.Jump(ChainName.failsafeIn(Layer.MANGLE))));
      rules.addAll(
          new TierRules(marks, NftExpression.DROP, true)
              .tiers(policy.preDnat(), id -> ChainName.policyIn(Layer.MANGLE, id), false));
    }
    return rules;
  }

  private List<NftRule> in(HostPolicy policy) {
    List<NftRule> rules = new ArrayList<>();
    established(rules, NftExpression.ACCEPT);
    invalid(rules, context.deny());
    rules.add(NftRule.of(new NftExpression.Jump(ChainName.failsafeIn(Layer.FILTER))));
    rules.add(NftRule.of(new NftExpression.SetMark(marks.both(), 0)));
    TierRules through = TierRules.of(context);
    rules.addAll(
        through.tiers(
            policy.ordinary().ingress(), id -> ChainName.policyIn(Layer.FILTER, id), true));
    rules.addAll(through.profiles(policy.profiles(), ChainName::profileIn));
    return rules;
  }

  /// @param layer `MANGLE` for what is sent elsewhere than it was meant to, when that is known
  private List<NftRule> out(HostPolicy policy, Layer layer) {
    boolean isLate = layer == Layer.MANGLE;
    NftExpression deny = isLate ? NftExpression.DROP : context.deny();
    Layer ofPolicies = isLate ? context.lateLayer() : Layer.FILTER;
    List<NftRule> rules = new ArrayList<>();
    established(rules, NftExpression.ACCEPT);
    invalid(rules, deny);
    rules.add(NftRule.of(new NftExpression.Jump(ChainName.failsafeOut(layer))));
    rules.add(NftRule.of(new NftExpression.SetMark(marks.both(), 0)));
    var through = new TierRules(marks, deny, true);
    rules.addAll(
        through.tiers(policy.ordinary().egress(), id -> ChainName.policyOut(ofPolicies, id), true));
    rules.addAll(
        through.profiles(policy.profiles(), name -> ChainName.profileOut(ofPolicies, name)));
    return rules;
  }

  /// What belongs to a connection goes on: pods at its ends have a say of their own. In a direction
  /// without policies so does everything.
  private List<NftRule> forward(
      List<TierPolicies> tiers, BiFunction<Layer, PolicyId, String> chain) {
    List<NftRule> rules = new ArrayList<>();
    if (!tiers.isEmpty()) {
      established(rules, NftExpression.RETURN);
      invalid(rules, context.deny());
      rules.add(NftRule.of(new NftExpression.SetMark(marks.both(), 0)));
      rules.addAll(TierRules.of(context).tiers(tiers, id -> chain.apply(Layer.FILTER, id), true));
    }
    return rules;
  }

  private static void established(List<NftRule> rules, NftExpression verdict) {
    rules.add(
        NftRule.of(
            new NftExpression.CtState(
                EnumSet.of(NftExpression.State.ESTABLISHED, NftExpression.State.RELATED)),
            verdict));
  }

  private void invalid(List<NftRule> rules, NftExpression deny) {
    if (!context.settings().get(Parameters.DISABLE_CONNTRACK_INVALID_CHECK)) {
      rules.add(
          NftRule.of(new NftExpression.CtState(EnumSet.of(NftExpression.State.INVALID)), deny));
    }
  }
}
