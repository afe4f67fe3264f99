// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.etcd.EtcdSettings;
import dev.brindle.datastore.etcd.Pem;
import dev.brindle.datastore.etcd.Tls;
import dev.brindle.datastore.kubernetes.KubernetesSettings;
import dev.brindle.datastore.kubernetes.KubernetesSettings.Credentials;
import dev.brindle.datastore.kubernetes.layout.CalicoGroup;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatastoreSettingsTest {

  @Test
  void theEmbeddedStoreIsTheDefault() {
    assertThat(DatastoreSettings.fromEnvironment(Map.of("ETCD_ENDPOINTS", " ")))
        .isEqualTo(new DatastoreSettings.Embedded(DatastoreSettings.DEFAULT_FILE));
    assertThat(
            DatastoreSettings.fromEnvironment(
                Map.of("DATASTORE_TYPE", "embedded", "BRINDLE_DATASTORE_FILE", "/x/y.db")))
        .isEqualTo(new DatastoreSettings.Embedded(Path.of("/x/y.db")));
  }

  @Test
  void calicosOwnNameComesFirst() {
    assertThat(
            DatastoreSettings.fromEnvironment(
                Map.of(
                    "CALICO_DATASTORE_TYPE",
                    "etcdv3",
                    "DATASTORE_TYPE",
                    "embedded",
                    "ETCD_ENDPOINTS",
                    "http://[::1]:2379")))
        .isInstanceOf(DatastoreSettings.Etcd.class);
  }

  @Test
  void endpointsAloneMeanEtcd(@TempDir Path directory) throws Exception {
    Path authority = Files.writeString(directory.resolve("ca.pem"), "CA");
    var etcd =
        (DatastoreSettings.Etcd)
            DatastoreSettings.fromEnvironment(
                Map.of(
                    "ETCD_ENDPOINTS", "https://10.0.0.1:2379, https://10.0.0.2:2379",
                    "ETCD_USERNAME", "u",
                    "ETCD_PASSWORD", "p",
                    "ETCD_CA_CERT_FILE", authority.toString()));
    assertThat(etcd.settings())
        .isEqualTo(
            new EtcdSettings(
                List.of(URI.create("https://10.0.0.1:2379"), URI.create("https://10.0.0.2:2379")),
                Optional.of(new EtcdSettings.Login("u", "p")),
                new Tls(
                    Optional.of(new Pem.InFile("etcdCACertFile", authority)), Optional.empty())));
    assertThat(etcd.toString()).doesNotContain("p]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          DATASTORE_TYPE=kubernetes USE_POD_CIDR=on   | usePodCIDR 'on': expected true or false
          DATASTORE_TYPE=kubernetes K8S_KEY_FILE=/k   | k8sKeyFile is set without k8sCertFile
          DATASTORE_TYPE=kubernetes K8S_CLIENT_QPS=x  | k8sClientQPS 'x': expected a number
          DATASTORE_TYPE=kubernetes CALICO_API_GROUP=v1 | expected crd.projectcalico.org/v1 or
          DATASTORE_TYPE=kubernetes K8S_INSECURE_SKIP_TLS_VERIFY=yes | TLSVerify 'yes': expected true or false
          DATASTORE_TYPE=floppy           | datastoreType (DATASTORE_TYPE) is 'floppy': expected embedded, etcdv3 or kubernetes
          DATASTORE_TYPE=etcdv3           | etcdEndpoints (ETCD_ENDPOINTS) is not set
          ETCD_ENDPOINTS=10.0.0.1:2379    | expected a URL such as https://10.0.0.1:2379
          ETCD_ENDPOINTS=http://h         | expected a URL such as
          ETCD_ENDPOINTS=,                | expected URLs such as
          ETCD_ENDPOINTS=http://a:1,https://b:1 | all to be http, or all https
          ETCD_DISCOVERY_SRV=http://a:1   | etcdDiscoverySrv (ETCD_DISCOVERY_SRV) is 'http://a:1': expected a domain such as example.com
          ETCD_DISCOVERY_SRV=x ETCD_ENDPOINTS=http://a:1 | both etcdEndpoints and etcdDiscoverySrv
          ETCD_ENDPOINTS=http://a:1 ETCD_USERNAME=u | etcdUsername is set without etcdPassword
          ETCD_ENDPOINTS=http://a:1 ETCD_PASSWORD=p | etcdPassword is set without etcdUsername
          ETCD_ENDPOINTS=https://a:1 ETCD_CERT_FILE=/no/such | etcdCertFile /no/such cannot be read
          ETCD_ENDPOINTS=https://a:1 ETCD_KEY_FILE=/dev/null | key is set without its certificate
          """)
  void whatCannotBeIsRefused(String variables, String message) {
    Map<String, String> environment =
        Arrays.stream(variables.split(" ", -1))
            .map(each -> each.split("=", 2))
            .collect(Collectors.toMap(each -> each[0], each -> each[1]));
    assertThatThrownBy(() -> DatastoreSettings.fromEnvironment(environment))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void nodesNetworksMayStandForBlocks() {
    Map<String, String> kubernetes =
        Map.of("DATASTORE_TYPE", "kubernetes", "K8S_API_ENDPOINT", "http://127.0.0.1:1");
    Map<String, String> withCidrs = new HashMap<>(kubernetes);
    withCidrs.put("USE_POD_CIDR", "true");

    try (Datastore blocks = DatastoreSettings.fromEnvironment(kubernetes).open();
        Datastore cidrs = DatastoreSettings.fromEnvironment(withCidrs).open()) {
      assertThat(blocks.hasIpam()).isTrue();
      assertThat(cidrs.hasIpam()).isFalse();
    }
  }

  @Test
  void opens(@TempDir Path directory) {
    var settings = DatastoreSettings.embedded(directory.resolve("datastore.db"));
    try (Datastore store = settings.open()) {
      assertThat(store.list(ResourceKind.TIER)).isEmpty();
    }
  }

  private static KubernetesSettings kubernetes(DatastoreSettings settings) {
    return ((DatastoreSettings.Kubernetes) settings).settings();
  }

  @Test
  void kubernetesByAKubeconfig() {
    KubernetesSettings settings =
        kubernetes(
            DatastoreSettings.fromEnvironment(
                Map.of(
                    "DATASTORE_TYPE", "kubernetes",
                    "KUBECONFIG", "/etc/kubeconfig",
                    "K8S_CURRENT_CONTEXT", "c",
                    "K8S_API_ENDPOINT", "https://10.0.0.1:6443",
                    "CALICO_K8SAPITOKEN", "secret",
                    "CALICO_API_GROUP", "projectcalico.org/v3")));
    assertThat(settings.credentials())
        .isEqualTo(new Credentials.Kubeconfig(Path.of("/etc/kubeconfig"), Optional.of("c")));
    assertThat(settings.overrides().endpoint()).contains("https://10.0.0.1:6443");
    assertThat(settings.overrides().token()).contains("secret");
    assertThat(settings.group()).contains(CalicoGroup.NATIVE);
    assertThat(settings.toString()).doesNotContain("secret");
  }

  /// Each developer has one for kubectl.
  @Test
  void aKubeconfigInTheEnvironmentAloneMeansNothing() {
    assertThat(DatastoreSettings.fromEnvironment(Map.of("KUBECONFIG", "/etc/kubeconfig")))
        .isInstanceOf(DatastoreSettings.Embedded.class);
    assertThat(kubernetes(DatastoreSettings.of(Map.of(StoreField.KUBECONFIG, "/x"))).credentials())
        .isEqualTo(new Credentials.Kubeconfig(Path.of("/x"), Optional.empty()));
  }

  @Test
  void anEndpointAloneMeansKubernetes() {
    assertThat(
            kubernetes(DatastoreSettings.fromEnvironment(Map.of("K8S_API_ENDPOINT", "http://h:1")))
                .credentials())
        .isEqualTo(new Credentials.None());
  }

  @Test
  void kubernetesBesideEtcd() {
    Map<String, String> etcd =
        Map.of("DATASTORE_TYPE", "etcdv3", "ETCD_ENDPOINTS", "http://127.0.0.1:1");
    assertThat(DatastoreSettings.kubernetesBeside(etcd)).isEmpty();
    Map<String, String> both = new HashMap<>(etcd);
    both.put("KUBECONFIG", "/etc/kubeconfig");
    assertThat(
            DatastoreSettings.kubernetesBeside(both).map(found -> found.settings().credentials()))
        .contains(new Credentials.Kubeconfig(Path.of("/etc/kubeconfig"), Optional.empty()));
    both.remove("KUBECONFIG");
    both.put("KUBERNETES_SERVICE_HOST", "10.96.0.1");
    assertThat(
            DatastoreSettings.kubernetesBeside(both).map(found -> found.settings().credentials()))
        .contains(new Credentials.InCluster());
  }

  @Test
  void kubeconfigsAreNotMixed() {
    Map<StoreField, String> both =
        Map.of(StoreField.KUBECONFIG, "/x", StoreField.KUBECONFIG_INLINE, "apiVersion: v1");
    assertThatThrownBy(() -> DatastoreSettings.of(both))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("both kubeconfigInline and kubeconfig are set: expected one of them");
    assertThat(
            kubernetes(DatastoreSettings.of(Map.of(StoreField.KUBECONFIG_INLINE, "secret")))
                .toString())
        .doesNotContain("secret");
  }

  @Test
  void theOneInTheHomeDirectoryIsUsedElseThePods(@TempDir Path home) throws Exception {
    assertThat(KubernetesFields.read(Map.of(), Optional.of(home)).credentials())
        .isEqualTo(new Credentials.InCluster());
    Path file = Files.createDirectory(home.resolve(".kube")).resolve("config");
    Files.writeString(file, "");
    assertThat(KubernetesFields.read(Map.of(), Optional.of(home)).credentials())
        .isEqualTo(new Credentials.Kubeconfig(file, Optional.empty()));
  }
}
