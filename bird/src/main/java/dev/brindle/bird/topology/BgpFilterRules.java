// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.BgpFilter;
import dev.brindle.api.resource.BgpFilter.Operation;
import dev.brindle.api.resource.BgpFilter.PrefixLength;
import dev.brindle.api.resource.BgpFilter.Rule;
import dev.brindle.bird.filter.AttributeMatch;
import dev.brindle.bird.filter.CommunityChange;
import dev.brindle.bird.filter.CommunityPattern;
import dev.brindle.bird.filter.ContextMatch;
import dev.brindle.bird.filter.FilterRule;
import dev.brindle.bird.filter.NumberRange;
import dev.brindle.bird.filter.OutgoingWays;
import dev.brindle.bird.filter.PrefixList;
import dev.brindle.bird.filter.PrefixRange;
import dev.brindle.bird.filter.RouteChange;
import dev.brindle.bird.filter.RouteMatch;
import dev.brindle.bird.filter.RoutePriorities;
import dev.brindle.bird.filter.RouteSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The rules of a BGPFilter as they hold for one peer in one direction.
///
/// @param isInternal what `peerType` asks: the peer is of the AS that we are to it
/// @param ours what stands before a path that is told, if the peer is outside
record BgpFilterRules(boolean isInternal, Optional<AsNumber> ours, OutgoingWays ways) {

  private static final RouteMatch NEVER = new RouteMatch.AnyOf(List.of());

  /// @param where for people: `BGPFilter x, exportV4`
  /// @throws IllegalArgumentException if a rule says what no rule may; the message names it
  List<FilterRule> of(String where, List<Rule> rules, IpFamily family) {
    List<FilterRule> compiled = new ArrayList<>();
    for (int i = 0; i < rules.size(); i++) {
      if (concernsPeer(rules.get(i))) {
        compiled.add(rule("%s rule %d".formatted(where, i + 1), rules.get(i), family));
      }
    }
    return compiled;
  }

  private boolean concernsPeer(Rule rule) {
    return rule.peerType().isEmpty() || rule.peerType().equals(isInternal ? "iBGP" : "eBGP");
  }

  private FilterRule rule(String name, Rule rule, IpFamily family) {
    try {
      return new FilterRule(
          name, new RouteMatch.AllOf(matches(rule, family)), changes(rule), action(rule));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s: %s".formatted(name, e.getMessage()), e);
    }
  }

  private static FilterRule.Action action(Rule rule) {
    return switch (rule.action()) {
      case "Accept" -> FilterRule.Action.ACCEPT;
      case "Reject" -> FilterRule.Action.REJECT;
      default ->
          throw new IllegalArgumentException(
              "action is '%s', not Accept or Reject".formatted(rule.action()));
    };
  }

  private List<RouteMatch> matches(Rule rule, IpFamily family) {
    List<RouteMatch> all = new ArrayList<>();
    all.add(new RouteMatch.OfFamily(family));
    rule.cidr().ifPresent(cidr -> all.add(prefix(cidr, rule)));
    if (!rule.source().isEmpty()) {
      all.add(source(rule.source()));
    }
    if (!rule.interfaceName().isEmpty()) {
      all.add(new RouteMatch.LeadsOutOf(rule.interfaceName(), ways));
    }
    rule.communities()
        .ifPresent(
            communities ->
                communities.values().stream()
                    .map(BgpFilterRules::community)
                    .map(it -> new AttributeMatch.Tagged(List.of(it)))
                    .map(RouteMatch.Attributes::new)
                    .forEach(all::add));
    if (!rule.asPathPrefix().isEmpty()) {
      all.add(new RouteMatch.Attributes(new AttributeMatch.PathBegins(rule.asPathPrefix(), ours)));
    }
    rule.priority()
        .map(value -> RoutePriorities.localPref(value))
        .map(value -> new AttributeMatch.LocalPrefIn(new NumberRange(value, value)))
        .map(RouteMatch.Attributes::new)
        .ifPresent(all::add);
    return all;
  }

  private static RouteMatch source(String text) {
    if (!text.equals("RemotePeers")) {
      throw new IllegalArgumentException("source is '%s', not RemotePeers".formatted(text));
    }
    return new RouteMatch.Context(
        new ContextMatch.From(Set.of(RouteSource.EXTERNAL, RouteSource.INTERNAL)));
  }

  private static RouteMatch prefix(Cidr cidr, Rule rule) {
    return switch (rule.matchOperator()) {
      case "In" -> among(rule, PrefixRange.orLonger(cidr));
      case "NotIn" -> new RouteMatch.Not(among(rule, PrefixRange.orLonger(cidr)));
      case "Equal" -> among(rule, PrefixRange.exactly(cidr));
      case "NotEqual" -> new RouteMatch.Not(among(rule, PrefixRange.exactly(cidr)));
      default ->
          throw new IllegalArgumentException(
              "matchOperator is '%s', not Equal, NotEqual, In or NotIn"
                  .formatted(rule.matchOperator()));
    };
  }

  /// With `prefixLength` every operator asks whether the prefix is in the CIDR and so long.
  private static RouteMatch among(Rule rule, PrefixRange otherwise) {
    return rule.prefixLength()
        .map(lengths -> bounded(otherwise.inside(), lengths))
        .orElseGet(() -> in(otherwise));
  }

  private static RouteMatch bounded(Cidr cidr, PrefixLength lengths) {
    int bits = cidr.family().bits();
    int min = Math.max(cidr.length(), lengths.min().orElse(0));
    int max = Math.min(bits, lengths.max().orElse(bits));
    return min > max ? NEVER : in(new PrefixRange(cidr, min, max));
  }

  private static RouteMatch in(PrefixRange range) {
    return new RouteMatch.InPrefixList(PrefixList.of(range));
  }

  private static CommunityPattern community(String text) {
    CommunityPattern parsed = CommunityPattern.parse(text);
    if (!parsed.isExact()) {
      throw new IllegalArgumentException("'%s' stands for many communities".formatted(text));
    }
    return parsed;
  }

  private static List<RouteChange> changes(Rule rule) {
    return rule.operations().stream().map(BgpFilterRules::change).toList();
  }

  private static RouteChange change(Operation operation) {
    if (operation.addCommunity().isPresent()) {
      CommunityPattern added = community(operation.addCommunity().get().value());
      return new RouteChange.ChangeCommunities(new CommunityChange(List.of(), List.of(added)));
    }
    if (operation.prependASPath().isPresent()) {
      return new RouteChange.Prepend(operation.prependASPath().get().prefix());
    }
    return operation
        .setPriority()
        .flatMap(BgpFilter.SetPriority::value)
        .map(value -> RoutePriorities.localPref(value))
        .map(RouteChange.SetLocalPref::new)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "an operation has neither addCommunity, prependASPath nor setPriority"));
  }
}
