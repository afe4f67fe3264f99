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
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// `kubectl brindle`: the cluster is the one that kubectl would ask, whatever else is configured
/// here, so `KUBECONFIG`, `--kubeconfig` and `--context` say which. Only a file that is named
/// (`-c`) is another's word.
final class KubectlPlugin implements Stores {

  static final String COMMAND = "kubectl brindle";

  private static final String PROGRAM = "kubectl-brindle";
  private static final String KUBECONFIG = "--kubeconfig";
  private static final List<String> NAMESPACE = List.of("-n", "--namespace");

  private final Map<String, String> environment;
  private final ConfiguredStores named;
  private final Path defaultFile;
  private Optional<String> kubeconfig;
  private Optional<String> context = Optional.empty();

  KubectlPlugin(Map<String, String> environment) {
    this(environment, ConfigFile.DEFAULT);
  }

  KubectlPlugin(Map<String, String> environment, Path defaultFile) {
    this.environment = Map.copyOf(environment);
    this.named = new ConfiguredStores(environment);
    this.defaultFile = defaultFile;
    this.kubeconfig =
        Optional.ofNullable(environment.get("KUBECONFIG")).filter(text -> !text.isBlank());
  }

  /// @param program what it was called as
  static boolean is(String program) {
    return program.equals(PROGRAM);
  }

  /// Takes what kubectl has, and calicoctl has not, or not in that place: `--kubeconfig` anywhere,
  /// the namespace before the command.
  ///
  /// @return the rest, for calicoctl's commands
  String[] take(String... given) {
    List<String> args = new ArrayList<>();
    for (int i = 0; i < given.length; i++) {
      if (given[i].equals(KUBECONFIG) && i + 1 < given.length) {
        kubeconfig = Optional.of(given[++i]);
      } else if (given[i].startsWith(KUBECONFIG + "=")) {
        kubeconfig = Optional.of(given[i].substring(KUBECONFIG.length() + 1));
      } else {
        args.add(given[i]);
      }
    }
    if (args.size() > 2 && NAMESPACE.contains(args.getFirst())) {
      args.addAll(List.of(args.removeFirst(), args.removeFirst()));
    } else if (args.size() > 1 && args.getFirst().startsWith("--namespace=")) {
      args.add(args.removeFirst());
    }
    return args.toArray(String[]::new);
  }

  @Override
  public void useContext(String name) {
    context = Optional.of(name);
    named.useContext(name);
  }

  @Override
  public Datastore open(String configFile) {
    return isNamed(configFile) ? named.open(configFile) : asked(DatastoreSettings::open);
  }

  @Override
  public String type(String configFile) {
    return isNamed(configFile) ? named.type(configFile) : asked(DatastoreSettings::type);
  }

  @Override
  public Optional<String> namespaceOfContext(String configFile) {
    return isNamed(configFile)
        ? Optional.empty()
        : Optional.of(asked(DatastoreSettings::namespace));
  }

  @Override
  public List<String> sameStore() {
    List<String> words = new ArrayList<>(named.sameStore());
    kubeconfig.ifPresent(file -> words.addAll(List.of(KUBECONFIG, file)));
    return words;
  }

  private static boolean isNamed(String configFile) {
    return !configFile.equals(ConfigFile.DEFAULT.toString());
  }

  private <T> T asked(Function<DatastoreSettings, T> question) {
    refuseOthers();
    Map<StoreField, String> fields = new EnumMap<>(StoreField.class);
    fields.put(StoreField.DATASTORE_TYPE, DatastoreSettings.KUBERNETES);
    kubeconfig.ifPresent(file -> fields.put(StoreField.KUBECONFIG, file));
    context.ifPresent(name -> fields.put(StoreField.K8S_CURRENT_CONTEXT, name));
    StoreField.CALICO_API_GROUP
        .in(environment)
        .ifPresent(group -> fields.put(StoreField.CALICO_API_GROUP, group));
    try {
      return question.apply(DatastoreSettings.of(fields));
    } catch (IllegalArgumentException | DatastoreException e) {
      throw new ClientException("Failed to create Calico API client: " + e.getMessage());
    }
  }

  /// Whoever has another store here would be shown, or would change, the wrong one.
  private void refuseOthers() {
    Optional<String> type =
        Files.exists(defaultFile)
            ? Optional.of(named.type(defaultFile.toString()))
            : StoreField.DATASTORE_TYPE.in(environment);
    type.filter(text -> !text.equals(DatastoreSettings.KUBERNETES))
        .ifPresent(
            text -> {
              throw new ClientException(
                  "%s names a datastore of type %s, and kubectl brindle works on the cluster of kubectl: call brindle, or name a configuration with -c"
                      .formatted(Files.exists(defaultFile) ? defaultFile : "DATASTORE_TYPE", text));
            });
  }
}
