// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.match;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.label.Selector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelIndexTest {

  private static final List<String> SELECTORS =
      List.of(
          "all()",
          "has(a)",
          "!has(a)",
          "a == 'x'",
          "a != 'x'",
          "a in {'x', 'y'}",
          "a in {}",
          "a not in {'x'}",
          "a == 'x' && b == 'y'",
          "a == 'x' || b == 'y'",
          "a == 'x' || a == 'y'",
          "a == 'x' && a == 'y'",
          "has(a) && !has(a)",
          "has(b) && a starts with 'x'",
          "a == 'x' || !has(b)",
          "a in {'x', 'y', 'z'} && b in {'x'}");

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void findsWhatTryingEverythingFinds(long seed) {
    var random = new Random(seed);
    var index = new LabelIndex<Integer, Integer>();
    Map<Integer, Selector> selectors = new HashMap<>();
    Map<Integer, Map<String, String>> items = new HashMap<>();

    for (int step = 0; step < 500; step++) {
      int id = random.nextInt(8);
      switch (random.nextInt(6)) {
        case 0 -> {
          index.removeItem(id);
          items.remove(id);
        }
        case 1 -> {
          index.removeSelector(id);
          selectors.remove(id);
        }
        case 2, 3 -> {
          Selector selector = Selector.parse(SELECTORS.get(random.nextInt(SELECTORS.size())));
          index.putSelector(id, selector);
          selectors.put(id, selector);
        }
        default -> {
          Map<String, String> labels = labels(random);
          index.putItem(id, labels);
          items.put(id, labels);
        }
      }
      assertSame(index, selectors, items);
    }
  }

  private static void assertSame(
      LabelIndex<Integer, Integer> index,
      Map<Integer, Selector> selectors,
      Map<Integer, Map<String, String>> items) {
    for (int id = 0; id < 8; id++) {
      Selector selector = selectors.get(id);
      Set<Integer> matching =
          selector == null
              ? Set.of()
              : items.entrySet().stream()
                  .filter(item -> selector.matches(item.getValue()))
                  .map(Map.Entry::getKey)
                  .collect(Collectors.toSet());
      assertThat(index.itemsOf(id)).isEqualTo(matching);

      Map<String, String> labels = items.get(id);
      Set<Integer> matched =
          labels == null
              ? Set.of()
              : selectors.entrySet().stream()
                  .filter(entry -> entry.getValue().matches(labels))
                  .map(Map.Entry::getKey)
                  .collect(Collectors.toSet());
      assertThat(index.selectorsOf(id)).isEqualTo(matched);
    }
  }

  private static Map<String, String> labels(Random random) {
    Map<String, String> labels = new HashMap<>();
    for (String label : List.of("a", "b")) {
      if (random.nextBoolean()) {
        labels.put(label, List.of("x", "y", "z", "xx").get(random.nextInt(4)));
      }
    }
    return labels;
  }

  @Test
  void oneMoreItemAmongManyTriesOnlyTheSelectorsThatCanMatch() {
    var index = new LabelIndex<String, String>();
    for (int i = 0; i < 1_000; i++) {
      index.putSelector("s" + i, Selector.parse("ns == 'a' && app == 'app-%d'".formatted(i)));
    }
    for (int i = 0; i < 10_000; i++) {
      index.putItem("i" + i, Map.of("ns", "a", "app", "app-" + i % 1_000, "name", "i" + i));
    }
    long before = index.evaluations();

    index.putItem("new", Map.of("ns", "a", "app", "app-7", "name", "new"));

    assertThat(index.selectorsOf("new")).containsExactly("s7");
    assertThat(index.evaluations() - before).isLessThanOrEqualTo(3);
  }

  @Test
  void oneMoreSelectorAmongManyTriesOnlyTheItemsThatCanMatch() {
    var index = new LabelIndex<String, String>();
    for (int i = 0; i < 10_000; i++) {
      index.putItem("i" + i, Map.of("ns", "a", "app", "app-" + i % 1_000));
    }

    index.putSelector("s", Selector.parse("ns == 'a' && app == 'app-7'"));
    index.putSelector("t", Selector.parse("has(nobody)"));

    assertThat(index.itemsOf("s")).hasSize(10);
    assertThat(index.itemsOf("t")).isEmpty();
    assertThat(index.evaluations()).isEqualTo(10);
  }
}
