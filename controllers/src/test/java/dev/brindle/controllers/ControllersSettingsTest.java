// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.datastore.connect.DatastoreSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControllersSettingsTest {

  private static final UUID START = new UUID(1, 2);

  private static ControllersSettings read(Map<String, String> more) {
    Map<String, String> environment =
        new HashMap<>(Map.of("K8S_API_ENDPOINT", "http://127.0.0.1:1", "HOSTNAME", "pod-7"));
    environment.putAll(more);
    return ControllersSettings.read(environment, START);
  }

  @Test
  void kubernetesIsAskedWhereverTheStoreIs() {
    ControllersSettings one = read(Map.of("DATASTORE_TYPE", "kubernetes"));
    ControllersSettings two =
        read(Map.of("DATASTORE_TYPE", "etcdv3", "ETCD_ENDPOINTS", "http://127.0.0.1:2"));

    assertThat(one.store()).isInstanceOf(DatastoreSettings.Kubernetes.class);
    assertThat(one.kubernetes()).isEmpty();
    assertThat(two.store()).isInstanceOf(DatastoreSettings.Etcd.class);
    assertThat(two.kubernetes()).containsInstanceOf(DatastoreSettings.Beside.class);
  }

  @Test
  void theLeaseAndItsCandidateHaveNames() {
    ControllersSettings usual = read(Map.of());
    ControllersSettings other =
        read(Map.of("BRINDLE_LEASE_NAMESPACE", "net", "BRINDLE_LEASE_NAME", "l"));

    assertThat(usual.leaseNamespace()).isEqualTo("kube-system");
    assertThat(usual.leaseName()).isEqualTo("brindle-controllers");
    assertThat(usual.identity()).isEqualTo("pod-7_" + START);
    assertThat(usual.healthPort()).isEqualTo(9095);
    assertThat(usual.isHealthAsked()).isFalse();
    assertThat(read(Map.of("BRINDLE_CONTROLLERS_HEALTHPORT", "9095")).isHealthAsked()).isTrue();
    assertThat(other.leaseNamespace()).isEqualTo("net");
    assertThat(other.leaseName()).isEqualTo("l");
  }

  @ParameterizedTest
  @CsvSource({"70000", "-1", "http", "9095x", "999999999999"})
  void aPortIsOne(String text) {
    assertThatThrownBy(() -> read(Map.of("BRINDLE_CONTROLLERS_HEALTHPORT", text)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("BRINDLE_CONTROLLERS_HEALTHPORT is '%s': expected a port, or 0 for none", text);
  }
}
