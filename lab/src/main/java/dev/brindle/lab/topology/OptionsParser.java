// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.topology;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Reads the options of `lab` and `lab up`.
public final class OptionsParser {

  private static final Set<String> WITHOUT_VALUE = Set.of("--json", "--keep");

  private int nodes = LabOptions.defaults().nodes();
  private int pods = LabOptions.defaults().podsPerNode();
  private RouterKind router = LabOptions.defaults().router();
  private StoreKind store = LabOptions.defaults().store();
  private FamilyChoice family = LabOptions.defaults().family();
  private Encap encap = LabOptions.defaults().encap();
  private Optional<String> topology = Optional.empty();
  private final List<String> policies = new ArrayList<>();
  private boolean json;
  private boolean keep;

  private OptionsParser() {}

  /// Takes `--nodes 5` as well as `--nodes=5`. `--policy` takes every following word that is no
  /// option, and may be repeated.
  ///
  /// @throws IllegalArgumentException for the first thing that is wrong
  public static LabOptions parse(List<String> words) {
    OptionsParser parser = new OptionsParser();
    Deque<String> rest = new ArrayDeque<>();
    for (String word : words) {
      int equals = word.indexOf('=');
      if (equals > 0 && WITHOUT_VALUE.contains(word.substring(0, equals))) {
        throw new IllegalArgumentException(word.substring(0, equals) + " takes no value");
      }
      if (word.startsWith("--") && equals > 0) {
        rest.add(word.substring(0, equals));
        rest.add(word.substring(equals + 1));
      } else {
        rest.add(word);
      }
    }
    while (!rest.isEmpty()) {
      parser.take(rest.remove(), rest);
    }
    return parser.options();
  }

  private void take(String option, Deque<String> rest) {
    switch (option) {
      case "--nodes" -> nodes = number(option, value(option, rest));
      case "--pods" -> pods = number(option, value(option, rest));
      case "--router" -> router = RouterKind.parse(value(option, rest));
      case "--store" -> store = StoreKind.parse(value(option, rest));
      case "--family" -> family = FamilyChoice.parse(value(option, rest));
      case "--encap" -> encap = Encap.parse(value(option, rest));
      case "--topology" -> topology = Optional.of(value(option, rest));
      case "--policy" -> takePolicies(option, rest);
      case "--json" -> json = true;
      case "--keep" -> keep = true;
      default ->
          throw new IllegalArgumentException(
              "'%s' is not an option of lab; see brindle lab --help".formatted(option));
    }
  }

  private void takePolicies(String option, Deque<String> rest) {
    policies.add(value(option, rest));
    while (!rest.isEmpty() && !rest.element().startsWith("-")) {
      policies.add(rest.remove());
    }
  }

  private static String value(String option, Deque<String> rest) {
    if (rest.isEmpty() || rest.element().startsWith("--") || rest.element().isEmpty()) {
      throw new IllegalArgumentException(option + " needs a value");
    }
    return rest.remove();
  }

  private static int number(String option, String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("%s '%s' is not a number".formatted(option, text), e);
    }
  }

  private LabOptions options() {
    return new LabOptions(
        nodes, pods, router, store, family, encap, topology, policies, json, keep);
  }
}
