// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Fields by the names that they have in Go: `.Spec.CIDR` is `spec.cidr`, and what metadata has
/// may be asked of the resource.
final class Fields {

  private static final String METADATA = "metadata";
  private static final Map<String, String> EMBEDDED =
      Map.of("objectmeta", METADATA, "listmeta", METADATA);

  /// @throws TemplateException if there is no such field
  JsonNode of(JsonNode value, String name) {
    if (value.isNull()) {
      return NullNode.getInstance();
    }
    if (name.equals("TypeMeta") && value.isObject()) {
      return value;
    }
    String wanted = EMBEDDED.getOrDefault(name.toLowerCase(Locale.ROOT), name);
    return find(value, wanted)
        .or(() -> find(value.path(METADATA), wanted))
        .orElseThrow(
            () ->
                new TemplateException(
                    "template: can't evaluate field %s in %s"
                        .formatted(name, value.isObject() ? "an object without it" : value)));
  }

  private static Optional<JsonNode> find(JsonNode object, String name) {
    JsonNode exact = object.get(name);
    return exact != null
        ? Optional.of(exact)
        : object
            .propertyStream()
            .filter(field -> field.getKey().equalsIgnoreCase(name))
            .map(Map.Entry::getValue)
            .findFirst();
  }
}
