// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.GlobalNetworkPolicy;
import dev.brindle.api.resource.IpamHandle;
import dev.brindle.api.resource.IpamNames;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.Tier;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.Feed;
import dev.brindle.datastore.KubernetesNodes;
import dev.brindle.datastore.OrderListener;
import dev.brindle.datastore.RecordingListener;
import dev.brindle.datastore.UsedMemory;
import dev.brindle.datastore.WriteResult;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.datastore.codec.ResourceSamples;
import dev.brindle.datastore.feed.Bell;
import dev.brindle.datastore.kubernetes.KubernetesSettings.Credentials;
import dev.brindle.datastore.kubernetes.KubernetesSettings.Overrides;
import dev.brindle.datastore.kubernetes.layout.CalicoGroup;
import dev.brindle.datastore.kubernetes.layout.ObjectLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// A cluster's life on Kubernetes' own API server: kubectl beside us, users that may not, tokens
/// that change, and a server that dies.
class KubernetesClusterTest {

  @TempDir private static Path directory;

  private static KubernetesServer server;

  @BeforeAll
  static void start() {
    server = KubernetesServer.start(directory, 2);
    server.define("crds.yaml");
    server.define("crds-v3.yaml");
    server.kubectl("create", "namespace", "ns");
  }

  @AfterAll
  static void end() {
    if (server != null) {
      server.close();
    }
  }

  @AfterEach
  void empty() {
    for (String plural :
        List.of("tiers", "globalnetworkpolicies", "ipamhandles", "blockaffinities", "ippools")) {
      server.kubectl("delete", "--raw", "/apis/crd.projectcalico.org/v1/" + plural);
    }
  }

  private static Datastore open(CalicoGroup group, String token) {
    return KubernetesDatastore.open(KubernetesServerTest.settings(server, 0, token, group));
  }

  private static Datastore open() {
    return open(CalicoGroup.CRD, KubernetesServer.USER);
  }

  private static Resource written(WriteResult result) {
    assertThat(result).isInstanceOf(WriteResult.Written.class);
    return ((WriteResult.Written) result).resource();
  }

  private static void assertFails(ThrowingCallable action, String... words) {
    assertThatThrownBy(action)
        .isInstanceOf(DatastoreException.class)
        .hasMessageContainingAll(words);
  }

  private static Tier tier(String name, double order) {
    return new Tier(
        Metadata.named(name),
        new Tier.Spec(Optional.of(order), dev.brindle.api.resource.Rule.Action.PASS));
  }

  // ---- what is stored

  /// Fields of the samples that are not allowed beside others, or invented.
  private static final Map<ResourceKind, List<String>> EXCLUSIVE =
      Map.of(
          ResourceKind.BGP_PEER,
          List.of("nodeSelector", "peerSelector", "localWorkloadSelector"),
          ResourceKind.FELIX_CONFIGURATION,
          List.of("floatingPoint"),
          ResourceKind.GLOBAL_NETWORK_POLICY,
          List.of("preDNAT"),
          ResourceKind.STAGED_GLOBAL_NETWORK_POLICY,
          List.of("preDNAT"));

  static Stream<Arguments> kinds() {
    return Arrays.stream(CalicoGroup.values())
        .flatMap(
            group ->
                Arrays.stream(ResourceKind.values())
                    .filter(kind -> ObjectLayout.of(group, kind).getFirst().isCalicos())
                    .map(kind -> Arguments.of(group, kind)));
  }

