// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.output;

import dev.brindle.api.resource.StagedGlobalNetworkPolicy;
import dev.brindle.api.resource.StagedKubernetesNetworkPolicy;
import dev.brindle.api.resource.StagedKubernetesNetworkPolicy.LabelSelector;
import dev.brindle.api.resource.StagedKubernetesNetworkPolicy.Requirement;
import dev.brindle.api.resource.StagedNetworkPolicy;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Tables of policies that are not in force yet.
final class StagedColumns {

  private StagedColumns() {}

  static KindTable policy() {
    return KindTable.of(
        List.of(
            Column.name(),
            policy("TIER", StagedNetworkPolicy.Spec::tier),
            policy("ORDER", spec -> Cells.order(spec.order())),
            policy("SELECTOR", StagedNetworkPolicy.Spec::selector)),
        "NAME",
        "TIER");
  }

  private static Column policy(String heading, Function<StagedNetworkPolicy.Spec, String> value) {
    return Column.of(heading, StagedNetworkPolicy.class, item -> value.apply(item.spec()));
  }

  static KindTable globalPolicy() {
    return KindTable.of(
        List.of(
            Column.name(),
            globalPolicy("TIER", StagedGlobalNetworkPolicy.Spec::tier),
            globalPolicy("ORDER", spec -> Cells.order(spec.order())),
            globalPolicy("SELECTOR", StagedGlobalNetworkPolicy.Spec::selector)),
        "NAME",
        "TIER");
  }

  private static Column globalPolicy(
      String heading, Function<StagedGlobalNetworkPolicy.Spec, String> value) {
    return Column.of(heading, StagedGlobalNetworkPolicy.class, item -> value.apply(item.spec()));
  }

  static KindTable kubernetesPolicy() {
    return KindTable.of(
        List.of(
            Column.name(),
            Column.of(
                "PODSELECTOR",
                StagedKubernetesNetworkPolicy.class,
                policy -> text(policy.spec().podSelector()))),
        "NAME");
  }

  /// As `kubectl` writes a selector; nothing for all.
  private static String text(LabelSelector selector) {
    Stream<String> labels =
        selector.matchLabels().entrySet().stream()
            .map(label -> label.getKey() + "=" + label.getValue());
    Stream<String> expressions = selector.matchExpressions().stream().map(StagedColumns::text);
    return Stream.concat(labels, expressions).collect(Collectors.joining(","));
  }

  private static String text(Requirement requirement) {
    String key = requirement.key();
    String values = String.join(",", requirement.values());
    return switch (requirement.operator()) {
      case "Exists" -> key;
      case "DoesNotExist" -> "!" + key;
      default ->
          "%s %s (%s)".formatted(key, requirement.operator().toLowerCase(Locale.ROOT), values);
    };
  }
}
