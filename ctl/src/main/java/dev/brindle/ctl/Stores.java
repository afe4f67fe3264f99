// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl;

import dev.brindle.ctl.client.ClientException;
import dev.brindle.datastore.Datastore;
import java.util.List;
import java.util.Optional;

/// Opens the store that a configuration names.
@FunctionalInterface
public interface Stores {

  /// @param configFile of `-c`
  /// @throws ClientException if there is no such store
  Datastore open(String configFile);

  /// What such a configuration names: `embedded`, `etcdv3` or `kubernetes`.
  ///
  /// @throws ClientException if there is no such store
  default String type(String configFile) {
    return "embedded";
  }

  /// Takes another context of the kubeconfig than the configuration names, from now on.
  default void useContext(String name) {}

  /// What another process has to be told so that it has the same stores, beside the environment.
  default List<String> sameStore() {
    return List.of();
  }

  /// The cluster of a kubeconfig, whatever the store is.
  ///
  /// @throws ClientException if there is no such cluster
  default Datastore openKubernetes(String kubeconfig) {
    throw new ClientException("there is no Kubernetes here");
  }

  /// Where kubectl's users are when they name no namespace.
  ///
  /// @return empty for everybody else
  /// @throws ClientException if the kubeconfig cannot be read
  default Optional<String> namespaceOfContext(String configFile) {
    return Optional.empty();
  }
}
