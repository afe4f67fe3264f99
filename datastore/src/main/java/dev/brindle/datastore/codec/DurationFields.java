// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.validation.Durations;
import dev.brindle.api.validation.FelixField;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Durations in documents, which Calico stores in one way only, however they were written.
final class DurationFields {

  private static final Map<ResourceKind, Set<String>> NAMES =
      Map.of(
          ResourceKind.BGP_CONFIGURATION, Set.of("nodeMeshMaxRestartTime"),
          ResourceKind.BGP_PEER, Set.of("maxRestartTime", "keepaliveTime"),
          ResourceKind.KUBE_CONTROLLERS_CONFIGURATION,
              Set.of("etcdV3CompactionPeriod", "reconcilerPeriod", "leakGracePeriod"),
          ResourceKind.FELIX_CONFIGURATION, ofFelix());

  private DurationFields() {}

  private static Set<String> ofFelix() {
    return Stream.concat(
            FelixField.names().stream()
                .filter(name -> FelixField.named(name).form() == FelixField.Form.DURATION),
            Stream.of("timeout"))
        .collect(Collectors.toUnmodifiableSet());
  }

  /// @param part of a resource of that kind; is changed
  static void canonicalize(ResourceKind kind, JsonNode part) {
    Set<String> names = NAMES.get(kind);
    if (names != null) {
      walk(names, part);
    }
  }

  /// The path of one that is there and says nothing, which Calico refuses; null is none.
  static Optional<JsonPointer> firstEmpty(ResourceKind kind, JsonNode part) {
    Set<String> names = NAMES.get(kind);
    return names == null ? Optional.empty() : firstEmpty(names, part, JsonPointer.empty());
  }

  private static Optional<JsonPointer> firstEmpty(
      Set<String> names, JsonNode part, JsonPointer path) {
    for (Map.Entry<String, JsonNode> field : part.properties()) {
      JsonPointer inner = path.appendProperty(field.getKey());
      boolean isEmpty =
          names.contains(field.getKey())
              && field.getValue().isTextual()
              && field.getValue().textValue().isEmpty();
      Optional<JsonPointer> found =
          isEmpty ? Optional.of(inner) : firstEmpty(names, field.getValue(), inner);
      if (found.isPresent()) {
        return found;
      }
    }
    for (int i = 0; part.isArray() && i < part.size(); i++) {
      Optional<JsonPointer> found = firstEmpty(names, part.get(i), path.appendIndex(i));
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static void walk(Set<String> names, JsonNode part) {
    if (part instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        JsonNode value = field.getValue();
        if (names.contains(field.getKey()) && value.isTextual()) {
          field.setValue(object.textNode(Durations.canonical(value.textValue())));
        }
      }
    }
    part.forEach(child -> walk(names, child));
  }
}
