// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.api.net.AsNumber;
import dev.brindle.bird.filter.FilterRule;
import dev.brindle.bird.filter.FilterRule.Action;
import dev.brindle.bird.filter.RouteChange;
import dev.brindle.bird.filter.RouteMatch;
import dev.brindle.bird.filter.RouteMatch.AllOf;
import dev.brindle.bird.filter.RuleFilter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The section `filters`: by name a list of rules, or `{default: accept, rules: [...]}`.
final class FilterFields {

  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,62}");
  private static final Set<String> TAKEN = Set.of("accept", "reject");
  private static final int MAX_RULES = 10_000;
  private static final Map<String, Action> ACTIONS =
      Map.of("accept", Action.ACCEPT, "reject", Action.REJECT, "next", Action.NEXT);

  /// What is not accepted by a rule is rejected.
  private static final boolean ACCEPTS = false;

  private final ChangeFields changes;

  /// @param as ours, to prepend
  FilterFields(AsNumber as) {
    this.changes = new ChangeFields(as);
  }

  Map<String, RuleFilter> filters(Field section) {
    Map<String, RuleFilter> filters = new LinkedHashMap<>();
    section.entries().forEach((name, field) -> filters.put(name, filter(name, field)));
    return filters;
  }

  private RuleFilter filter(String name, Field field) {
    if (!NAME.matcher(name).matches() || TAKEN.contains(name)) {
      throw field.wrong(
          "'%s' is no name for a filter; expected a letter, then letters, digits, - and _, 63 in all,"
                  .formatted(name)
              + " and neither accept nor reject");
    }
    return switch (field.content()) {
      case Field.Content.Entries _ -> {
        field.entries(Set.of("default", "rules"));
        boolean accepts =
            field
                .find("default")
                .map(it -> it.oneOf(Map.of("accept", true, "reject", false)))
                .orElse(ACCEPTS);
        yield new RuleFilter(name, rules(field.get("rules")), accepts);
      }
      case Field.Content.Items _ -> new RuleFilter(name, rules(field), ACCEPTS);
      case Field.Content.Text _, Field.Content.Nothing _ ->
          throw field.wrong("is no list of rules; expected match, set and action for each");
    };
  }

  private List<FilterRule> rules(Field field) {
    List<FilterRule> rules = new ArrayList<>();
    for (Field rule : field.items(MAX_RULES)) {
      rules.add(rule(rules.size() + 1, rule));
    }
    return rules;
  }

  private FilterRule rule(int number, Field field) {
    field.entries(Set.of("name", "match", "set", "action"));
    String name = field.find("name").map(Field::text).orElse("rule " + number);
    RouteMatch match =
        field.find("match").map(MatchFields::match).orElseGet(() -> new AllOf(List.of()));
    Optional<Field> set = field.find("set");
    List<RouteChange> changed = set.map(changes::changes).orElse(List.of());
    Action action = field.get("action").oneOf(ACTIONS);
    if (action == Action.REJECT && set.isPresent()) {
      throw set.get().wrong("a rejected route cannot be changed; leave set out, or accept");
    }
    return new FilterRule(name, match, changed, action);
  }
}