  /// Every field we know goes through the server, and one we do not know stays in all objects.
  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("kinds")
  void everyKindIsStoredWhole(CalicoGroup group, ResourceKind kind) {
    ObjectNode tree = ResourceCodec.tree(ResourceSamples.read(kind));
    ObjectNode metadata = tree.putObject("metadata").put("name", name(kind));
    metadata.putObject("labels").put("colour", "red");
    if (kind.isNamespaced()) {
      metadata.put("namespace", "ns");
    }
    if (kind == ResourceKind.BLOCK_AFFINITY || kind == ResourceKind.IPAM_BLOCK) {
      ((ObjectNode) tree.path("spec")).put("deleted", false);
    }
    if (kind == ResourceKind.IPAM_HANDLE) {
      ((ObjectNode) tree.path("spec")).put("deleted", false).put("handleID", name(kind));
    }
    ((ObjectNode) tree.path("spec")).remove(EXCLUSIVE.getOrDefault(kind, List.of()));
    Resource resource = ResourceCodec.readStored(kind, tree);
    try (Datastore store = open(group, KubernetesServer.USER)) {
      Resource created = written(store.create(resource));
      assertThat(body(created)).isEqualTo(body(resource));
      String plural = ObjectLayout.of(group, kind).getFirst().objects().toString();
      List<String> where =
          kind.isNamespaced()
              ? List.of(plural, name(kind), "-n", "ns")
              : List.of(plural, name(kind));
      List<String> patch = new ArrayList<>(List.of("patch", "--type=merge"));
      patch.addAll(where);
      patch.addAll(List.of("-p", "{\"spec\":{\"newField\":{\"deep\":[1]}}}"));
      server.kubectl(patch.toArray(String[]::new));
      Resource patched = store.get(resource.key()).orElseThrow();
      Map<String, String> labels = new HashMap<>(patched.metadata().labels());
      labels.put("colour", "blue");
      Resource changed =
          written(store.update(patched.withMetadata(patched.metadata().withLabels(labels))));
      assertThat(body(changed)).isEqualTo(body(patched));
      assertThat(server.object(where.toArray(String[]::new)).at("/spec/newField/deep/0").asInt())
          .isEqualTo(1);
      written(store.delete(resource.key()));
    }
  }

  private static String name(ResourceKind kind) {
    return switch (kind) {
      case CLUSTER_INFORMATION, IPAM_CONFIG, KUBE_CONTROLLERS_CONFIGURATION -> "default";
      default -> "sample";
    };
  }

  private static ObjectNode body(Resource resource) {
    ObjectNode tree = ResourceCodec.tree(resource);
    tree.remove("metadata");
    return tree;
  }

