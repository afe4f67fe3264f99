// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompactMapTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 100})
  void isTheSameAsTheTreeOfIt(int size) {
    var random = new Random(size);
    Map<String, Integer> source = new HashMap<>();
    for (int i = 0; i < size; i++) {
      source.put("k" + random.nextInt(1000), i);
    }
    var tree = new TreeMap<>(source);

    Map<String, Integer> map = CompactMap.copyOf(source);

    assertThat(map).isEqualTo(tree).hasSameHashCodeAs(tree).hasToString(tree.toString());
    assertThat(tree).isEqualTo(map);
    assertThat(map.keySet()).containsExactlyElementsOf(tree.keySet());
    assertThat(map.values()).containsExactlyElementsOf(tree.values());
    for (int i = 0; i < 1000; i++) {
      assertThat(map.get("k" + i)).isEqualTo(tree.get("k" + i));
      assertThat(map.containsKey("k" + i)).isEqualTo(tree.containsKey("k" + i));
    }
  }

  @Test
  void neverChanges() {
    Map<String, String> source = new HashMap<>(Map.of("a", "1", "b", "2"));
    Map<String, String> map = CompactMap.copyOf(source);
    source.put("a", "3");

    assertThat(map).containsExactly(Map.entry("a", "1"), Map.entry("b", "2"));
    assertThatThrownBy(() -> map.put("c", "3")).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> map.remove("a")).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(map::clear).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> map.entrySet().iterator().next().setValue("4"))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(CompactMap.copyOf(map)).isSameAs(map);
  }

  @Test
  void whatIsNoKeyOfItIsNotThere() {
    Map<String, String> map = CompactMap.copyOf(Map.of("a", "1"));

    assertThat(map.get("")).isNull();
    assertThat(map.containsKey("b")).isFalse();
    assertThat(map.getOrDefault("b", "0")).isEqualTo("0");
  }
}
