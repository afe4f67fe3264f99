// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.connect;

import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.embedded.EmbeddedDatastore;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// Which store to use.
///
/// @param file of the embedded store
public record DatastoreSettings(Path file) {

  public static final Path DEFAULT_FILE = Path.of("/var/lib/brindle/datastore.db");

  private static final String EMBEDDED = "embedded";

  /// Reads `DATASTORE_TYPE` (`CALICO_DATASTORE_TYPE` first, as Calico does) and
  /// `BRINDLE_DATASTORE_FILE`.
  ///
  /// @throws IllegalArgumentException if it names a store that this version does not have
  public static DatastoreSettings fromEnvironment(Map<String, String> environment) {
    Optional<String> type = calico(environment, "DATASTORE_TYPE");
    Optional<String> etcd = calico(environment, "ETCD_ENDPOINTS");
    if (type.isEmpty() && etcd.isPresent()) {
      throw new IllegalArgumentException(
          ("ETCD_ENDPOINTS is set (%s), but this version has no etcdv3 datastore:"
                  + " remove it, or set DATASTORE_TYPE=%s")
              .formatted(etcd.get(), EMBEDDED));
    }
    return of(type.orElse(EMBEDDED), given(environment, "BRINDLE_DATASTORE_FILE").map(Path::of));
  }

  /// @param type as in `spec.datastoreType` of a CalicoAPIConfig
  /// @throws IllegalArgumentException if this version does not have such a store
  public static DatastoreSettings of(String type, Optional<Path> file) {
    return switch (type) {
      case EMBEDDED -> new DatastoreSettings(file.orElse(DEFAULT_FILE).toAbsolutePath());
      case "etcdv3", "kubernetes" ->
          throw new IllegalArgumentException(
              "datastore type '%s' is not in this version, only '%s' is".formatted(type, EMBEDDED));
      default ->
          throw new IllegalArgumentException(
              "datastore type '%s' is not one of %s, etcdv3, kubernetes".formatted(type, EMBEDDED));
    };
  }

  /// @throws dev.brindle.datastore.DatastoreException if the store cannot be opened
  public Datastore open() {
    return EmbeddedDatastore.open(file);
  }

  private static Optional<String> calico(Map<String, String> environment, String name) {
    return given(environment, "CALICO_" + name).or(() -> given(environment, name));
  }

  private static Optional<String> given(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }
}
