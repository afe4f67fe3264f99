// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.datastore.kubernetes.ApiServer;
import dev.brindle.ipam.Allocator;
import dev.brindle.ipam.AssignRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `datastore migrate import`, on a stand-in for the API server.
final class MigrateImportTest {

  private static final String CRDS = "/apis/crd.projectcalico.org/v1/";
  private static final String NODES = "/api/v1/nodes";
  private static final String DONE =
      "Datastore information successfully imported. Please refer to the datastore migration"
          + " documentation for next steps.\n";

  @TempDir private Path directory;

  private final ApiServer server = new ApiServer();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void kubernetes() {
    server.create("/api/v1/namespaces", "{\"metadata\": {\"name\": \"prod\"}}");
    server.create(
        "/api/v1/services",
        "{\"metadata\": {\"name\": \"web\", \"namespace\": \"prod\"}, \"spec\": {}}");
    server.create(
        NODES,
        """
        {"metadata": {"name": "kube-1", "labels": {"rack": "of kubernetes"},
         "annotations": {"volumes": "kept"}}}
        """);
  }

  @AfterEach
  void end() {
    server.close();
  }

  /// All that an export has: resources of both scopes, nodes, tiers and each of IPAM's records.
  private Path export() throws IOException {
    var etcd = new Console();
    etcd.apply(
        "kind: IPPool\nmetadata: {name: p}\nspec: {cidr: 10.0.0.0/24}\n",
        "kind: BGPFilter\nmetadata: {name: f}\n",
        "kind: BGPPeer\nmetadata: {name: b}\nspec: {peerIP: 192.0.2.1, asNumber: 1, filters: [f]}\n",
        "kind: Tier\nmetadata: {name: t}\nspec: {order: 3}\n",
        "kind: GlobalNetworkPolicy\nmetadata: {name: g}\nspec: {tier: t, selector: all()}\n",
        "kind: NetworkPolicy\nmetadata: {name: n, namespace: prod, labels: {a: b}}\n",
        "kind: NetworkSet\nmetadata: {name: s, namespace: prod}\nspec: {nets: [192.0.2.0/24]}\n",
        "kind: FelixConfiguration\nmetadata: {name: node.n1}\nspec: {vxlanVNI: 1}\n",
        """
        kind: Node
        metadata: {name: n1, labels: {rack: ours, row: "7"}}
        spec:
          bgp: {ipv4Address: 192.0.2.7/24, asNumber: 64600}
          orchRefs: [{orchestrator: k8s, nodeName: kube-1}]
        """,
        """
        kind: Node
        metadata: {name: n2}
        spec: {orchRefs: [{orchestrator: k8s, nodeName: kube-2}]}
        """);
    var allocator = new Allocator(etcd.store());
    allocator.autoAssign(
        AssignRequest.forWorkload(
            1, 0, "vxlan-tunnel-addr-n1", Map.of("node", "n1", "type", "vxlan"), "n1"));
    allocator.autoAssign(
        AssignRequest.forWorkload(2, 0, "k8s-pod-network.Abc", Map.of("pod", "x"), "n1"));
    assertThat(etcd.run("", "ipam", "configure", "--strictaffinity", "true")).isZero();
    etcd.run("", "datastore", "migrate", "lock");
    assertThat(etcd.run("", "datastore", "migrate", "export")).as(etcd.err()).isZero();
    return Files.writeString(directory.resolve("etcd-data"), etcd.out());
  }

  private Map<String, String> environment() {
    return Map.of("DATASTORE_TYPE", "kubernetes", "K8S_API_ENDPOINT", server.url());
  }

  private int run(Map<String, String> environment, String... args) {
    out.reset();
    err.reset();
    var world =
        new Surroundings(
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            environment,
            "brindle");
    return new Calicoctl(world, new ConfiguredStores(environment)).execute(args);
  }

