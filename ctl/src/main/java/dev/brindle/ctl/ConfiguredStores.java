// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl;

import dev.brindle.ctl.client.ClientException;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.connect.ConfigFile;
import dev.brindle.datastore.connect.DatastoreSettings;
import dev.brindle.datastore.connect.StoreField;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads a CalicoAPIConfig file, or the environment where the default file is missing.
final class ConfiguredStores implements Stores {

  private static final String FAILED = "Failed to create Calico API client: ";

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
    if (!Files.exists(file) && file.equals(ConfigFile.DEFAULT)) {
      Map<String, String> chosen = new HashMap<>(environment);
      context.ifPresent(name -> chosen.put("CALICO_K8S_CURRENT_CONTEXT", name));
      return DatastoreSettings.fromEnvironment(chosen);
    }
    Map<StoreField, String> fields = fields(file);
    context.ifPresent(name -> fields.put(StoreField.K8S_CURRENT_CONTEXT, name));
    return DatastoreSettings.of(fields);
  }

  private static Map<StoreField, String> fields(Path file) {
    try {
      return ConfigFile.read(file);
    } catch (IllegalArgumentException e) {
      throw new ClientException(String.valueOf(e.getMessage()));
    }
  }
}
