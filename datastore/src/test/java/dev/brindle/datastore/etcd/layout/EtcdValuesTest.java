// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.etcd.layout;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.Resource;
import dev.brindle.datastore.codec.ResourceCodec;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EtcdValuesTest {

  private static final JsonMapper JSON = new JsonMapper();

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

  /// IPAM's values, as a newer writer has them, and after we have written them again.
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          of a block       | /calico/ipam/v2/assignment/ipv4/block/10.0.0.0-31 | {"cidr":"10.0.0.0/31","affinity":"host:n1","affinity_claim_time":"2026-01-01T00:00:00Z","allocations":[null,null],"unallocated":[0,1],"attributes":[],"sequenceNumber":7,"sequenceNumberForAllocation":{"1":6},"deleted":false,"newer":[1]}
          of an attribute  | /calico/ipam/v2/assignment/ipv4/block/10.0.0.0-31 | {"cidr":"10.0.0.0/31","affinity":null,"allocations":[0,1],"unallocated":[],"attributes":[{"handle_id":"a","secondary":{"pod":"p"},"newer":1},{"handle_id":"b","newer":2}],"sequenceNumber":7,"sequenceNumberForAllocation":{"0":6},"deleted":false}
          of a handle      | /calico/ipam/v2/handle/Net.a | {"block":{"10.0.0.0/26":2},"deleted":false,"newer":{"a":[]}}
          of an affinity   | /calico/ipam/v2/host/n1/ipv4/block/10.0.0.0-26 | {"state":"confirmed","deleted":false,"newer":true}
          of the settings  | /calico/ipam/v2/config | {"strict_affinity":true,"auto_allocate_blocks":true,"newer":0}
          """)
  void whatANewerWriterStoredInIpamStays(String story, String path, String before)
      throws IOException {
    Resource read = EtcdValues.read(path, EtcdKeys.key(path).orElseThrow(), before, 5);

    String after = EtcdValues.write(path, read, before, read);

    assertThat(JSON.readTree(after)).isEqualTo(JSON.readTree(before));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          the first is released        | b, c   | [{"handle_id":"b","newer":2},{"handle_id":"c","newer":3}]
          another has its place        | d, b, c | [{"handle_id":"d"},{"handle_id":"b","newer":2},{"handle_id":"c","newer":3}]
          one more                     | a, b, c, d | [{"handle_id":"a","newer":1},{"handle_id":"b","newer":2},{"handle_id":"c","newer":3},{"handle_id":"d"}]
          """)
  void whatIsSaidOfAnAddressGoesWithWhoHasIt(String story, String handles, String expected)
      throws IOException {
    String path = "/calico/ipam/v2/assignment/ipv4/block/10.0.0.0-30";
    String before =
        """
        {"cidr":"10.0.0.0/30","affinity":null,"allocations":[0,1,2,null],"unallocated":[3],
        "attributes":[{"handle_id":"a","newer":1},{"handle_id":"b","newer":2},{"handle_id":"c","newer":3}],
        "sequenceNumber":7,"sequenceNumberForAllocation":{},"deleted":false}""";
    Resource read = EtcdValues.read(path, EtcdKeys.key(path).orElseThrow(), before, 5);
    ObjectNode wanted = (ObjectNode) JSON.readTree(before);
    ArrayNode attributes = wanted.putArray("attributes");
    for (String handle : handles.split(", ", -1)) {
      attributes.addObject().put("handle_id", handle);
    }

    String after =
        EtcdValues.write(
            path, EtcdValues.read(path, read.key(), wanted.toString(), 5), before, read);

    assertThat(JSON.readTree(after).path("attributes")).isEqualTo(JSON.readTree(expected));
  }

  /// Else the block would belong to the node again that gave it up.
  @Test
  void anOlderNameForTheOwnerDoesNotComeBack() {
    String path = "/calico/ipam/v2/assignment/ipv4/block/10.0.0.0-31";
    String before =
        """
        {"cidr":"10.0.0.0/31","hostAffinity":"n1","allocations":[null,null],"unallocated":[0,1],
        "attributes":[],"newer":1}""";
    IpamBlock read = (IpamBlock) EtcdValues.read(path, EtcdKeys.key(path).orElseThrow(), before, 5);
    assertThat(read.spec().affinity()).contains("host:n1");
    IpamBlock.Spec spec = read.spec();
    var freed =
        new IpamBlock(
            read.metadata(),
            new IpamBlock.Spec(
                spec.cidr(),
                Optional.empty(),
                "",
                spec.allocations(),
                spec.unallocated(),
                spec.attributes(),
                8,
                Map.of(),
                false));

    assertThat(EtcdValues.write(path, freed, before, read))
        .contains("\"affinity\":null", "\"newer\":1")
        .doesNotContain("hostAffinity");
  }
}
