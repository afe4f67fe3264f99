// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.match;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InheritedLabelsTest {

  private final InheritedLabels<String> labels = new InheritedLabels<>();

  @Test
  void anOwnLabelWinsThenTheParentNamedFirst() {
    labels.putParent("p", Map.of("a", "p", "b", "p", "c", "p"));
    labels.putParent("q", Map.of("b", "q", "c", "q", "d", "q"));
    labels.putItem("i", Map.of("a", "own"), List.of("q", "p", "missing"));

    assertThat(labels.of("i")).isEqualTo(Map.of("a", "own", "b", "q", "c", "q", "d", "q"));
  }

  @Test
  void tellsWhoIsTouched() {
    labels.putItem("i", Map.of(), List.of("p"));
    labels.putItem("j", Map.of(), List.of("q", "p"));
    labels.putItem("k", Map.of(), List.of("q"));

    assertThat(labels.putParent("p", Map.of("a", "1"))).containsExactlyInAnyOrder("i", "j");
    assertThat(labels.putParent("p", Map.of("a", "1"))).isEmpty();
    labels.putItem("j", Map.of(), List.of("q"));
    labels.removeItem("i");
    assertThat(labels.putParent("p", Map.of())).isEmpty();
    assertThat(labels.of("i")).isEmpty();
  }
}