  private int importing(Path file) {
    return run(environment(), "datastore", "migrate", "import", "-f", file.toString());
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private void assertAllIsThere() {
    assertThat(server.names(CRDS + "ippools")).containsExactly("p");
    assertThat(server.names(CRDS + "tiers"))
        .containsExactlyInAnyOrder("default", "kube-admin", "kube-baseline", "t");
    assertThat(server.names(CRDS + "globalnetworkpolicies")).containsExactly("g");
    assertThat(server.names(CRDS + "networkpolicies")).containsExactly("prod/n");
    assertThat(server.names(CRDS + "networksets")).containsExactly("prod/s");
    assertThat(server.names(CRDS + "felixconfigurations")).containsExactly("node.kube-1");
    assertThat(server.names(CRDS + "blockaffinities")).hasSize(1);
    assertThat(server.names(CRDS + "ipamblocks")).hasSize(1);
    String block = server.names(CRDS + "ipamblocks").iterator().next();
    assertThat(server.stored(CRDS + "ipamblocks", block).path("spec").toString())
        .contains("\"affinity\":\"host:kube-1\"", "\"handle_id\":\"vxlan-tunnel-addr-kube-1\"")
        .contains("\"handle_id\":\"k8s-pod-network.Abc\"");
    assertThat(server.names(CRDS + "ipamhandles"))
        .containsExactlyInAnyOrder("k8s-pod-network.abc", "vxlan-tunnel-addr-kube-1");
    assertThat(server.stored(CRDS + "ipamconfigs", "default").path("spec").path("strictAffinity"))
        .hasToString("true");
    assertThat(server.stored(NODES, "kube-1").path("metadata").path("annotations").toString())
        .contains("\"volumes\":\"kept\"", "\"projectcalico.org/IPv4Address\":\"192.0.2.7/24\"")
        .contains("{\\\"row\\\":\\\"7\\\"}")
        .doesNotContain("ours");
  }

  private String cluster() {
    return server.stored(CRDS + "clusterinformations", "default").toString();
  }

  @Test
  void whatWasExportedIsImportedLockedAndOpened() throws Exception {
    Path file = export();

    assertThat(importing(file)).as(err()).isZero();

    assertThat(out())
        .startsWith(
            "[WARNING] Attempted to import node kube-2 from etcd that references a nonexist")
        .contains("Successfully applied 12 resource(s)\nImporting IPAM resources\n")
        .endsWith("Successfully applied 5 IPAM resource(s)\n" + DONE);
    assertAllIsThere();
    assertThat(cluster()).contains("\"datastoreReady\":false").doesNotContain("unfinished-import");
    assertThat(Files.readString(file)).contains(guid());

    assertThat(importing(file)).isZero();
    assertThat(out()).endsWith("All of it is in the datastore already. Nothing was written.\n");
    assertThat(run(environment(), "datastore", "migrate", "unlock")).as(err()).isZero();
    assertThat(cluster()).contains("\"datastoreReady\":true");
  }

  @Test
  void ofNodesThatAreOneInKubernetesTheLastCounts() throws Exception {
    var etcd = new Console();
    for (String node : List.of("n1", "n2")) {
      etcd.apply(
          """
          kind: Node
          metadata: {name: %s}
          spec:
            bgp: {ipv4Address: 192.0.2.%s/24}
            orchRefs: [{orchestrator: k8s, nodeName: kube-1}]
          """
              .formatted(node, node.substring(1)));
    }
    etcd.run("", "datastore", "migrate", "lock");
    assertThat(etcd.run("", "datastore", "migrate", "export")).as(etcd.err()).isZero();
    Path file = Files.writeString(directory.resolve("one-node"), etcd.out());

    assertThat(importing(file)).isEqualTo(1);

    assertThat(err()).startsWith("no IPAM resources specified in file");
    assertThat(out())
        .startsWith("[WARNING] Several nodes of etcd are the Kubernetes node kube-1. The last");
    assertThat(server.stored(NODES, "kube-1").path("metadata").path("annotations").toString())
        .contains("\"projectcalico.org/IPv4Address\":\"192.0.2.2/24\"");
  }

  /// It is imported and told: what runs elsewhere has addresses that are nobody's here.
  @Test
  void anExportWithoutIpamIsImportedAndTold() throws Exception {
    var etcd = new Console();
    etcd.apply("kind: IPPool\nmetadata: {name: p}\nspec: {cidr: 10.0.0.0/24}\n");
    etcd.run("", "datastore", "migrate", "lock");
    assertThat(etcd.run("", "datastore", "migrate", "export")).as(etcd.err()).isZero();
    Path file = Files.writeString(directory.resolve("no-ipam"), etcd.out());

    assertThat(importing(file)).isEqualTo(1);

    assertThat(err()).startsWith("no IPAM resources specified in file");
    assertThat(server.names(CRDS + "ippools")).containsExactly("p");
    assertThat(run(environment(), "datastore", "migrate", "unlock")).as(err()).isZero();
    assertThat(importing(file)).isZero();
    assertThat(out()).endsWith("All of it is in the datastore already. Nothing was written.\n");
  }

  private String guid() {
    return server
        .stored(CRDS + "clusterinformations", "default")
        .path("spec")
        .path("clusterGUID")
        .asText();
  }

  /// After each single write: the store goes away, and comes back.
  @Test
  void whereverItIsCutShortASecondTryEndsIt() throws Exception {
    Path file = export();
    for (int write = 1; ; write++) {
      try (ApiServer fresh = new ApiServer()) {
        fresh.create("/api/v1/namespaces", "{\"metadata\": {\"name\": \"prod\"}}");
        int last = write;
        fresh.beforeWrites(
            count -> {
              if (count == last) {
                fresh.unreachable(true);
              }
            });
        Map<String, String> there =
            Map.of("DATASTORE_TYPE", "kubernetes", "K8S_API_ENDPOINT", fresh.url());
        int exit = run(there, "datastore", "migrate", "import", "-f", file.toString());
        if (exit == 0) {
          assertThat(write).as("writes of a whole import").isGreaterThan(15);
          return;
        }
        assertThat(err()).as("write %d", write).contains("etcd is away");
        boolean hasBegun = write > 1;
        fresh.unreachable(false);
        fresh.beforeWrites(_ -> {});
        if (hasBegun) {
          assertThat(run(there, "datastore", "migrate", "unlock"))
              .as("write %d", write)
              .isEqualTo(1);
          assertThat(err()).startsWith("the import into this datastore is not finished: unlocked");
        }
        assertThat(run(there, "datastore", "migrate", "import", "-f", file.toString()))
            .as("second try after write %d: %s", write, err())
            .isZero();
        assertThat(out()).endsWith(DONE);
        assertThat(fresh.names(CRDS + "ipamblocks")).hasSize(1);
        assertThat(run(there, "datastore", "migrate", "unlock")).isZero();
      }
    }
  }

  @Test
  void aProcessThatIsKilledInTheMiddleIsFollowedByOneThatEndsIt() throws Exception {
    Path file = export();
    var reached = new CountDownLatch(1);
    var killed = new CountDownLatch(1);
    server.beforeWrites(
        count -> {
          if (count == 12) {
            reached.countDown();
            await(killed);
          }
        });
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), Calicoctl.class.getName()));
    command.addAll(List.of("datastore", "migrate", "import", "-f", file.toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(environment());
    Process process = builder.start();
    await(reached);
    process.destroyForcibly().waitFor();
    server.beforeWrites(_ -> {});
    killed.countDown();

    assertThat(importing(file)).as(err()).isZero();

    assertThat(out()).endsWith(DONE);
    assertAllIsThere();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          another pool       | ippools    | {"metadata": {"name": "q"}, "spec": {"cidr": "10.1.0.0/24"}} | IPPool(q) is not in the file
          the same, changed  | ippools    | {"metadata": {"name": "p"}, "spec": {"cidr": "10.1.0.0/24"}} | IPPool(p) is not as in the file
          a block            | ipamblocks | {"metadata": {"name": "10-9-0-0-26"}, "spec": {"cidr": "10.9.0.0/26"}} | IPAMBlock(10-9-0-0-26) is not in the file
          a handle           | ipamhandles | {"metadata": {"name": "h"}, "spec": {"handleID": "h", "block": {}}} | IPAMHandle(h) is not in the file
          """)
  void whatIsThereAlreadyIsNotWrittenOver(
      String story, String collection, String object, String expected) throws Exception {
    Path file = export();
    server.create(CRDS + collection, object);

    assertThat(importing(file)).isEqualTo(1);

    assertThat(err())
        .isEqualTo(
            "datastore already has Calico resources: %s. Clear out all Calico resources by deleting all Calico CRDs\n"
                .formatted(expected));
    assertThat(server.names(CRDS + "clusterinformations")).isEmpty();
    assertThat(server.names(CRDS + "tiers")).isEmpty();
  }

  @Test
  void oneResourceThatIsRefusedIsNamedAndIpamWaits() throws Exception {
    Path file = export();
    server.forbid("create networksets");

    assertThat(importing(file)).isEqualTo(1);

    assertThat(out()).endsWith("Partial success: applied 11 out of 12 resource(s)\n");
    assertThat(err())
        .startsWith("hit error: [NetworkSet(prod/s): cannot create NetworkSet(prod/s)")
        .contains("The import is not finished, and nothing of IPAM was imported yet.");
    assertThat(server.names(CRDS + "ipamblocks")).isEmpty();
    assertThat(cluster()).contains("\"datastoreReady\":false", "unfinished-import");

    server.allow("create networksets");
    assertThat(importing(file)).as(err()).isZero();
    assertThat(out()).contains("Successfully applied 1 resource(s)\n").endsWith(DONE);
    assertAllIsThere();
  }

  @Test
  void aNamespaceThatKubernetesDoesNotHaveIsNamedBeforeAnythingIsWritten() throws Exception {
    Path file = export();
    Files.writeString(file, Files.readString(file).replace("namespace: prod", "namespace: gone"));

    assertThat(importing(file)).isEqualTo(1);

    assertThat(err()).startsWith("nothing was imported: Kubernetes has no namespace gone,");
    assertThat(server.names(CRDS + "clusterinformations")).isEmpty();
  }

  @Test
  void definitionsThatAreMissingAreNamed() throws Exception {
    Path file = export();
    server.forget("blockaffinities");

    assertThat(importing(file)).isEqualTo(1);

    assertThat(err()).contains("it does not know blockaffinities", "custom resource definitions");
    assertThat(server.names(CRDS + "clusterinformations")).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          two parts       | \\n===\\n{}                    | \\n | imported file: FILE is improperly formatted. Try recreating with 'calicoctl export'
          a bad pool      | cidr: 10.0.0.0/24              | cidr: 169.254.0.0/24 | nothing was imported, as the file cannot be imported whole:\\n  IPPool(p) in FILE, line
          an unknown field | cidr: 10.0.0.0/24             | cidrs: 10.0.0.0/24   | imported file: FILE is improperly formatted: its first part:
          not IPAM's      | "handles"                      | "hands"              | imported file: FILE is improperly formatted: its third part: unknown members [hands]
          a wrong key     | /calico/ipam/v2/handle/vxlan   | /calico/x/vxlan      | imported file: FILE is improperly formatted: its third part: '/calico/x/vxlan-tunnel-addr-kube-1' is no key of IPAMHandle
          """)
  void whatIsNoExportIsRefused(String story, String from, String to, String expected)
      throws Exception {
    Path file = export();
    String text = Files.readString(file);
    String changed =
        story.equals("two parts")
            ? text.substring(0, text.lastIndexOf("==="))
            : text.replace(from, to);
    assertThat(changed).isNotEqualTo(text);
    Files.writeString(file, changed);

    assertThat(importing(file)).isEqualTo(1);

    assertThat(err()).startsWith(expected.replace("FILE", file.toString()).replace("\\n", "\n"));
    assertThat(server.names(CRDS + "clusterinformations")).isEmpty();
  }

  @Test
  void exportIsNotForKubernetesAndImportForNothingElse() throws Exception {
    assertThat(run(environment(), "datastore", "migrate", "export")).isEqualTo(1);
    assertThat(err())
        .isEqualTo(
            "invalid datastore type: kubernetes to export from for datastore migration. Datastore type must be etcdv3\n");
    Map<String, String> etcd =
        Map.of("DATASTORE_TYPE", "etcdv3", "ETCD_ENDPOINTS", "http://127.0.0.1:1");
    assertThat(run(etcd, "datastore", "migrate", "import", "-f", export().toString())).isEqualTo(1);
    assertThat(err())
        .isEqualTo(
            "invalid datastore type: etcdv3 to import to for datastore migration. Datastore type must be kubernetes\n");
  }
}
