// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.resource.ResourceKind;
import dev.brindle.ctl.client.ClientException;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.connect.ConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConfiguredStoresTest {

  private static final String HEAD = "apiVersion: projectcalico.org/v3\nkind: CalicoAPIConfig\n";

  @TempDir private Path directory;

  @Test
  void aFileSaysWhichStore() throws IOException {
    Path store = directory.resolve("s.db");
    Path file = file(HEAD + "spec: {datastoreType: embedded, datastoreFile: %s}".formatted(store));
    Map<String, String> environment = Map.of("DATASTORE_TYPE", "etcdv3");
    try (Datastore opened = new ConfiguredStores(environment).open(file.toString())) {
      assertThat(opened.list(ResourceKind.TIER)).isEmpty();
    }
    assertThat(store).exists();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {datastoreType: etcdv3}                  | Failed to create Calico API client: etcdEndpoints (ETCD_ENDPOINTS) is not set
          {datastoreType: kubernetes, usePodCIDR: 'x'} | Failed to create Calico API client: usePodCIDR 'x': expected true or false
          {datastoreType: redis}                   | Failed to create Calico API client: datastoreType (DATASTORE_TYPE) is 'redis': expected embedded, etcdv3 or kubernetes
          {datastoreType: embedded, datastorFile: x} | Error reading config file: FILE: unknown field "datastorFile"
          {etcdEndpoints: x}                       | Failed to create Calico API client: etcd endpoint 'x': expected a URL
          {etcdEndpoints: 'https://a:1', etcdKey: k, etcdKeyFile: f} | Failed to create Calico API client: both etcdKey and etcdKeyFile are set
          {datastoreFile: /proc/no/such/s.db}      | Failed to create Calico API client:
          {datastoreFile: a, datastoreFile: b}     | Error reading config file: FILE: Duplicate field
          """)
  void refuses(String spec, String expected) throws IOException {
    Path file = file(HEAD + "spec: " + spec);
    assertThatThrownBy(() -> new ConfiguredStores(Map.of()).open(file.toString()))
        .isInstanceOf(ClientException.class)
        .hasMessageStartingWith(expected.replace("FILE", file.toString()));
  }

  /// It must never be another cluster than the one that was meant.
  @Test
  void theContextOfTheCommandLineWins() throws IOException {
    Path kubeconfig =
        Files.writeString(
            directory.resolve("config"),
            """
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "http://127.0.0.1:1"}}]
            users: [{name: u, user: {}}]
            contexts: [{name: a, context: {cluster: c, user: u}}]
            current-context: a
            """);
    Path file = file(HEAD + "spec: {kubeconfig: %s, k8sCurrentContext: a}".formatted(kubeconfig));
    var fromFile = new ConfiguredStores(Map.of());
    fromFile.open(file.toString()).close();
    fromFile.useContext("b");
    var fromEnvironment =
        new ConfiguredStores(
            Map.of("DATASTORE_TYPE", "kubernetes", "KUBECONFIG", kubeconfig.toString()));
    fromEnvironment.useContext("b");
    for (Map.Entry<ConfiguredStores, String> each :
        Map.of(fromFile, file.toString(), fromEnvironment, ConfigFile.DEFAULT.toString())
            .entrySet()) {
      assertThatThrownBy(() -> each.getKey().open(each.getValue()))
          .isInstanceOf(ClientException.class)
          .hasMessageContaining("has no context 'b'");
    }
  }

  @Test
  void anotherDocumentIsRefused() throws IOException {
    Path file = file("kind: IPPool\n");
    assertThatThrownBy(() -> new ConfiguredStores(Map.of()).open(file.toString()))
        .hasMessage("Error reading config file: %s: kind must be CalicoAPIConfig".formatted(file));
  }

  @Test
  void aFileThatWasNamedHasToBeThere() {
    String missing = directory.resolve("none.cfg").toString();
    assertThatThrownBy(() -> new ConfiguredStores(Map.of()).open(missing))
        .hasMessage("Error reading config file: " + missing);
  }

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("calicoctl.cfg"), text);
  }
}
