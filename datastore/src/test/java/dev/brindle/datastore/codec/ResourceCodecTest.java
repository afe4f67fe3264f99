// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.NetworkPolicy;
import dev.brindle.api.resource.Profile;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.Rule;
import dev.brindle.api.validation.Validation;
import dev.brindle.api.validation.Violation;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceCodecTest {

  /// No store has these.
  private static final String NOWHERE = "KUBERNETES_.*|LIVE_MIGRATION";

  private static final String IPAMS = "IPAM_BLOCK|IPAM_HANDLE|BLOCK_AFFINITY";

  /// Programs write these, and nobody else.
  private static final String OTHERS = NOWHERE + "|" + IPAMS;

  @ParameterizedTest
  @EnumSource(value = ResourceKind.class, mode = Mode.MATCH_ALL, names = OTHERS)
  void nothingThatPeopleDoNotWrite(ResourceKind kind) {
    String text =
        "{apiVersion: projectcalico.org/v3, kind: %s, metadata: {name: a, namespace: b}}"
            .formatted(kind);
    assertThatExceptionOfType(ResourceFormatException.class)
        .isThrownBy(() -> ResourceCodec.read(text))
        .withMessageContaining("expected kind to be one of ")
        .withMessageNotContaining(kind + ",");
  }

  @ParameterizedTest
  @EnumSource(value = ResourceKind.class, mode = Mode.MATCH_NONE, names = OTHERS)
  void everyKindGoesThroughYaml(ResourceKind kind) {
    String sample = ResourceSamples.of(kind);
    Resource resource = only(ResourceCodec.read(sample));

    assertThat(resource.kind()).isEqualTo(kind);
    assertThat(
            ResourceCodec.yaml(resource)
                .replace("source: {}\n", "")
                .replace("destination: {}\n", ""))
        .isEqualTo(sample);
    assertThat(only(ResourceCodec.read(ResourceCodec.yaml(resource)))).isEqualTo(resource);
  }

  @ParameterizedTest
  @EnumSource(value = ResourceKind.class, mode = Mode.MATCH_NONE, names = OTHERS)
  void everyKindGoesThroughJson(ResourceKind kind) {
    Resource resource = only(ResourceCodec.read(ResourceSamples.of(kind)));

    assertThat(only(ResourceCodec.read(ResourceCodec.json(resource)))).isEqualTo(resource);
  }

  @ParameterizedTest
  @EnumSource(value = ResourceKind.class, mode = Mode.MATCH_ANY, names = IPAMS)
  void whatIpamWritesIsPrinted(ResourceKind kind) {
    assertThat(ResourceCodec.yaml(ResourceSamples.read(kind))).isEqualTo(ResourceSamples.of(kind));
  }

  @ParameterizedTest
  @EnumSource(value = ResourceKind.class, mode = Mode.MATCH_NONE, names = NOWHERE)
  void everyKindGoesThroughTheStore(ResourceKind kind) throws IOException {
    Resource resource = ResourceSamples.read(kind);
    Resource bare = resource.withMetadata(resource.metadata().withResourceVersion(""));

    assertThat(ResourceCodec.readStored(kind, ResourceCodec.stored(resource))).isEqualTo(bare);
    assertThat(ResourceMapper.tree(ResourceCodec.stored(resource)))
        .isEqualTo(ResourceMapper.tree(ResourceTree.of(bare).toString()));
  }

  @ParameterizedTest
  @EnumSource(value = ResourceKind.class, mode = Mode.MATCH_NONE, names = OTHERS)
  void listsAreExpanded(ResourceKind kind) {
    Resource resource = only(ResourceCodec.read(ResourceSamples.of(kind)));
    var list = new ResourceList(kind, List.of(resource, resource), "7");

    assertThat(ResourceCodec.read(ResourceCodec.yaml(list))).containsExactly(resource, resource);
    assertThat(ResourceCodec.read(ResourceCodec.json(list))).containsExactly(resource, resource);
    assertThat(ResourceCodec.read(ResourceCodec.json(List.of(resource)))).containsExactly(resource);
    assertThat(ResourceCodec.read(ResourceCodec.yaml(List.of(resource)))).containsExactly(resource);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          CALICO_NODE_STATUS             | {"node":"n1"}        | {"agent":{"birdV4":{"state":"Ready","version":""},"birdV6":null},"lastUpdated":"2026-11-21T00:00:00Z"}
          IP_POOL                        | {"cidr":"10.0.0.0/16","vxlanMode":"Never","ipipMode":"Never","blockSize":26,"nodeSelector":"all()","allowedUses":["Workload","Tunnel"],"assignmentMode":"Automatic"} | {"conditions":[{"type":"Allocatable","status":"True","lastTransitionTime":"2026-11-21T00:00:00Z","reason":"OK","message":"","newer":null}],"newer":[1]}
          KUBE_CONTROLLERS_CONFIGURATION | {"controllers":{}}   | {"environmentVars":{"A":"b"},"runningConfig":{"controllers":{"node":{}}}}
          """)
  void whatProgramsSayIsKeptAsTheyWroteIt(ResourceKind kind, String spec, String status) {
    String stored =
        """
        {"kind":"%s","apiVersion":"projectcalico.org/v3","metadata":{"name":"x"},"spec":%s,"status":%s}\
        """
            .formatted(kind, spec, status);

    Resource read = ResourceCodec.readStored(kind, stored);

    assertThat(ResourceCodec.stored(read)).isEqualTo(stored);
    assertThat(ResourceCodec.stored(only(ResourceCodec.read(ResourceCodec.yaml(read)))))
        .as("people do not write it")
        .isEqualTo(
            stored.replace(
                ",\"status\":" + status, WITHOUT_STATUS.contains(kind) ? "" : ",\"status\":{}"));
  }

  private static final Set<ResourceKind> WITHOUT_STATUS =
      Set.of(ResourceKind.CALICO_NODE_STATUS, ResourceKind.IP_POOL);

  /// Kubernetes has them by name.
  @Test
  void conditionsAreInCalicosOrder() {
    Resource pool =
        ResourceCodec.readStored(
            ResourceKind.IP_POOL,
            """
            {"metadata":{"name":"p"},"spec":{"cidr":"10.0.0.0/16"},"status":{"conditions":[
            {"lastTransitionTime":"t","message":"m","reason":"r","status":"s","type":"y"}]}}""");

    assertThat(ResourceCodec.stored(pool))
        .endsWith(
            ",\"status\":{\"conditions\":[{\"type\":\"y\",\"status\":\"s\","
                + "\"lastTransitionTime\":\"t\",\"reason\":\"r\",\"message\":\"m\"}]}}");
  }

  /// As Calico's own writers for OpenStack and its tests store it.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        """
        {"source":{"workloadEndpoint":{"hostname":"h1","orchestratorID":"openstack",\
        "workloadID":"openstack/vm","endpointID":"port"}},\
        "target":{"workloadEndpoint":{"hostname":"h2","orchestratorID":"openstack",\
        "workloadID":"openstack/vm","endpointID":"port"}}}\
        """,
        """
        {"source":{"workload":{"orchestratorID":"k8s","workloadID":"ns/p"}},\
        "target":{"selector":"a == 'b'"}}\
        """,
        """
        {"source":{},"target":{"selector":"","workloadEndpoint":{}}}\
        """
      })
  void aLiveMigrationIsStoredAsItWasRead(String spec) {
    String stored =
        """
        {"kind":"LiveMigration","apiVersion":"projectcalico.org/v3",\
        "metadata":{"name":"m","namespace":"ns"},"spec":%s}\
        """
            .formatted(spec);

    Resource read = ResourceCodec.readStored(ResourceKind.LIVE_MIGRATION, stored);

    assertThat(ResourceCodec.stored(read)).isEqualTo(stored);
    assertThat(Validation.of(read)).isEmpty();
    assertThat(ResourceCodec.yaml(read)).contains("kind: LiveMigration");
  }

  @Test
  void aLiveMigrationHasANameAndANamespace() {
    Resource read =
        ResourceCodec.readStored(ResourceKind.LIVE_MIGRATION, "{\"metadata\":{\"name\":\"M\"}}");

    assertThat(Validation.of(read))
        .extracting(Violation::field)
        .containsExactlyInAnyOrder("metadata.name", "metadata.namespace");
  }

  @Test
  void jsonIsIndented() {
    var pool = new IpPool(Metadata.named("a"), IpPool.Spec.of(Cidr.parse("10.0.0.0/16")));
    assertThat(ResourceCodec.json(new ResourceList(ResourceKind.IP_POOL, List.of(pool), "7")))
        .isEqualTo(
            """
            {
              "kind": "IPPoolList",
              "apiVersion": "projectcalico.org/v3",
              "metadata": {
                "resourceVersion": "7"
              },
              "items": [
                {
                  "kind": "IPPool",
                  "apiVersion": "projectcalico.org/v3",
                  "metadata": {
                    "name": "a"
                  },
                  "spec": {
                    "cidr": "10.0.0.0/16",
                    "vxlanMode": "Never",
                    "ipipMode": "Never",
                    "blockSize": 26,
                    "nodeSelector": "all()",
                    "allowedUses": [
                      "Workload",
                      "Tunnel"
                    ],
                    "assignmentMode": "Automatic"
                  }
                }
              ]
            }\
            """);
  }

  @Test
  void emptyListsStayInOneLine() {
    var none = new ResourceList(ResourceKind.IP_POOL, List.of(), "");
    assertThat(ResourceCodec.yaml(none))
        .isEqualTo(
            """
            apiVersion: projectcalico.org/v3
            items: []
            kind: IPPoolList
            metadata: {}
            """);
  }

  @Test
  void documentsComeInOrder() {
    assertThat(
            ResourceCodec.read(
                """
                # a comment
                ---
                apiVersion: projectcalico.org/v3
                kind: IPPool
                metadata: {name: a}
                spec: {cidr: 10.0.0.0/16}
                ---
                ---
                apiVersion: v1
                kind: List
                items:
                - apiVersion: projectcalico.org/v3
                  kind: Tier
                  metadata: {name: b}
                - apiVersion: projectcalico.org/v3
                  kind: IPPoolList
                  items:
                  - metadata: {name: c}
                    spec: {cidr: 10.1.0.0/16}
                """))
        .extracting(resource -> resource.key().toString())
        .containsExactly("IPPool(a)", "Tier(b)", "IPPool(c)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "---\n", "# nothing\n", "null", "{}\n---\n"})
  void nothingIsNothing(String text) {
    if (text.startsWith("{}")) {
      assertThatThrownBy(() -> ResourceCodec.read(text))
          .hasMessageContaining("unknown resource type () and/or version ()");
    } else {
      assertThat(ResourceCodec.read(text)).isEmpty();
    }
  }

  @Test
  void aliasesAndMergesAreFollowed() {
    Profile profile =
        (Profile)
            only(
                ResourceCodec.read(
                    """
                    apiVersion: projectcalico.org/v3
                    kind: Profile
                    metadata:
                      name: p
                      labels: &labels {a: x, b: y}
                    spec:
                      labelsToApply:
                        <<: *labels
                        b: own
                    """));
    assertThat(profile.spec().labelsToApply()).isEqualTo(Map.of("a", "x", "b", "own"));
  }

  @Test
  void plainWordsStayText() {
    Profile profile =
        (Profile)
            only(
                ResourceCodec.read(
                    """
                    apiVersion: projectcalico.org/v3
                    kind: Profile
                    metadata: {name: p}
                    spec:
                      labelsToApply: {a: 80:90, b: 2026-11-21, c: 010, d: 11:22:33, e: 7, f: true}
                    """));
    assertThat(profile.spec().labelsToApply())
        .isEqualTo(
            Map.of(
                "a",
                "80:90",
                "b",
                "2026-11-21",
                "c",
                "010",
                "d",
                "11:22:33",
                "e",
                "7",
                "f",
                "true"));
  }

  @Test
  void numericTextReadsAsNumber() {
    NetworkPolicy policy =
        (NetworkPolicy)
            only(
                ResourceCodec.read(
                    """
                    apiVersion: projectcalico.org/v3
                    kind: NetworkPolicy
                    metadata: {name: p, namespace: n}
                    spec:
                      ingress:
                      - action: Allow
                        protocol: "6"
                        destination: {ports: ["80", "1:2", 90]}
                    """));
    Rule rule = policy.spec().ingress().getFirst();
    assertThat(rule.protocol()).hasToString("Optional[TCP]");
    assertThat(rule.destination().ports()).hasToString("[80, 1:2, 90]");
  }

  @Test
  void tabsAreFineInJson() {
    assertThat(
            ResourceCodec.read(
                "{\n\t\"apiVersion\": \"projectcalico.org/v3\",\n\t\"kind\": \"Tier\",\n"
                    + "\t\"metadata\": {\"name\": \"a\"}\n}"))
        .hasSize(1);
  }

  @Test
  void whatALaterVersionStoredIsRead() {
    Resource tier =
        ResourceCodec.readStored(
            ResourceKind.TIER,
            """
            {"kind":"Tier","metadata":{"name":"a","later":1},"spec":{"order":3,"later":{}},"more":[]}
            """);
    assertThat(tier.metadata().name()).isEqualTo("a");
  }

  @Test
  void aFreeAddressIsNull() {
    IpamBlock block = (IpamBlock) ResourceSamples.read(ResourceKind.IPAM_BLOCK);

    assertThat(block.spec().allocations()).containsExactly(0, IpamBlock.FREE, 1);
    assertThat(ResourceCodec.stored(block))
        .contains("\"allocations\":[0,null,1]", "\"unallocated\":[]", "\"handle_id\":\"h\"");
  }

  private static Resource only(List<Resource> resources) {
    assertThat(resources).hasSize(1);
    return resources.getFirst();
  }
}
