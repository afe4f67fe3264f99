// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes;

import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreContract;
import dev.brindle.datastore.kubernetes.KubernetesSettings.Credentials;
import dev.brindle.datastore.kubernetes.KubernetesSettings.Overrides;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

/// On a stand-in for the API server.
class KubernetesDatastoreTest extends DatastoreContract {

  private final ApiServer server = new ApiServer();

  @AfterEach
  void endServer() {
    server.close();
  }

  static KubernetesSettings settings(String url) {
    Overrides overrides =
        new Overrides(
            Optional.of(url),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false);
    return new KubernetesSettings(new Credentials.None(), overrides, Optional.empty());
  }

  @Override
  protected Datastore open() {
    for (String namespace : List.of("x", "y")) {
      if (!server.names("/api/v1/namespaces").contains(namespace)) {
        server.create(
            "/api/v1/namespaces", "{\"metadata\":{\"name\":\"%s\"}}".formatted(namespace));
      }
    }
    return KubernetesDatastore.open(settings(server.url()));
  }
}
