// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.wire.PathAttributes;
import java.util.List;

/// Rules in order: the first that matches and does not pass on decides.
///
/// @param accepts what becomes of a route that no rule decided
public record RuleFilter(String name, List<FilterRule> rules, boolean accepts)
    implements RouteFilter {

  public RuleFilter {
    rules = List.copyOf(rules);
  }

  @Override
  public Verdict judge(Cidr prefix, PathAttributes attributes, RouteContext context) {
    return tell(prefix, attributes, context).verdict();
  }

  @Override
  public Telling tell(Cidr prefix, PathAttributes attributes, RouteContext context) {
    Draft draft = Draft.of(attributes);
    for (FilterRule rule : rules) {
      if (rule.match().matches(prefix, draft.attributes(), context)) {
        for (RouteChange change : rule.changes()) {
          draft = change.apply(draft, prefix);
        }
        switch (rule.action()) {
          case ACCEPT -> {
            return accepted(draft, rule.name());
          }
          case REJECT -> {
            return rejected(rule.name());
          }
          case NEXT -> {}
        }
      }
    }
    return accepts ? accepted(draft, "no rule") : rejected("no rule");
  }

  private Telling accepted(Draft draft, String rule) {
    Verdict verdict = new Verdict.Accept(draft.attributes(), false, text(rule));
    return new Telling(verdict, draft.nextHop(), draft.keepsMed());
  }

  private Telling rejected(String rule) {
    return Telling.asUsual(new Verdict.Reject(text(rule)));
  }

  private String text(String rule) {
    return "filter %s: %s".formatted(name, rule);
  }

  @Override
  public boolean dependsOnPrefix() {
    return rules.stream().anyMatch(rule -> rule.match().dependsOnPrefix());
  }

  @Override
  public boolean dependsOnPeer() {
    return rules.stream().anyMatch(rule -> rule.match().dependsOnPeer());
  }

  @Override
  public boolean dependsOnRpki() {
    return rules.stream().anyMatch(rule -> rule.match().dependsOnRpki());
  }

  /// It says what only makes sense to a peer: our own address as next hop, or the old one.
  public boolean isForExport() {
    return rules.stream()
        .flatMap(rule -> rule.changes().stream())
        .anyMatch(RouteChange.ChooseNextHop.class::isInstance);
  }
}
