// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.etcd.layout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.Resource;
import dev.brindle.datastore.codec.ResourceCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EtcdValuesTest {

  /// Staged or not, a policy's value says its name, and what is read does not show that it did.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "NetworkPolicy, metadata: {name: p, namespace: ns}",
        "GlobalNetworkPolicy, metadata: {name: p}",
        "StagedNetworkPolicy, metadata: {name: p, namespace: ns}",
        "StagedGlobalNetworkPolicy, metadata: {name: p}"
      })
  void policiesSayTheirNames(String head) {
    Resource policy =
        ResourceCodec.read("{apiVersion: projectcalico.org/v3, kind: %s}".formatted(head))
            .getFirst();
    String path = EtcdKeys.of(policy);

    String value = EtcdValues.write(path, policy);

    assertThat(value).contains("\"projectcalico.org/metadata\":\"{\\\"name\\\":\\\"p\\\"}\"");
    assertThat(EtcdValues.read(path, policy.key(), value, 5))
        .isEqualTo(policy.withMetadata(policy.metadata().withResourceVersion("5")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NetworkSet, metadata: {name: s, namespace: ns}, spec: {nets: [10.0.0.1]}",
        "GlobalNetworkSet, metadata: {name: s}, spec: {nets: [10.0.0.0/8]}",
        "IPReservation, metadata: {name: r}, spec: {reservedCIDRs: [10.0.0.1]}",
        "HostEndpoint, metadata: {name: h}, spec: {node: n1, interfaceName: eth0}",
        "StagedKubernetesNetworkPolicy, metadata: {name: p, namespace: ns}"
      })
  void otherKindsAreWholeObjects(String head) {
    Resource resource =
        ResourceCodec.read("{apiVersion: projectcalico.org/v3, kind: %s}".formatted(head))
            .getFirst();
    String path = EtcdKeys.of(resource);

    assertThat(EtcdValues.write(path, resource)).isEqualTo(ResourceCodec.stored(resource));
    assertThat(EtcdValues.read(path, resource.key(), ResourceCodec.stored(resource), 5))
        .isEqualTo(resource.withMetadata(resource.metadata().withResourceVersion("5")));
  }

  @Test
  void whatANewerWriterStoredStays() {
    Resource policy =
        ResourceCodec.read(
                "{apiVersion: projectcalico.org/v3, kind: GlobalNetworkPolicy, metadata: {name: p},"
                    + " spec: {order: 2}}")
            .getFirst();
    String path = EtcdKeys.of(policy);
    String before =
        """
        {"kind":"GlobalNetworkPolicy","metadata":{"name":"p","finalizers":["f"],"annotations":
        {"a":"b"}},"spec":{"order":1,"newField":[1]},"status":{"seen":true}}""";

    String after =
        EtcdValues.write(path, policy, before, EtcdValues.read(path, policy.key(), before, 5));

    assertThat(after)
        .contains("\"order\":2", "\"newField\":[1]", "\"status\":{\"seen\":true}")
        .contains("\"finalizers\":[\"f\"]")
        .doesNotContain("\"a\":\"b\"");
  }
}
