// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatastoreSettingsTest {

  @Test
  void theEmbeddedStoreIsTheDefault() {
    assertThat(DatastoreSettings.fromEnvironment(Map.of()))
        .isEqualTo(new DatastoreSettings(DatastoreSettings.DEFAULT_FILE));
    assertThat(
            DatastoreSettings.fromEnvironment(
                Map.of("DATASTORE_TYPE", "embedded", "BRINDLE_DATASTORE_FILE", "/x/y.db")))
        .isEqualTo(new DatastoreSettings(Path.of("/x/y.db")));
  }

  @Test
  void calicosOwnNameComesFirst() {
    assertThatThrownBy(
            () ->
                DatastoreSettings.fromEnvironment(
                    Map.of("CALICO_DATASTORE_TYPE", "etcdv3", "DATASTORE_TYPE", "embedded")))
        .hasMessage("datastore type 'etcdv3' is not in this version, only 'embedded' is");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          DATASTORE_TYPE | kubernetes       | is not in this version
          DATASTORE_TYPE | floppy           | is not one of embedded, etcdv3, kubernetes
          ETCD_ENDPOINTS | http://[::1]:2379 | ETCD_ENDPOINTS is set
          """)
  void otherStoresAreRefused(String name, String value, String message) {
    assertThatThrownBy(() -> DatastoreSettings.fromEnvironment(Map.of(name, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void opens(@TempDir Path directory) {
    var settings = DatastoreSettings.of("embedded", Optional.of(directory.resolve("datastore.db")));
    try (Datastore store = settings.open()) {
      assertThat(store.list(ResourceKind.TIER)).isEmpty();
    }
  }
}
