// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttributes;
import java.util.List;

/// What Calico's BGPFilters say, one after the other: the first rule that matches decides, and what
/// no rule matches is another filter's to decide. A route that a rule accepts is not shown to that
/// one, as with Calico: it need be in no pool, and gets no communities of `prefixAdvertisements`.
///
/// What is ours is seen with the LOCAL_PREF that it would be told with.
///
/// @param name of the filters, for people
/// @param rules each accepts or rejects
/// @param otherwise Calico's own
public record FilterChain(
    String name, List<FilterRule> rules, RouteFilter otherwise, RoutePriorities normal)
    implements RouteFilter {

  /// @throws IllegalArgumentException if a rule decides nothing
  public FilterChain {
    rules = List.copyOf(rules);
    if (rules.stream().anyMatch(rule -> rule.action() == FilterRule.Action.NEXT)) {
      throw new IllegalArgumentException("a rule of a BGPFilter accepts or rejects");
    }
  }

  @Override
  public Verdict judge(Cidr prefix, PathAttributes attributes, RouteContext context) {
    return tell(prefix, attributes, context).verdict();
  }

  @Override
  public Telling tell(Cidr prefix, PathAttributes attributes, RouteContext context) {
    PathAttributes seen = seen(prefix, attributes, context);
    for (FilterRule rule : rules) {
      if (rule.match().matches(prefix, seen, context)) {
        return Telling.asUsual(decided(rule, prefix, seen));
      }
    }
    return otherwise.tell(prefix, attributes, context);
  }

  private PathAttributes seen(Cidr prefix, PathAttributes attributes, RouteContext context) {
    return context.isLocal() && attributes.localPref().isEmpty()
        ? attributes.with(new LocalPref(normal.localPref(prefix.family())))
        : attributes;
  }

  private static Verdict decided(FilterRule rule, Cidr prefix, PathAttributes seen) {
    if (rule.action() == FilterRule.Action.REJECT) {
      return new Verdict.Reject(rule.name());
    }
    Draft draft = Draft.of(seen);
    for (RouteChange change : rule.changes()) {
      draft = change.apply(draft, prefix);
    }
    return new Verdict.Accept(draft.attributes(), false, rule.name());
  }

  @Override
  public boolean dependsOnPrefix() {
    return otherwise.dependsOnPrefix()
        || rules.stream().anyMatch(rule -> rule.match().dependsOnPrefix());
  }

  @Override
  public boolean dependsOnPeer() {
    return otherwise.dependsOnPeer()
        || rules.stream().anyMatch(rule -> rule.match().dependsOnPeer());
  }

  @Override
  public boolean dependsOnRpki() {
    return otherwise.dependsOnRpki();
  }
}
