// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.effect;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;

/// What a change would do, in words.
public final class EffectText {

  private static final int MOST_NAMED = 3;

  private EffectText() {}

  /// One line for each resource.
  public static String resources(List<Difference> differences) {
    StringBuilder text = new StringBuilder();
    differences.forEach(
        difference -> text.append("%s would %s\n".formatted(difference.key(), difference.verb())));
    return text.toString();
  }

  /// One line for each node and kind of thing.
  public static String nodes(SortedMap<String, PolicyEffect.OnNode> policy, List<String> others) {
    List<String> lines = new ArrayList<>(others);
    policy.forEach((node, effect) -> lines.add(node + ": " + line(effect)));
    if (lines.isEmpty()) {
      return "No node would do anything differently.\n";
    }
    return listed("On the nodes:\n", lines);
  }

  /// What staged policies would do.
  public static String staged(SortedMap<String, PolicyEffect.OnNode> policy) {
    if (policy.isEmpty()) {
      return "If what is staged were in force, no endpoint would be under other rules.\n";
    }
    List<String> lines = new ArrayList<>();
    policy.forEach((node, effect) -> lines.add(node + ": " + line(effect)));
    return listed("If what is staged were in force:\n", lines);
  }

  private static String listed(String heading, List<String> lines) {
    StringBuilder text = new StringBuilder(heading);
    lines.forEach(line -> text.append("  ").append(line).append('\n'));
    return text.toString();
  }

  private static String line(PolicyEffect.OnNode effect) {
    List<String> parts = new ArrayList<>();
    add(parts, effect.policies(), "under other policies");
    add(parts, effect.rules(), "under changed rules");
    add(parts, effect.addresses(), "with other addresses in their rules");
    return String.join("; ", parts);
  }

  private static void add(List<String> parts, SortedSet<String> endpoints, String what) {
    if (!endpoints.isEmpty()) {
      parts.add(
          "%d endpoint%s %s (%s)"
              .formatted(
                  endpoints.size(),
                  endpoints.size() == 1 ? "" : "s",
                  what,
                  Names.of(endpoints, MOST_NAMED, "")));
    }
  }
}