  @Test
  void kubectlAndWeReadWhatTheOtherWrote() throws Exception {
    try (Datastore store = open()) {
      var heard = new RecordingListener();
      try (Feed _ = store.feed(List.of(ResourceKind.GLOBAL_NETWORK_POLICY), heard)) {
        heard.awaitInSync();
        server.kubectlAt(
            0,
            """
            apiVersion: crd.projectcalico.org/v1
            kind: GlobalNetworkPolicy
            metadata: {name: theirs, labels: {team: a}}
            spec:
              order: 10
              selector: role == 'db'
              ingress:
              - {action: Allow, protocol: TCP, destination: {ports: [80, "1000:2000", http]}}
              - {action: Deny, protocol: 99, futureMatch: {a: b}}
            """,
            "apply",
            "-f",
            "-");
        heard.await("+GlobalNetworkPolicy(theirs)");
      }
      var theirs =
          (GlobalNetworkPolicy)
              store.get(ResourceKey.of(ResourceKind.GLOBAL_NETWORK_POLICY, "theirs")).orElseThrow();
      assertThat(theirs.metadata().labels()).isEqualTo(Map.of("team", "a"));
      assertThat(theirs.spec().ingress().getFirst().destination().ports()).hasSize(3);
      written(store.create(theirs.withMetadata(Metadata.named("ours"))));
      written(store.update(theirs.withMetadata(theirs.metadata().withLabels(Map.of("b", "c")))));

      JsonNode ours = server.object("globalnetworkpolicies.crd.projectcalico.org", "ours");
      assertThat(ours.at("/spec/ingress/0/destination/ports").toString())
          .isEqualTo("[80,\"1000:2000\",\"http\"]");
      assertThat(ours.at("/metadata/labels/projectcalico.org~1tier").asText()).isEqualTo("default");
      assertThat(
              server
                  .object("globalnetworkpolicies.crd.projectcalico.org", "theirs")
                  .at("/spec/ingress/1/futureMatch/a")
                  .asText())
          .isEqualTo("b");
      assertThat(server.kubectl("get", "globalnetworkpolicies.crd.projectcalico.org"))
          .contains("NAME", "TIER", "ORDER", "SELECTOR", "AGE")
          .contains("role == 'db'");
      assertThat(
              server.kubectl(
                  "get",
                  "globalnetworkpolicies.crd.projectcalico.org",
                  "--field-selector=spec.tier=default",
                  "-o",
                  "name"))
          .contains("/ours");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GlobalNetworkPolicy | bad | ingress: [{action: Perhaps}] | spec.ingress[0].action: Unsupported value: "Perhaps"
          GlobalNetworkPolicy | bad | preDNAT: true                | preDNAT and doNotTrack need applyOnForward
          GlobalNetworkPolicy | bad | ingress: [{protocol: TCP}]   | spec.ingress[0].action: Required value
          GlobalNetworkPolicy | bad | order: first                 | spec.order
          GlobalNetworkPolicy | bad | ingress: [{action: Allow, source: {ports: [65536]}}] | less than or equal to 65535
          GlobalNetworkPolicy | bad | ingress: [{action: Allow, source: {nets: [here]}}] | spec.ingress[0].source.nets[0]
          GlobalNetworkSet | bad | nets: [everywhere]              | spec.nets[0]
          IPPool | bad | cidr: nonsense                            | spec.cidr
          IPPool | bad | cidr: 10.0.0.0/16, blockSize: 33          | blockSize is 20 to 32
          IPPool | bad | 'cidr: "fd00::/48", blockSize: 26'        | blockSize is 20 to 32
          IPReservation | bad | reservedCIDRs: [10.0.0.1-9]        | spec.reservedCIDRs[0]
          BGPPeer | bad | peerIP: router                           | spec.peerIP
          BGPConfiguration | bad | serviceClusterIPs: [{cidr: x}]  | spec.serviceClusterIPs[0].cidr
          IPReservation | bad | reservedCIDRs: [10.0.0.1]          | spec.reservedCIDRs[0]
          BGPConfiguration | bad | serviceExternalIPs: [{cidr: 10.0.0.1}] | spec.serviceExternalIPs[0].cidr
          BGPConfiguration | bad | 'bindMode: ""'                  | spec.bindMode
          BGPPeer | bad | 'nextHopMode: ""'                        | spec.nextHopMode
          Tier | kube-admin | order: 1000                          | tier kube-admin has defaultAction Pass
          Tier | kube-baseline | order: 5, defaultAction: Pass     | tier kube-baseline has order 10000000
          Tier | default | order: 5, defaultAction: Deny           | tier default has order 1000000
          HostEndpoint | bad | node: n, expectedIPs: [eth0]        | spec.expectedIPs[0]
          Tier | a.b | order: 1                                    | a tier has no dot in its name
          """)
  void definitionsRefuseWhatNobodyCouldUse(String kind, String name, String spec, String words) {
    assertThatThrownBy(
            () ->
                server.kubectlAt(
                    0,
                    """
                    apiVersion: crd.projectcalico.org/v1
                    kind: %s
                    metadata: {name: %s}
                    spec: {%s}
                    """
                        .formatted(kind, name, spec),
                    "create",
                    "-f",
                    "-"))
        .hasMessageContaining(words);
  }

  /// Who removed it was killed between the two steps.
  @Test
  void aHalfRemovedObjectIsGoneForAll() throws Exception {
    var handle =
        new IpamHandle(Metadata.named("Net.A"), new IpamHandle.Spec("Net.A", Map.of(), false));
    try (Datastore store = open()) {
      written(store.create(handle));
      var heard = new RecordingListener();
      try (Feed _ = store.feed(List.of(ResourceKind.IPAM_HANDLE), heard)) {
        heard.awaitInSync();
        server.kubectl(
            "patch",
            "ipamhandles.crd.projectcalico.org",
            "net.a",
            "--type=merge",
            "-p",
            "{\"spec\":{\"deleted\":true}}");
        heard.await("-IPAMHandle(Net.A)");
      }
      written(store.create(handle));
      written(store.delete(handle.key()));
      assertThat(server.object("ipamhandles.crd.projectcalico.org").path("items")).isEmpty();
    }
  }

  @Test
  void affinitiesAreFoundByTheirLabels() {
    Cidr cidr = Cidr.parse("10.0.0.0/26");
    try (Datastore store = open()) {
      for (String node : List.of("n", "n-1")) {
        written(
            store.create(
                new BlockAffinity(
                    Metadata.named(IpamNames.affinity(node, cidr)),
                    new BlockAffinity.Spec(
                        BlockAffinity.State.PENDING, node, "host", cidr, false))));
      }
      for (int i = 0; i < 2; i++) {
        assertThat(store.affinitiesOf("n")).hasSize(1);
      }
      assertThat(
              server
                  .object("blockaffinities.crd.projectcalico.org", "n-10-0-0-0-26")
                  .at("/spec/deleted")
                  .toString())
          .isEqualTo("\"false\"");
    }
  }

  // ---- what is Kubernetes' own

  @Test
  void aFeedOfANodeHearsOfItsPodsOnly() throws Exception {
    server.kubectlAt(0, pods("mine", "n5") + pods("others", "n6"), "apply", "-f", "-");
    var heard = new RecordingListener();
    try (Datastore store = open();
        Feed _ = store.feedOfNode(List.of(ResourceKind.WORKLOAD_ENDPOINT), "n5", heard)) {
      heard.awaitInSync();
      server.kubectlAt(0, pods("others-late", "n6") + pods("late", "n5"), "apply", "-f", "-");
      heard.await("+WorkloadEndpoint(ns/n5-k8s-late-eth0)");
      server.kubectl("delete", "pod", "others", "mine", "-n", "ns", "--force", "--grace-period=0");
      heard.await("-WorkloadEndpoint(ns/n5-k8s-mine-eth0)");
      assertThat(heard.log())
          .contains("+WorkloadEndpoint(ns/n5-k8s-mine-eth0)")
          .noneMatch(each -> each.contains("others"));
    }
    server.kubectl(
        "delete", "pod", "others-late", "late", "-n", "ns", "--force", "--grace-period=0");
  }

  private static String pods(String name, String node) {
    return """
    apiVersion: v1
    kind: ServiceAccount
    metadata: {name: some, namespace: ns}
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: %s, namespace: ns}
    spec: {nodeName: %s, serviceAccountName: some, containers: [{name: c, image: i}]}
    ---
    """
        .formatted(name, node);
  }

  @Test
  void podsNodesAndTheRestAreKubernetes() throws Exception {
    server.kubectlAt(
        0,
        """
        apiVersion: v1
        kind: Node
        metadata: {name: n1, labels: {zone: z}}
        spec: {podCIDRs: [10.244.0.0/24], podCIDR: 10.244.0.0/24}
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: sa, namespace: ns, labels: {team: a}}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: web, namespace: ns, labels: {app: web}}
        spec: {nodeName: n1, serviceAccountName: sa, containers: [{name: c, image: i, ports: [{containerPort: 80, name: http}]}]}
        ---
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: np, namespace: ns}
        spec: {podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {}}], ports: [{port: 80}]}]}
        """,
        "apply",
        "-f",
        "-");
    var key = new ResourceKey(ResourceKind.WORKLOAD_ENDPOINT, "ns", "n1-k8s-web-eth0");
    try (Datastore store = open()) {
      var heard = new RecordingListener();
      try (Feed _ =
          store.feed(
              List.of(
                  ResourceKind.WORKLOAD_ENDPOINT,
                  ResourceKind.NODE,
                  ResourceKind.PROFILE,
                  ResourceKind.NETWORK_POLICY),
              heard)) {
        heard.awaitInSync();
        assertThat(heard.log())
            .contains(
                "+" + key,
                "+Node(n1)",
                "+Profile(kns.ns)",
                "+Profile(ksa.ns.sa)",
                "+NetworkPolicy(ns/knp.default.np)");
        var endpoint = (WorkloadEndpoint) store.get(key).orElseThrow();
        WorkloadEndpoint plugged = plugged(endpoint);
        var noted = (WorkloadEndpoint) written(store.update(plugged));
        assertThat(noted.spec().ipNetworks()).containsExactly(Cidr.parse("10.244.0.5/32"));
        assertThat(noted.metadata().labels()).containsEntry("app", "web");
        assertThat(store.update(plugged)).isEqualTo(new WriteResult.Conflict(noted));
        assertThat(
                server
                    .object("pod", "web", "-n", "ns")
                    .at("/metadata/annotations/cni.projectcalico.org~1podIPs")
                    .asText())
            .isEqualTo("10.244.0.5/32");
        written(store.delete(key));
        server.kubectl("delete", "pod", "web", "-n", "ns", "--force", "--grace-period=0");
        heard.await("-" + key);
        assertThat(store.update(noted)).isEqualTo(new WriteResult.Missing(key));
        var node = (CalicoNode) store.get(ResourceKey.of(ResourceKind.NODE, "n1")).orElseThrow();
        ObjectNode tree = ResourceCodec.tree(node);
        tree.withObject("/spec/bgp").put("ipv4Address", "192.0.2.1/24").put("asNumber", 65001);
        Resource wanted = ResourceCodec.readStored(ResourceKind.NODE, tree);
        Resource changed = written(store.update(wanted));
        assertThat(((CalicoNode) changed).spec().bgp().orElseThrow().toString())
            .contains("192.0.2.1");
        assertThat(store.update(wanted)).isEqualTo(new WriteResult.Conflict(changed));
        assertThat(
                server
                    .object("node", "n1")
                    .at("/metadata/annotations/projectcalico.org~1IPv4Address")
                    .asText())
            .isEqualTo("192.0.2.1/24");
      }
    }
  }

  private static WorkloadEndpoint plugged(WorkloadEndpoint endpoint) {
    ObjectNode tree = ResourceCodec.tree(endpoint);
    tree.withObjectProperty("spec")
        .put("containerID", "c1")
        .putArray("ipNetworks")
        .add("10.244.0.5/32");
    return (WorkloadEndpoint) ResourceCodec.readStored(ResourceKind.WORKLOAD_ENDPOINT, tree);
  }

  // ---- nodes

  /// By our role, which may patch `nodes/status`, and no condition of others is lost.
  @Test
  void theNetworkOfANodeIsOneOfItsConditions() {
    server.kubectlAt(
        0,
        """
        {"apiVersion":"v1","kind":"Node","metadata":{"name":"n7"}}""",
        "create",
        "-f",
        "-");
    server.kubectl(
        "patch",
        "node",
        "n7",
        "--subresource=status",
        "--type=merge",
        "-p",
        """
        {"status":{"addresses":[{"type":"InternalIP","address":"192.0.2.7"}],
        "conditions":[{"type":"Ready","status":"True"}]}}""");
    try (Datastore store = open()) {
      KubernetesNodes nodes = store.kubernetesNodes().orElseThrow();
      assertThat(nodes.clock()).isPresent();
      assertThat(nodes.internalAddresses("n7")).contains(List.of(IpAddress.parse("192.0.2.7")));
      for (boolean isUp : new boolean[] {true, false}) {
        var network = new KubernetesNodes.Network(isUp, isUp ? "CalicoIsUp" : "CalicoIsDown", "m");
        assertThat(nodes.say("n7", network, Instant.now())).isTrue();
        assertThat(
                server.kubectl(
                    "get",
                    "node",
                    "n7",
                    "-o",
                    "jsonpath={range .status.conditions[*]}{.type}={.status} {.reason};{end}"))
            .contains("Ready=True ;")
            .contains(
                isUp
                    ? "NetworkUnavailable=False CalicoIsUp;"
                    : "NetworkUnavailable=True CalicoIsDown;");
      }
    }
  }

  // ---- who may

  @Test
  void aRefusalSaysWhatIsMissing() throws Exception {
    try (Datastore store = open(CalicoGroup.CRD, KubernetesServer.NOBODY)) {
      assertFails(
          () -> store.list(ResourceKind.IP_POOL),
          "cannot list ippools.crd.projectcalico.org in Kubernetes at https://127.0.0.1:",
          "needs verbs [\"list\"] on resources [\"ippools\"] in apiGroups"
              + " [\"crd.projectcalico.org\"]");
      assertFails(
          () -> store.create(tier("t", 1)), "needs verbs [\"create\"] on resources [\"tiers\"]");
    }
    try (Datastore store = open(CalicoGroup.CRD, "wrong")) {
      assertFails(() -> store.list(ResourceKind.TIER), "does not take our credentials");
    }
    server.kubectl(
        "create", "clusterrole", "lists", "--verb=list", "--resource=tiers.crd.projectcalico.org");
    server.kubectl("create", "clusterrolebinding", "lists", "--clusterrole=lists", "--user=nobody");
    try (Datastore store = open(CalicoGroup.CRD, KubernetesServer.NOBODY)) {
      var heard = new RecordingListener();
      try (Feed _ = store.feed(List.of(ResourceKind.TIER), heard)) {
        assertThat(store.list(ResourceKind.TIER)).isEmpty();
        server.kubectl(
            "create",
            "clusterrole",
            "watches",
            "--verb=watch",
            "--resource=tiers.crd.projectcalico.org");
        server.kubectl(
            "create", "clusterrolebinding", "watches", "--clusterrole=watches", "--user=nobody");
        heard.awaitInSync();
      }
    }
  }

  @Test
  void certificatesOfUsers() {
    server.certifyUser("brindle", 2);
    try (Datastore store = certified("brindle")) {
      assertThat(store.list(ResourceKind.TIER)).isEmpty();
    }
    server.certifyUser("late", 0);
    try (Datastore store = certified("late")) {
      awaitRefusal(store);
    }
    Overrides stranger =
        new Overrides(
            Optional.of(server.url(0)),
            Optional.empty(),
            Optional.empty(),
            Optional.of(Path.of(server.file("users.pem"))),
            Optional.of(KubernetesServer.USER),
            false);
    try (Datastore store =
        KubernetesDatastore.open(
            new KubernetesSettings(new Credentials.None(), stranger, Optional.empty()))) {
      assertFails(() -> store.list(ResourceKind.TIER), "do not trust each other's certificates");
    }
  }

  private static Datastore certified(String user) {
    Overrides overrides =
        new Overrides(
            Optional.of(server.url(0)),
            Optional.of(Path.of(server.file(user + ".key"))),
            Optional.of(Path.of(server.file(user + ".pem"))),
            Optional.of(Path.of(server.authority())),
            Optional.empty(),
            false);
    return KubernetesDatastore.open(
        new KubernetesSettings(new Credentials.None(), overrides, Optional.of(CalicoGroup.CRD)));
  }

  /// A token counts for as long as the Secret that it is bound to is there.
  @Test
  void aTokenThatEndsIsReadAgain(@TempDir Path secrets) throws Exception {
    server.kubectl("create", "serviceaccount", "daemon", "-n", "ns");
    server.kubectl(
        "create",
        "clusterrolebinding",
        "daemon",
        "--clusterrole=brindle",
        "--serviceaccount=ns:daemon");
    writeToken(secrets, "first");
    Files.copy(Path.of(server.authority()), secrets.resolve("ca.crt"));
    var config = ClientConfig.bounded(ClientConfig.inCluster(server.url(0), secrets));
    try (Datastore store = KubernetesDatastore.open(config, Optional.of(CalicoGroup.CRD))) {
      written(store.create(tier("before", 1)));
      server.kubectl("delete", "secret", "first", "-n", "ns");
      awaitRefusal(store);
      writeToken(secrets, "second");
      written(store.create(tier("after", 1)));
    }
  }

  private static void writeToken(Path secrets, String secret) throws IOException {
    server.kubectl("create", "secret", "generic", secret, "-n", "ns");
    Files.writeString(
        secrets.resolve("token"),
        server.kubectl(
            "create",
            "token",
            "daemon",
            "-n",
            "ns",
            "--bound-object-kind=Secret",
            "--bound-object-name=" + secret));
  }

  /// The server remembers for some seconds that a token was good.
  private static void awaitRefusal(Datastore store) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (System.nanoTime() < end) {
      try {
        store.list(ResourceKind.TIER);
      } catch (DatastoreException e) {
        assertThat(e).hasMessageContaining("does not take our credentials");
        return;
      }
    }
    throw new AssertionError("the token is still good");
  }

  // ---- feeds

  @Test
  void manyPagesAreOneList() throws Exception {
    Map<String, String> objects = new LinkedHashMap<>();
    for (int i = 0; i < 1201; i++) {
      objects.put(
          "/registry/crd.projectcalico.org/tiers/t" + i,
          """
          {"apiVersion":"crd.projectcalico.org/v1","kind":"Tier","metadata":{"name":"t%1$d",
          "uid":"00000000-0000-4000-8000-%1$012d","generation":1,
          "creationTimestamp":"2026-01-01T00:00:00Z"},"spec":{"order":%1$d}}"""
              .formatted(i));
    }
    server.putAll(objects);
    try (Datastore store = open()) {
      assertThat(store.list(ResourceKind.TIER)).hasSize(1201);
      var heard = new RecordingListener();
      try (Feed _ = store.feed(List.of(ResourceKind.TIER), heard)) {
        heard.awaitInSync();
        assertThat(heard.log()).hasSize(1202);
      }
    }
  }

  /// The server ends each watch after the time that was asked for, as if all were well.
  @Test
  void aWatchEndsAndKnowsWhereToGoOn() throws Exception {
    var settings = KubernetesServerTest.settings(server, 0, KubernetesServer.USER, CalicoGroup.CRD);
    try (Datastore store = open();
        var calls = new KubernetesCalls(ClientConfig.of(settings))) {
      ObjectLayout layout = ObjectLayout.of(CalicoGroup.CRD, ResourceKind.TIER).getFirst();
      String start =
          calls
              .list(KubernetesPlaces.listing(layout), Selection.ALL, it -> it)
              .orElseThrow()
              .revision();
      Resource last = written(store.create(tier("t", 1)));
      var bell = new Bell();
      try (ObjectWatch watch =
          ObjectWatch.start(
              calls,
              KubernetesPlaces.watching(layout),
              Selection.ALL,
              start,
              bell,
              Duration.ofSeconds(2))) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (watch.end().isEmpty() && System.nanoTime() < end) {
          Thread.onSpinWait();
        }
        assertThat(watch.end()).contains("ended by the server");
        assertThat(watch.drain()).hasSize(1);
        assertThat(Long.parseLong(watch.revision()))
            .isGreaterThanOrEqualTo(Long.parseLong(last.metadata().resourceVersion()));
      }
    }
  }

  /// The server is killed, all it knew is compacted away, and another one has taken writes.
  @Test
  void whatWasForgottenIsListedAnew() throws Exception {
    server.startAgain(1);
    try (Datastore store = open();
        Datastore other =
            KubernetesDatastore.open(
                KubernetesServerTest.settings(server, 1, KubernetesServer.USER, CalicoGroup.CRD))) {
      written(store.create(tier("stays", 1)));
      written(store.create(tier("goes", 2)));
      var heard = new RecordingListener();
      try (Feed _ = store.feed(List.of(ResourceKind.TIER), heard)) {
        heard.awaitInSync();
        server.kill(0);
        written(other.delete(tier("goes", 2).key()));
        written(other.create(tier("comes", 3)));
        for (int i = 0; i < 30; i++) {
          written(other.create(tier("x" + i, 3)));
        }
        server.compact();
        server.startAgain(0);
        heard.await("-Tier(goes)");
        heard.await("+Tier(comes)");
        heard.await("+Tier(x29)");
        assertThat(heard.log()).containsOnlyOnce("+Tier(stays)").containsOnlyOnce("in sync");
      }
    } finally {
      server.kill(1);
    }
  }

  /// Three writers go on while the server is killed and started again: what they were told to be
  /// written is there, and each feed ends with it.
  @Test
  void noAcknowledgedWriteIsLostWhenTheServerDies() throws Exception {
    try (Datastore store = open();
        Datastore reading = open()) {
      var heard = new OrderListener();
      try (Feed _ = reading.feed(List.of(ResourceKind.TIER), heard)) {
        var isOver = new AtomicBoolean();
        List<Map<String, Resource>> acknowledged = new ArrayList<>();
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          Map<String, Resource> mine = new HashMap<>();
          acknowledged.add(mine);
          String prefix = "w" + i + "-";
          writers.add(Thread.ofPlatform().start(() -> write(store, prefix, mine, isOver)));
        }
        for (int i = 0; i < 3; i++) {
          server.kill(0);
          server.startAgain(0);
          written(again(() -> store.create(tier("round", 5))));
          written(again(() -> store.delete(tier("round", 5).key())));
        }
        isOver.set(true);
        for (Thread writer : writers) {
          writer.join();
        }
        Resource last = written(again(() -> store.create(tier("last", 7))));
        heard.await(last);
        Map<ResourceKey, Resource> there = new HashMap<>();
        store.list(ResourceKind.TIER).forEach(each -> there.put(each.key(), each));
        acknowledged.forEach(
            mine ->
                mine.values().forEach(each -> assertThat(there.get(each.key())).isEqualTo(each)));
        assertThat(acknowledged.getFirst()).isNotEmpty();
        awaitEqual(heard, there);
        assertThat(heard.disorder()).isEmpty();
      }
    }
  }

  private static void awaitEqual(OrderListener heard, Map<ResourceKey, Resource> there) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!heard.now().equals(there) && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertThat(heard.now()).isEqualTo(there);
  }

  private interface Write {
    WriteResult go();
  }

  /// Until it is answered. Only for what may be done twice.
  private static WriteResult again(Write write) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (true) {
      try {
        return write.go();
      } catch (DatastoreException e) {
        if (System.nanoTime() > end) {
          throw e;
        }
      }
    }
  }

  /// One key at a time: whether the last write of a key was done is not known once it failed, so
  /// the key is not used again.
  private static void write(
      Datastore store, String prefix, Map<String, Resource> mine, AtomicBoolean isOver) {
    int number = 0;
    while (!isOver.get() || mine.isEmpty()) {
      String name = prefix + number;
      try {
        Resource created = written(store.create(tier(name, 1)));
        mine.put(name, created);
        mine.remove(name);
        Resource changed = written(store.update(tier(name, 2).withMetadata(created.metadata())));
        mine.put(name, changed);
      } catch (DatastoreException _) {
        // not acknowledged
      }
      number++;
    }
  }

  // ---- size

  /// 100,000 pods: one listing, and then each change is heard; prints after how long.
  @Test
  void manyPods() throws Exception {
    int count = Integer.getInteger("kubernetes.pods", 100_000);
    Map<String, String> objects = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      objects.put(
          "/registry/pods/many/p" + i,
          """
          {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p%1$d","namespace":"many",
          "uid":"00000000-0000-4000-8000-%1$012d","creationTimestamp":"2026-01-01T00:00:00Z",
          "labels":{"app":"a%2$d"},"annotations":{"cni.projectcalico.org/podIP":"10.%3$d.%4$d.%5$d/32",
          "cni.projectcalico.org/podIPs":"10.%3$d.%4$d.%5$d/32"}},
          "spec":{"nodeName":"n%6$d","serviceAccountName":"default",
          "containers":[{"name":"c","image":"i"}]},"status":{"phase":"Running"}}"""
              .formatted(i, i % 50, i >> 16, (i >> 8) & 255, i & 255, i % 1000));
    }
    server.kubectl("create", "namespace", "many");
    server.putAll(objects);
    objects.clear();
    try (Datastore store = open()) {
      var now = new Arrivals();
      long before = UsedMemory.now();
      long start = System.nanoTime();
      try (Feed _ = store.feed(List.of(ResourceKind.WORKLOAD_ENDPOINT), now)) {
        now.awaitInSync();
        long millis = (System.nanoTime() - start) / 1_000_000;
        long bytes = (UsedMemory.now() - before) / count;
        assertThat(now.count()).isGreaterThanOrEqualTo(count);
        List<Long> delays = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
          var key = new ResourceKey(ResourceKind.WORKLOAD_ENDPOINT, "many", "n1-k8s-p1-eth0");
          Resource pod = store.get(key).orElseThrow();
          ObjectNode tree = ResourceCodec.tree(pod);
          tree.withObjectProperty("spec").put("containerID", "c" + i);
          Resource changed = ResourceCodec.readStored(ResourceKind.WORKLOAD_ENDPOINT, tree);
          now.expect(key);
          long asked = System.nanoTime();
          written(store.update(changed));
          delays.add(now.awaitExpected() - asked);
        }
        delays.sort(null);
        System.out.printf(
            "%d pods: listed in %d ms, %d bytes each, a change is heard %.1f ms (median), %.1f ms"
                + " (99 %%) after it was asked for%n",
            count, millis, bytes, delays.get(150) / 1e6, delays.get(297) / 1e6);
        assertThat(bytes).isLessThan(1024);
      }
    } finally {
      server.kubectl("delete", "namespace", "many", "--wait=false");
    }
  }
}
