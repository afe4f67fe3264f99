// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.IpamConfig;
import dev.brindle.api.resource.IpamHandle;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.NetworkPolicy;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.codec.ResourceFormatException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CustomObjectsTest {

  private static final String UID = "5d9a1b2c-3e4f-4a5b-8c6d-7e8f90a1b2c3";

  private static final String HASH = "DM7EHBDU4L3ELKRER4A46T6QMKAGARQI4CVWBO26S4I2IDAAW6CA";

  private static ObjectLayout layout(CalicoGroup group, ResourceKind kind) {
    return ObjectLayout.of(group, kind).getFirst();
  }

  private static ObjectNode json(String text) {
    return Json.object(text).orElseThrow();
  }

  private static ObjectNode written(CalicoGroup group, Resource resource) {
    return layout(group, resource.kind()).write(resource, Json.object());
  }

  private static Resource read(CalicoGroup group, ResourceKind kind, String text) {
    return layout(group, kind).read(json(text)).resource().orElseThrow();
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          CRD,    IP_POOL,        /apis/crd.projectcalico.org/v1/ippools
          NATIVE, IP_POOL,        /apis/projectcalico.org/v3/ippools
          CRD,    IPAM_CONFIG,    /apis/crd.projectcalico.org/v1/ipamconfigs
          NATIVE, IPAM_CONFIG,    /apis/projectcalico.org/v3/ipamconfigurations
          CRD,    NETWORK_SET,    /apis/crd.projectcalico.org/v1/networksets
          CRD,    NODE,           /api/v1/nodes
          """)
  void collections(CalicoGroup group, ResourceKind kind, String path) {
    assertThat(layout(group, kind).objects().path()).isEqualTo(path);
  }

  @Test
  void metadataIsNoted() {
    Metadata metadata =
        Metadata.named("p")
            .withLabels(Map.of("colour", "red", "projectcalico.org/x", "y"))
            .withAnnotations(Map.of("note", "n", "operator.tigera.io/a", "b"))
            .withIdentity("7", UID, "2026-01-01T00:00:00Z");
    var pool = new IpPool(metadata, IpPool.Spec.of(Cidr.parse("10.0.0.0/16")));

    ObjectNode object = written(CalicoGroup.CRD, pool);

    assertThat(object.path("apiVersion").asText()).isEqualTo("crd.projectcalico.org/v1");
    assertThat(object.path("metadata"))
        .isEqualTo(
            json(
                """
                {"name":"p","labels":{"projectcalico.org/x":"y"},"annotations":{
                "operator.tigera.io/a":"b","projectcalico.org/metadata":
                "{\\"creationTimestamp\\":\\"2026-01-01T00:00:00Z\\",\
                \\"labels\\":{\\"colour\\":\\"red\\",\\"projectcalico.org/x\\":\\"y\\"},\
                \\"annotations\\":{\\"note\\":\\"n\\",\\"operator.tigera.io/a\\":\\"b\\"}}"}}"""));
    assertThat(object.path("spec").path("cidr").asText()).isEqualTo("10.0.0.0/16");
    assertThat(read(CalicoGroup.CRD, ResourceKind.IP_POOL, object.toString()))
        .isEqualTo(pool.withMetadata(metadata.withIdentity("", "", "2026-01-01T00:00:00Z")));
    assertThat(written(CalicoGroup.NATIVE, pool).path("metadata").path("labels").toString())
        .isEqualTo("{\"colour\":\"red\",\"projectcalico.org/x\":\"y\"}");
  }

  /// Finalizers, owners and fields of a newer writer stay when it is written again.
  @Test
  void whatIsNotKnownStays() {
    ObjectNode before =
        json(
            """
            {"metadata":{"name":"p","uid":"u","resourceVersion":"9","finalizers":["f"],
            "labels":{"own":"l"},"annotations":{"projectcalico.org/metadata":
            "{\\"ownerReferences\\":[{\\"name\\":\\"o\\"}],\\"labels\\":{\\"a\\":\\"b\\"}}"}},
            "spec":{"cidr":"10.0.0.0/16"},"status":{"conditions":[]}}""");
    ObjectLayout layout = layout(CalicoGroup.CRD, ResourceKind.IP_POOL);
    Resource pool = layout.read(before).resource().orElseThrow();
    assertThat(pool.metadata().labels()).isEqualTo(Map.of("a", "b", "own", "l"));

    ObjectNode after = layout.write(pool.withMetadata(Metadata.named("p")), before);

    assertThat(after.path("metadata").path("finalizers").path(0).asText()).isEqualTo("f");
    assertThat(after.path("metadata").path("resourceVersion").asText()).isEqualTo("9");
    assertThat(after.has("status")).isTrue();
    assertThat(
            after.path("metadata").path("annotations").path("projectcalico.org/metadata").asText())
        .isEqualTo("{\"ownerReferences\":[{\"name\":\"o\"}]}");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          IPAM_BLOCK     | {"metadata":{"name":"10-0-0-0-31"},"spec":{"cidr":"10.0.0.0/31","allocations":[0,1],"unallocated":[],"attributes":[{"handle_id":"a","newer":1},{"handle_id":"b","newer":{"x":2}}],"sequenceNumber":7,"sequenceNumberForAllocation":{"0":6},"deleted":false,"strictAffinity":false,"newer":[1]}}
          IPAM_HANDLE    | {"metadata":{"name":"h"},"spec":{"handleID":"H","block":{"10.0.0.0/26":2},"newer":[1]}}
          BLOCK_AFFINITY | {"metadata":{"name":"n1-10-0-0-0-26"},"spec":{"state":"confirmed","node":"n1","type":"host","cidr":"10.0.0.0/26","deleted":"false","newer":[1]}}
          IPAM_CONFIG    | {"metadata":{"name":"default"},"spec":{"strictAffinity":true,"autoAllocateBlocks":true,"newer":[1]}}
          """)
  void whatIsNotKnownOfIpamStays(ResourceKind kind, String text) {
    ObjectNode before = json(text);
    ObjectLayout layout = layout(CalicoGroup.CRD, kind);

    ObjectNode after = layout.write(layout.read(before).resource().orElseThrow(), before);

    assertThat(json(after.toString()).path("spec")).isEqualTo(before.path("spec"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          x         |         | ''                 | x
          default.x |         | ''                 | x
          default.x | default | ''                 | x
          default.x | other   | ''                 | default.x
          default.x | default | {"name":"y"}       | y
          default.x | default | {}                 | default.x
          """)
  void namesOfPolicies(String stored, String tier, String note, String name) {
    ObjectNode object = Json.object();
    object.putObject("metadata").put("name", stored);
    if (!note.isEmpty()) {
      object
          .withObjectProperty("metadata")
          .putObject("annotations")
          .put("projectcalico.org/metadata", note);
    }
    if (tier != null) {
      object.putObject("spec").put("tier", tier);
    }
    ObjectLayout layout = layout(CalicoGroup.CRD, ResourceKind.GLOBAL_NETWORK_POLICY);
    assertThat(layout.key(object).orElseThrow().name()).isEqualTo(name);
    assertThat(layout.read(object).resource().orElseThrow().metadata().name()).isEqualTo(name);
  }

  @Test
  void whereAPolicyMayBe() {
    var key = new ResourceKey(ResourceKind.NETWORK_POLICY, "ns", "x");
    assertThat(layout(CalicoGroup.CRD, ResourceKind.NETWORK_POLICY).names(key))
        .containsExactly(new ObjectName("ns", "x"), new ObjectName("ns", "default.x"));
  }

  @Test
  void theTierIsALabel() {
    var policy =
        new NetworkPolicy(
            Metadata.named("ns", "x"),
            new NetworkPolicy.Spec(
                "t", Optional.empty(), "", List.of(), List.of(), List.of(), "", List.of()));
    ObjectNode metadata = (ObjectNode) written(CalicoGroup.CRD, policy).path("metadata");
    assertThat(metadata.path("labels").toString()).isEqualTo("{\"projectcalico.org/tier\":\"t\"}");
    assertThat(metadata.path("namespace").asText()).isEqualTo("ns");
    assertThat(metadata.path("annotations").path("projectcalico.org/metadata").asText())
        .isEqualTo("{\"name\":\"x\"}");
  }

  @Test
  void aBlockHasAllThatItsSchemaDemands() {
    var block =
        new IpamBlock(
            Metadata.named("10-0-0-0-31"),
            new IpamBlock.Spec(
                Cidr.parse("10.0.0.0/31"),
                Optional.empty(),
                "",
                List.of(0, IpamBlock.FREE),
                List.of(1),
                List.of(
                    new IpamBlock.Attribute("h", Map.of("pod", "p"), Map.of(), Optional.empty())),
                7,
                Map.of("0", 7L),
                false));
    ObjectNode object = written(CalicoGroup.CRD, block);
    assertThat(object.path("spec").toString())
        .isEqualTo(
            """
            {"cidr":"10.0.0.0/31","allocations":[0,null],"unallocated":[1],\
            "attributes":[{"handle_id":"h","secondary":{"pod":"p"}}],"sequenceNumber":7,\
            "sequenceNumberForAllocation":{"0":7},"deleted":false,"strictAffinity":false}""");
    assertThat(
            ((IpamBlock) read(CalicoGroup.CRD, ResourceKind.IPAM_BLOCK, object.toString())).spec())
        .isEqualTo(block.spec());
  }

  private static BlockAffinity affinity(String node) {
    Cidr cidr = Cidr.parse("10.0.0.0/26");
    return new BlockAffinity(
        Metadata.named(node + "-10-0-0-0-26"),
        new BlockAffinity.Spec(BlockAffinity.State.PENDING, node, "host", cidr, false));
  }

  @Test
  void anAffinityHasLabelsAndAWordForDeleted() {
    ObjectNode object = written(CalicoGroup.CRD, affinity("n1"));
    assertThat(object.path("spec").path("deleted").isTextual()).isTrue();
    assertThat(object.path("spec").path("deleted").asText()).isEqualTo("false");
    assertThat(
            object.path("metadata").path("labels").path("projectcalico.org/hostname-hash").asText())
        .hasSize(52)
        .matches("[A-Z2-7]+");
    assertThat(object.path("metadata").path("labels").path("projectcalico.org/ip-version").asText())
        .isEqualTo("4");
    assertThat(written(CalicoGroup.NATIVE, affinity("n1")).path("spec").path("deleted").isBoolean())
        .isTrue();
    BlockAffinity read =
        (BlockAffinity) read(CalicoGroup.CRD, ResourceKind.BLOCK_AFFINITY, object.toString());
    assertThat(read.spec()).isEqualTo(affinity("n1").spec());
    assertThat(AffinityLabels.isLabelled(read)).isTrue();
    assertThat(AffinityLabels.isLabelled(affinity("n1"))).isFalse();
  }

  /// SHA3-256 of "n1" by another program (Python's hashlib).
  @Test
  void theHashOfAHost() {
    assertThat(AffinityLabels.ofOwner("n1")).isEqualTo("projectcalico.org/hostname-hash=" + HASH);
  }

  @Test
  void anEmptyStateIsConfirmed() {
    String text =
        "{\"metadata\":{\"name\":\"n1-10-0-0-0-26\"},\"spec\":{\"state\":\"\",\"node\":\"n1\","
            + "\"cidr\":\"10.0.0.0/26\",\"deleted\":\"false\"}}";
    var read = (BlockAffinity) read(CalicoGroup.CRD, ResourceKind.BLOCK_AFFINITY, text);
    assertThat(read.spec().state()).isEqualTo(BlockAffinity.State.CONFIRMED);
  }

  @ParameterizedTest
  @CsvSource({"CRD, true", "NATIVE, false"})
  void removalIsAnnounced(CalicoGroup group, boolean isText) {
    ObjectLayout layout = layout(group, ResourceKind.BLOCK_AFFINITY);
    ObjectNode object = written(group, affinity("n1"));
    assertThat(layout.isHalfRemoved(object)).isFalse();
    ObjectNode marked = layout.halfRemoved(object);
    assertThat(marked.path("spec").path("deleted").isTextual()).isEqualTo(isText);
    assertThat(layout.isHalfRemoved(marked)).isTrue();
    assertThat(layout.read(marked).resource()).isEmpty();
  }

  @Test
  void aHandleIsStoredInLowerCase() {
    var handle =
        new IpamHandle(
            Metadata.named("Net.Abc"),
            new IpamHandle.Spec("Net.Abc", Map.of("10.0.0.0/26", 1), false));
    ObjectNode object = written(CalicoGroup.CRD, handle);
    assertThat(object.path("metadata").path("name").asText()).isEqualTo("net.abc");
    assertThat(object.path("spec").path("handleID").asText()).isEqualTo("Net.Abc");
    assertThat(read(CalicoGroup.CRD, ResourceKind.IPAM_HANDLE, object.toString()).key())
        .isEqualTo(handle.key());
    assertThat(layout(CalicoGroup.CRD, ResourceKind.IPAM_HANDLE).names(handle.key()))
        .containsExactly(ObjectName.of("net.abc"));
  }

  @Test
  void theConfigurationOfIpamSaysAll() {
    var config =
        new IpamConfig(
            Metadata.named("default"), new IpamConfig.Spec(false, Optional.empty(), 0, "", 0));
    ObjectNode object = written(CalicoGroup.CRD, config);
    assertThat(object.path("kind").asText()).isEqualTo("IPAMConfig");
    assertThat(object.path("spec").toString())
        .isEqualTo("{\"strictAffinity\":false,\"autoAllocateBlocks\":true}");
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          00000000-0000-0000-0000-000000000000, 00000000-0000-0000-0000-000000000000
          01020304-0506-4708-8910-111213141516, 8040c020-a060-4710-8908-8848c828a868
          not-a-uuid,                           not-a-uuid
          """)
  void uidsAreReversedByteByByte(String uid, String other) {
    assertThat(Uid.other(uid)).isEqualTo(other);
    assertThat(Uid.other(Uid.other(uid))).isEqualTo(uid);
  }

  @Test
  void aNoteThatIsNoneIsSaid() {
    String text =
        "{\"metadata\":{\"name\":\"p\",\"annotations\":{\"projectcalico.org/metadata\":\"x\"}},"
            + "\"spec\":{\"cidr\":\"10.0.0.0/16\"}}";
    assertThatThrownBy(() -> read(CalicoGroup.CRD, ResourceKind.IP_POOL, text))
        .isInstanceOf(ResourceFormatException.class)
        .hasMessageContaining("projectcalico.org/metadata: expected a JSON object");
  }
}
