// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.codec.ResourceCodec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeLabelsTest {

  /// @param labels JSON
  /// @param note empty for none
  private static CalicoNode node(String labels, String note) {
    var node =
        (CalicoNode)
            ResourceCodec.readStored(
                ResourceKind.NODE,
                "{\"metadata\":{\"name\":\"n\",\"labels\":%s},\"spec\":{}}".formatted(labels));
    return node.withMetadata(
        node.metadata().withAnnotations(note.isEmpty() ? Map.of() : Map.of(NodeLabels.NOTE, note)));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # story                         | in Calico           | noted     | Kubernetes' | labels then
          first time                      | {}                  | ``        | {"a":"1"}   | {a=1}
          what people gave it stays       | {"own":"x"}         | ``        | {"a":"1"}   | {a=1, own=x}
          nothing to do                   | {"a":"1","own":"x"} | {"a":"1"} | {"a":"1"}   |
          another value                   | {"a":"1"}           | {"a":"1"} | {"a":"2"}   | {a=2}
          gone there                      | {"a":"1","own":"x"} | {"a":"1"} | {}          | {own=x}
          changed here                    | {"a":"9"}           | {"a":"1"} | {"a":"1"}   | {a=1}
          a person's of the same name     | {"a":"9"}           | {}        | {"a":"1"}   | {a=1}
          nothing at all                  | {}                  | ``        | {}          | {}
          a note that cannot be read      | {"a":"1"}           | [7        | {"b":"1"}   | {a=1, b=1}
          """)
  void follow(String story, String calico, String noted, String there, @Nullable String expected) {
    Optional<CalicoNode> synced = NodeLabels.synced(node(calico, noted), node("{}", there));

    assertThat(synced.map(found -> new TreeMap<>(found.metadata().labels()).toString()))
        .as(story)
        .isEqualTo(Optional.ofNullable(expected));
    synced.ifPresent(
        found ->
            assertThat(NodeLabels.synced(found, node("{}", there))).as("once is enough").isEmpty());
  }

  @Test
  void onlyNodesThatKubernetesHadMayBeGone() {
    List<CalicoNode> gone =
        GoneNodes.of(
            List.of(referred("a", "k-a"), referred("b", "k-b"), node("{}", "")), List.of("k-a"));

    assertThat(gone).extracting(node -> node.metadata().name()).containsExactly("b");
  }

  private static CalicoNode referred(String name, String reference) {
    return (CalicoNode)
        ResourceCodec.readStored(
            ResourceKind.NODE,
            """
            {"metadata":{"name":"%s"},
             "spec":{"orchRefs":[{"nodeName":"%s","orchestrator":"k8s"}]}}"""
                .formatted(name, reference));
  }
}
