// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.brindle.ctl.client.ClientException;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.connect.DatastoreSettings;
import dev.brindle.datastore.connect.StoreField;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads a CalicoAPIConfig file, or the environment where the default file is missing.
final class ConfiguredStores implements Stores {

  static final String DEFAULT_FILE = "/etc/calico/calicoctl.cfg";

  private static final String FAILED = "Failed to create Calico API client: ";
  private static final Set<String> FIELDS = Set.of("apiVersion", "kind", "metadata", "spec");
  private static final long LONGEST_FILE = 1024L * 1024;

  private final Map<String, String> environment;
  private Optional<String> context = Optional.empty();

  ConfiguredStores(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  @Override
  public Datastore open(String configFile) {
    try {
      return settings(Path.of(configFile)).open();
    } catch (IllegalArgumentException | DatastoreException e) {
      throw new ClientException(FAILED + e.getMessage());
    }
  }

  @Override
  public String type(String configFile) {
    try {
      return settings(Path.of(configFile)).type();
    } catch (IllegalArgumentException | DatastoreException e) {
      throw new ClientException(FAILED + e.getMessage());
    }
  }

  @Override
  public Datastore openKubernetes(String kubeconfig) {
    Map<StoreField, String> fields = new EnumMap<>(StoreField.class);
    fields.put(StoreField.DATASTORE_TYPE, DatastoreSettings.KUBERNETES);
    fields.put(StoreField.KUBECONFIG, kubeconfig);
    context.ifPresent(name -> fields.put(StoreField.K8S_CURRENT_CONTEXT, name));
    try {
      return DatastoreSettings.of(fields).open();
    } catch (IllegalArgumentException | DatastoreException e) {
      throw new ClientException(FAILED + e.getMessage());
    }
  }

  @Override
  public void useContext(String name) {
    context = Optional.of(name);
  }

  @Override
  public List<String> sameStore() {
    return context.map(name -> List.of("--context", name)).orElse(List.of());
  }

  private DatastoreSettings settings(Path file) {
    if (Files.exists(file)) {
      return fromFile(file);
    }
    if (!file.toString().equals(DEFAULT_FILE)) {
      throw new ClientException("Error reading config file: " + file);
    }
    Map<String, String> chosen = new HashMap<>(environment);
    context.ifPresent(name -> chosen.put("CALICO_K8S_CURRENT_CONTEXT", name));
    return DatastoreSettings.fromEnvironment(chosen);
  }

  private DatastoreSettings fromFile(Path file) {
    try {
      if (Files.size(file) > LONGEST_FILE) {
        throw new ClientException("Error reading config file: %s is too long".formatted(file));
      }
      JsonNode root =
          new YAMLMapper()
              .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
              .readTree(Files.readString(file));
      refuseUnknown(root, FIELDS, file);
      if (!root.path("kind").asText().equals("CalicoAPIConfig")) {
        throw new ClientException(
            "Error reading config file: %s: kind must be CalicoAPIConfig".formatted(file));
      }
      Map<StoreField, String> fields = fields(root.path("spec"), file);
      context.ifPresent(name -> fields.put(StoreField.K8S_CURRENT_CONTEXT, name));
      return DatastoreSettings.of(fields);
    } catch (IOException e) {
      throw new ClientException(
          "Error reading config file: %s: %s".formatted(file, e.getMessage()));
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

  private static void refuseUnknown(JsonNode node, Set<String> known, Path file) {
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (!known.contains(field.getKey())) {
        throw unknown(file, field.getKey());
      }
    }
  }

  private static ClientException unknown(Path file, String field) {
    return new ClientException(
        "Error reading config file: %s: unknown field \"%s\"".formatted(file, field));
  }
}
