// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.connect;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/// A CalicoAPIConfig in a file, YAML or JSON.
public final class ConfigFile {

  /// Where all programs look for it.
  public static final Path DEFAULT = Path.of("/etc/calico/calicoctl.cfg");

  private static final String FAILED = "Error reading config file: ";
  private static final Set<String> FIELDS = Set.of("apiVersion", "kind", "metadata", "spec");
  private static final long LONGEST_FILE = 1024L * 1024;

  private ConfigFile() {}

  /// What its `spec` says; blank fields are left out.
  ///
  /// @throws IllegalArgumentException if it is not there, or is no such file
  public static Map<StoreField, String> read(Path file) {
    if (!Files.exists(file)) {
      throw new IllegalArgumentException(FAILED + file);
    }
    try {
      if (Files.size(file) > LONGEST_FILE) {
        throw new IllegalArgumentException(FAILED + "%s is too long".formatted(file));
      }
      JsonNode root =
          new YAMLMapper()
              .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
              .readTree(Files.readString(file));
      refuseUnknown(root, file);
      if (!root.path("kind").asText().equals("CalicoAPIConfig")) {
        throw new IllegalArgumentException(
            FAILED + "%s: kind must be CalicoAPIConfig".formatted(file));
      }
      return fields(root.path("spec"), file);
    } catch (IOException e) {
      throw new IllegalArgumentException(FAILED + "%s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static Map<StoreField, String> fields(JsonNode spec, Path file) {
    Map<StoreField, String> fields = new EnumMap<>(StoreField.class);
    for (Map.Entry<String, JsonNode> field : spec.properties()) {
      StoreField known =
          StoreField.named(field.getKey()).orElseThrow(() -> unknown(file, field.getKey()));
      String value = field.getValue().asText();
      if (!value.isBlank()) {
        fields.put(known, value);
      }
    }
    return fields;
  }

  private static void refuseUnknown(JsonNode root, Path file) {
    for (Map.Entry<String, JsonNode> field : root.properties()) {
      if (!FIELDS.contains(field.getKey())) {
        throw unknown(file, field.getKey());
      }
    }
  }

  private static IllegalArgumentException unknown(Path file, String field) {
    return new IllegalArgumentException(FAILED + "%s: unknown field \"%s\"".formatted(file, field));
  }
}
