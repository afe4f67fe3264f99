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
import dev.brindle.api.resource.CalicoNodeStatus;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.IpamConfig;
import dev.brindle.api.resource.IpamHandle;
import dev.brindle.api.resource.IpamNames;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.NetworkPolicy;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreContract;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.Feed;
import dev.brindle.datastore.KubernetesNodes;
import dev.brindle.datastore.PodEvents;
import dev.brindle.datastore.PodNotes;
import dev.brindle.datastore.RecordingListener;
import dev.brindle.datastore.WriteResult;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.datastore.kubernetes.KubernetesSettings.Credentials;
import dev.brindle.datastore.kubernetes.KubernetesSettings.Overrides;
import dev.brindle.datastore.kubernetes.layout.CalicoGroup;
import dev.brindle.datastore.kubernetes.layout.ObjectLayout;
import io.fabric8.kubernetes.client.Config;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// On a stand-in for the API server.
class KubernetesDatastoreTest extends DatastoreContract {

  private final ApiServer server = new ApiServer();

  @AfterEach
  void endServer() {
    server.close();
  }

  static KubernetesSettings settings(String url) {
    Overrides overrides =
        new Overrides(
            Optional.of(url),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false);
    return new KubernetesSettings(new Credentials.None(), overrides, Optional.empty());
  }

  @Override
  protected Datastore open() {
    for (String namespace : List.of("x", "y")) {
      if (!server.names("/api/v1/namespaces").contains(namespace)) {
        server.create(
            "/api/v1/namespaces", "{\"metadata\":{\"name\":\"%s\"}}".formatted(namespace));
      }
    }
    return KubernetesDatastore.open(settings(server.url()));
  }

  private static final String CRDS = "/apis/crd.projectcalico.org/v1/";

  private static ResourceKey key(ResourceKind kind, String name) {
    return ResourceKey.of(kind, name);
  }

  private static IpamHandle handle(String id) {
    return new IpamHandle(
        Metadata.named(id), new IpamHandle.Spec(id, Map.of("10.0.0.0/26", 1), false));
  }

  private ObjectNode stored(String collection, String name) {
    return server.objects.get(collection, name).orElseThrow();
  }

  private void assertFails(ThrowingCallable action, String... words) {
    assertThatThrownBy(action)
        .isInstanceOf(DatastoreException.class)
        .hasMessageContainingAll(words);
  }

  private static final String ADMINISTRATORS =
      "/apis/policy.networking.k8s.io/v1alpha2/clusternetworkpolicies";

  @Test
  void policiesOfAdministratorsAreAmongTheGlobalOnesAndNobodyElsesToWrite() {
    try (Datastore store = open()) {
      server.extras.add("clusternetworkpolicies");
      server.create(
          ADMINISTRATORS,
          """
          {"metadata": {"name": "a", "uid": "49b8a7bc-26a4-4c5a-a5b9-2ed3b4e7d4d5"},
           "spec": {"tier": "Admin", "priority": 7, "subject": {"namespaces": {}},
                    "ingress": [{"action": "Deny", "from": [{"namespaces": {}}]}]}}
          """);
      ResourceKey policy = key(ResourceKind.GLOBAL_NETWORK_POLICY, "kcnp.a");

      assertThat(store.get(policy)).isPresent();
      assertThat(store.list(ResourceKind.GLOBAL_NETWORK_POLICY))
          .extracting(Resource::key)
          .containsExactly(policy);
      assertFails(() -> store.delete(policy), "is not supported", "clusternetworkpolicies");
      assertThat(store.get(key(ResourceKind.GLOBAL_NETWORK_POLICY, "kcnp.b"))).isEmpty();
    }
  }

  /// Most clusters have no such collection, and a role may say nothing of it.
  @Test
  void aClusterWithoutPoliciesOfAdministratorsIsAsked() throws Exception {
    server.forbidden.add("list clusternetworkpolicies");
    server.forbidden.add("get clusternetworkpolicies");
    try (Datastore store = open()) {
      assertThat(store.list(ResourceKind.GLOBAL_NETWORK_POLICY)).isEmpty();
      var listener = new RecordingListener();
      try (Feed _ = store.feed(List.of(ResourceKind.GLOBAL_NETWORK_POLICY), listener)) {
        listener.awaitInSync();
      }
      server.extras.add("clusternetworkpolicies");
      assertFails(
          () -> store.list(ResourceKind.GLOBAL_NETWORK_POLICY), "list clusternetworkpolicies");
    }
  }

  @Test
  void whatIsSaidOfAPodIsReadFromItAndItsNamespace() {
    try (Datastore store = open()) {
      server.create(
          "/api/v1/namespaces",
          """
          {"metadata": {"name": "z", "labels": {"tier": "gold"}, "annotations": {"a": "of z", "b": "too"}}}
          """);
      server.create(
          "/api/v1/pods",
          """
          {"metadata": {"name": "web", "namespace": "z", "annotations": {"a": "of web"}}, "spec": {}}
          """);

      PodNotes notes = store.podNotes("z", "web").orElseThrow();

      assertThat(notes.ofPodOrNamespace("a")).contains("of web");
      assertThat(notes.ofPodOrNamespace("b")).contains("too");
      assertThat(notes.ofPod("b")).isEmpty();
      assertThat(notes.namespaceLabels()).containsEntry("tier", "gold");
      assertThat(store.podNotes("z", "gone")).isEmpty();
    }
  }

  /// For who cannot ask now: what a feed of endpoints and profiles has heard on the way.
  @Test
  void whatFeedsHaveHeardOfAPodIsKnownWithoutAsking() throws Exception {
    try (Datastore store = open()) {
      server.create(
          "/api/v1/namespaces",
          """
          {"metadata": {"name": "z", "labels": {"tier": "gold"},
           "annotations": {"cni.projectcalico.org/ipv4pools": "[\\"p\\"]", "a": "of others"}}}
          """);
      server.create(
          "/api/v1/pods",
          """
          {"metadata": {"name": "web", "namespace": "z",
           "annotations": {"a": "of others", "cni.projectcalico.org/podIP": "10.0.0.1/32",
                           "cni.projectcalico.org/hwAddr": "02:00:00:00:00:01"}},
           "spec": {"nodeName": "n1"}}
          """);
      assertThat(store.heardNotes("z", "web")).isEmpty();
      var listener = new RecordingListener();
      try (Feed _ =
          store.feed(List.of(ResourceKind.WORKLOAD_ENDPOINT, ResourceKind.PROFILE), listener)) {
        listener.awaitInSync();

        assertThat(store.heardNotes("z", "web"))
            .contains(
                new PodNotes(
                    Map.of("cni.projectcalico.org/hwAddr", "02:00:00:00:00:01"),
                    Map.of("cni.projectcalico.org/ipv4pools", "[\"p\"]"),
                    Map.of("tier", "gold")));
        assertThat(store.heardNotes("z", "who-asks-for-nothing").orElseThrow().annotations())
            .isEmpty();
        assertThat(store.heardNotes("gone", "web")).isEmpty();
      }
    }
  }

  @Test
  void whatIpamStoresComesBackAsItWas() {
    Cidr cidr = Cidr.parse("10.0.0.0/31");
    List<Resource> all =
        List.of(
            new IpamBlock(
                Metadata.named("10-0-0-0-31"),
                new IpamBlock.Spec(
                    cidr,
                    Optional.of("host:n1"),
                    "",
                    List.of(0, IpamBlock.FREE),
                    List.of(1),
                    List.of(
                        new IpamBlock.Attribute(
                            "h", Map.of("pod", "p"), Map.of(), Optional.empty())),
                    7,
                    Map.of("0", 7L),
                    false)),
            affinity("n1", cidr),
            handle("Net.Abc"),
            new IpamConfig(
                Metadata.named("default"),
                new IpamConfig.Spec(false, Optional.of(true), 0, "Enabled", 30)));
    try (Datastore store = open()) {
      for (Resource resource : all) {
        Resource created = written(store.create(resource));
        assertThat(store.get(resource.key())).contains(created);
        assertThat(store.list(resource.kind())).containsExactly(created);
        assertThat(store.create(resource)).isEqualTo(new WriteResult.AlreadyThere(created));
        assertThat(store.delete(resource.key(), created.metadata().resourceVersion()))
            .isEqualTo(new WriteResult.Written(created));
        assertThat(store.get(resource.key())).isEmpty();
        written(store.create(resource));
      }
      assertThat(server.names(CRDS + "ipamhandles")).containsExactly("net.abc");
      assertThat(server.names(CRDS + "ipamconfigs")).containsExactly("default");
    }
  }

  private static BlockAffinity affinity(String node, Cidr cidr) {
    return new BlockAffinity(
        Metadata.named(IpamNames.affinity(node, cidr)),
        new BlockAffinity.Spec(BlockAffinity.State.PENDING, node, "host", cidr, false));
  }

  /// Who removed it was killed between the two steps.
  @Test
  void aHalfRemovedObjectIsGoneForAll() throws Exception {
    try (Datastore store = open()) {
      written(store.create(handle("a")));
      var heard = new RecordingListener();
      try (Feed _ = store.feed(List.of(ResourceKind.IPAM_HANDLE), heard)) {
        heard.awaitInSync();
        ObjectNode marked = stored(CRDS + "ipamhandles", "a");
        marked.withObjectProperty("spec").put("deleted", true);
        server.objects.replace(CRDS + "ipamhandles", "a", marked);
        heard.await("-IPAMHandle(a)");
      }
      assertThat(store.list(ResourceKind.IPAM_HANDLE)).isEmpty();
      written(store.create(handle("a")));
      ObjectNode marked = stored(CRDS + "ipamhandles", "a");
      marked.withObjectProperty("spec").put("deleted", true);
      server.objects.replace(CRDS + "ipamhandles", "a", marked);
      assertThat(store.get(key(ResourceKind.IPAM_HANDLE, "a"))).isEmpty();
      assertThat(server.names(CRDS + "ipamhandles")).isEmpty();
    }
  }

  /// What we do not know of it stays, as if it had been read again.
  @Test
  void whatIpamHasJustReadIsWrittenWithoutReadingItAgain() {
    ResourceKey key = key(ResourceKind.IPAM_HANDLE, "a");
    try (Datastore store = open();
        Datastore other = open()) {
      written(store.create(handle("a")));
      ObjectNode object = stored(CRDS + "ipamhandles", "a");
      object.withObjectProperty("spec").put("later", "kept");
      server.objects.replace(CRDS + "ipamhandles", "a", object);
      var read = (IpamHandle) store.get(key).orElseThrow();
      server.asked.clear();

      Resource changed = written(store.update(counting(read, 2)));

      assertThat(server.asked).containsOnlyKeys("update ipamhandles");
      assertThat(stored(CRDS + "ipamhandles", "a").path("spec").path("later").asText())
          .isEqualTo("kept");

      assertThat(store.get(key)).contains(changed);
      Resource others = written(other.update(counting((IpamHandle) changed, 3)));
      assertThat(store.update(counting((IpamHandle) changed, 4)))
          .isEqualTo(new WriteResult.Conflict(others));
      store.get(key);
      Resource newest = written(other.update(counting((IpamHandle) others, 5)));
      assertThat(store.delete(key, others.metadata().resourceVersion()))
          .isEqualTo(new WriteResult.Conflict(newest));

      store.get(key);
      server.asked.clear();
      written(store.delete(key, newest.metadata().resourceVersion()));
      assertThat(server.asked).as("in one step").isEqualTo(Map.of("delete ipamhandles", 1));
      assertThat(server.names(CRDS + "ipamhandles")).isEmpty();
    }
  }

  /// Who waits with it is to see that it goes.
  @Test
  void aHandleThatSomebodyWaitsWithIsMarkedFirst() {
    try (Datastore store = open()) {
      written(store.create(handle("a")));
      ObjectNode object = stored(CRDS + "ipamhandles", "a");
      object.withObjectProperty("metadata").putArray("finalizers").add("x.example/wait");
      server.objects.replace(CRDS + "ipamhandles", "a", object);
      Resource read = store.get(key(ResourceKind.IPAM_HANDLE, "a")).orElseThrow();
      server.asked.clear();

      written(store.delete(read.key(), read.metadata().resourceVersion()));

      assertThat(server.asked).isEqualTo(Map.of("update ipamhandles", 1, "delete ipamhandles", 1));
    }
  }

  /// kubelet writes a pod's status all the time: whoever is slower hears of it, and asks again.
  @Test
  void theEndpointOfAPodThatWasJustReadIsRemovedWithoutReadingItAgain() {
    String pods = "/api/v1/pods";
    var key = new ResourceKey(ResourceKind.WORKLOAD_ENDPOINT, "x", "n1-k8s-p-eth0");
    try (Datastore store = open()) {
      server.create(
          "/api/v1/pods",
          """
          {"metadata": {"name": "p", "namespace": "x", "annotations": {
             "cni.projectcalico.org/podIP": "10.0.0.1/32", "cni.projectcalico.org/containerID": "c"}},
           "spec": {"nodeName": "n1"}}
          """);
      Resource read = store.get(key).orElseThrow();
      ObjectNode pod = stored(pods, "x/p");
      pod.withObjectProperty("status").put("phase", "Running");
      server.objects.replace(pods, "x/p", pod);
      Resource newest = store.get(key).orElseThrow();
      assertThat(newest.metadata().resourceVersion())
          .isNotEqualTo(read.metadata().resourceVersion());
      assertThat(store.delete(key, read.metadata().resourceVersion()))
          .as("another was remembered, so it is read")
          .isEqualTo(new WriteResult.Conflict(newest));

      store.get(key);
      pod = stored(pods, "x/p");
      pod.withObjectProperty("status").put("phase", "Pending");
      server.objects.replace(pods, "x/p", pod);
      server.asked.clear();
      WriteResult late = store.delete(key, newest.metadata().resourceVersion());

      assertThat(server.asked).isEqualTo(Map.of("patch pods", 1, "get pods", 1));
      assertThat(late).isInstanceOf(WriteResult.Conflict.class);
      assertThat(stored(pods, "x/p").toString()).contains("10.0.0.1");

      Resource last = store.get(key).orElseThrow();
      server.asked.clear();
      written(store.delete(key, last.metadata().resourceVersion()));

      assertThat(server.asked).isEqualTo(Map.of("patch pods", 1));
      assertThat(stored(pods, "x/p").toString()).doesNotContain("10.0.0.1");
    }
  }

  private static IpamHandle counting(IpamHandle handle, int count) {
    return new IpamHandle(
        handle.metadata(),
        new IpamHandle.Spec(handle.spec().handleID(), Map.of("10.0.0.0/26", count), false));
  }

  @Test
  void handlesThatDifferInCaseOnlyHaveOneObject() {
    try (Datastore store = open()) {
      written(store.create(handle("abc")));
      assertThat(store.get(key(ResourceKind.IPAM_HANDLE, "ABC"))).isEmpty();
      assertFails(() -> store.create(handle("ABC")), "another resource has that name");
    }
  }

  @Test
  void affinitiesOfAnOwner() {
    Cidr cidr = Cidr.parse("10.0.0.0/26");
    server.create(
        CRDS + "blockaffinities",
        "{\"metadata\":{\"name\":\"n-10-0-1-0-26\"},\"spec\":{\"state\":\"confirmed\","
            + "\"node\":\"n\",\"cidr\":\"10.0.1.0/26\",\"deleted\":\"false\"}}");
    try (Datastore store = open()) {
      written(store.create(affinity("n", cidr)));
      written(store.create(affinity("n-1", cidr)));
      for (int i = 0; i < 2; i++) {
        assertThat(store.affinitiesOf("n"))
            .extracting(each -> each.metadata().name())
            .containsExactly("n-10-0-0-0-26", "n-10-0-1-0-26");
      }
      assertThat(
              stored(CRDS + "blockaffinities", "n-10-0-1-0-26")
                  .path("metadata")
                  .path("labels")
                  .has("projectcalico.org/hostname-hash"))
          .isTrue();
    }
  }

  private void pod(String name) {
    server.create(
        "/api/v1/pods",
        """
        {"metadata":{"name":"%s","namespace":"x","annotations":{"other":"o"}},
        "spec":{"nodeName":"n1"}}"""
            .formatted(name));
  }

  private static WorkloadEndpoint plugged(WorkloadEndpoint endpoint) {
    ObjectNode tree = ResourceCodec.tree(endpoint);
    tree.withObjectProperty("spec")
        .put("containerID", "c1")
        .putArray("ipNetworks")
        .add("10.0.0.1/32");
    return (WorkloadEndpoint) ResourceCodec.readStored(ResourceKind.WORKLOAD_ENDPOINT, tree);
  }

  private void pod(String name, String spec) {
    server.create(
        "/api/v1/pods",
        """
        {"metadata":{"name":"%s","namespace":"x","annotations":{
        "cni.projectcalico.org/floatingIPs":"[]"}},"spec":%s}"""
            .formatted(name, spec));
  }

  /// Also what of them cannot be read is known as before: others' are left out, not gone.
  @Test
  void aFeedOfANodeAsksForItsPodsOnly() throws Exception {
    pod("ours", "{\"nodeName\":\"n1\"}");
    pod("theirs", "{\"nodeName\":\"n2\"}");
    server.create(
        "/api/v1/pods",
        """
        {"metadata":{"name":"odd","namespace":"x","annotations":{
        "cni.projectcalico.org/floatingIPs":"nonsense"}},"spec":{"nodeName":"n2"}}""");
    var kinds = List.of(ResourceKind.WORKLOAD_ENDPOINT);
    var all = new RecordingListener();
    var heard = new RecordingListener();
    try (Datastore store = open();
        Feed _ = store.feed(kinds, all)) {
      all.awaitInSync();
      assertThat(store.unread(ResourceKind.WORKLOAD_ENDPOINT)).hasSize(1);
      try (Feed _ = store.feedOfNode(kinds, "n1", heard)) {
        heard.awaitInSync();
        pod("late-theirs", "{\"nodeName\":\"n2\"}");
        pod("late", "{}");
        server.replace(
            "/api/v1/pods",
            "{\"metadata\":{\"name\":\"late\",\"namespace\":\"x\"},\"spec\":{\"nodeName\":\"n1\"}}");
        heard.await("+WorkloadEndpoint(x/n1-k8s-late-eth0)");
        server.remove("/api/v1/pods", "x/theirs");
        server.remove("/api/v1/pods", "x/ours");
        heard.await("-WorkloadEndpoint(x/n1-k8s-ours-eth0)");
        assertThat(heard.log())
            .containsExactly(
                "+WorkloadEndpoint(x/n1-k8s-ours-eth0)",
                "in sync",
                "+WorkloadEndpoint(x/n1-k8s-late-eth0)",
                "-WorkloadEndpoint(x/n1-k8s-ours-eth0)");
        assertThat(store.unread(ResourceKind.WORKLOAD_ENDPOINT)).hasSize(1);
      }
    }
  }

  @Test
  void anEndpointIsNotedOnItsPod() throws Exception {
    pod("p");
    var key = new ResourceKey(ResourceKind.WORKLOAD_ENDPOINT, "x", "n1-k8s-p-eth0");
    try (Datastore store = open()) {
      var heard = new RecordingListener();
      try (Feed _ = store.feed(List.of(ResourceKind.WORKLOAD_ENDPOINT), heard)) {
        heard.awaitInSync();
        var endpoint = (WorkloadEndpoint) store.get(key).orElseThrow();
        assertThat(store.create(endpoint)).isEqualTo(new WriteResult.AlreadyThere(endpoint));
        WorkloadEndpoint wanted = plugged(endpoint);
        var noted = (WorkloadEndpoint) written(store.update(wanted));
        assertThat(noted.spec().ipNetworks()).containsExactly(Cidr.parse("10.0.0.1/32"));
        assertThat(noted.spec().containerID()).isEqualTo("c1");
        assertThat(store.update(wanted)).isEqualTo(new WriteResult.Conflict(noted));
        assertThat(store.delete(key)).isEqualTo(new WriteResult.Written(noted));
        assertThat(stored("/api/v1/pods", "x/p").path("metadata").path("annotations").toString())
            .isEqualTo(
                """
                {"other":"o","cni.projectcalico.org/podIP":"","cni.projectcalico.org/podIPs":"",\
                "cni.projectcalico.org/containerID":"c1"}""");
        ObjectNode metadata = (ObjectNode) stored("/api/v1/pods", "x/p").path("metadata");
        server.objects.delete("/api/v1/pods", "x/p", metadata);
        heard.await("-WorkloadEndpoint(x/n1-k8s-p-eth0)");
        assertFails(() -> store.create(wanted), "one of Kubernetes' pods, and there is none");
        assertThat(store.update(wanted)).isEqualTo(new WriteResult.Missing(key));
      }
    }
  }

  @Test
  void aNodeIsNotedOnKubernetesNode() {
    server.create("/api/v1/nodes", "{\"metadata\":{\"name\":\"n\",\"labels\":{\"a\":\"b\"}}}");
    try (Datastore store = open()) {
      var node = (CalicoNode) store.get(key(ResourceKind.NODE, "n")).orElseThrow();
      Map<String, String> labels = new HashMap<>(node.metadata().labels());
      labels.put("own", "o");
      Resource labelled = node.withMetadata(node.metadata().withLabels(labels));
      Resource noted = written(store.update(labelled));
      assertThat(noted.metadata().labels()).isEqualTo(Map.of("a", "b", "own", "o"));
      assertThat(store.update(labelled)).isEqualTo(new WriteResult.Conflict(noted));
      assertThat(stored("/api/v1/nodes", "n").path("metadata").path("labels").toString())
          .isEqualTo("{\"a\":\"b\"}");
      assertFails(
          () -> store.delete(node.key()),
          "operation delete is not supported on Node(n): in Kubernetes it is made from nodes");
      assertFails(
          () -> store.create(node.withMetadata(Metadata.named("m"))),
          "one of Kubernetes' nodes, and there is none");
    }
  }

  @Test
  void kubernetesOwnWordOnANode() {
    server.create(
        "/api/v1/nodes",
        """
        {"metadata":{"name":"n"},"status":{
        "addresses":[{"type":"Hostname","address":"n"},{"type":"InternalIP","address":"192.0.2.7"},
        {"type":"ExternalIP","address":"203.0.113.7"},{"type":"InternalIP","address":"2001:db8::7"}],
        "conditions":[{"type":"Ready","status":"True"},
        {"type":"NetworkUnavailable","status":"True","reason":"NoRouteCreated"}]}}""");
    try (Datastore store = open()) {
      KubernetesNodes nodes = store.kubernetesNodes().orElseThrow();
      assertThat(nodes.internalAddresses("n"))
          .contains(List.of(IpAddress.parse("192.0.2.7"), IpAddress.parse("2001:db8::7")));
      assertThat(nodes.internalAddresses("m")).isEmpty();
      assertThat(nodes.clock()).isPresent();
      var up = new KubernetesNodes.Network(true, "CalicoIsUp", "all is well");
      assertThat(nodes.say("n", up, Instant.parse("2026-01-02T03:04:05.6Z"))).isTrue();
      assertThat(nodes.say("m", up, Instant.EPOCH)).isFalse();
      assertThat(stored("/api/v1/nodes", "n").at("/status/conditions").toString())
          .isEqualTo(
              "[{\"type\":\"Ready\",\"status\":\"True\"},"
                  + "{\"type\":\"NetworkUnavailable\",\"status\":\"False\",\"reason\":\"CalicoIsUp\","
                  + "\"message\":\"all is well\",\"lastHeartbeatTime\":\"2026-01-02T03:04:05Z\","
                  + "\"lastTransitionTime\":\"2026-01-02T03:04:05Z\"}]");
      server.forbidden.add("patch nodes/status");
      assertFails(
          () -> nodes.say("n", up, Instant.EPOCH),
          "cannot set the condition NetworkUnavailable of node n",
          "verbs [\"patch\"] on resources [\"nodes/status\"]");
    }
  }

  @Test
  void peopleAreWarnedOfAPod() {
    server.create(
        "/api/v1/pods", "{\"metadata\":{\"name\":\"p\",\"namespace\":\"x\"},\"spec\":{}}");
    String uid = stored("/api/v1/pods", "x/p").at("/metadata/uid").asText();
    String longName = "a".repeat(199) + "-" + "b".repeat(50);
    server.create(
        "/api/v1/pods",
        "{\"metadata\":{\"name\":\"%s\",\"namespace\":\"y\"},\"spec\":{}}".formatted(longName));
    var warning = new PodEvents.Warning("n1", "AddressLost", "a".repeat(2000));
    Instant now = Instant.parse("2026-01-02T03:04:05.6Z");
    try (Datastore store = open()) {
      PodEvents events = store.podEvents().orElseThrow();
      assertThat(events.warn(new PodEvents.Pod("x", "q", ""), warning, now)).isFalse();
      assertThat(events.warn(new PodEvents.Pod("x", "p", "another"), warning, now)).isFalse();
      assertThat(server.objects.list("/api/v1/events", _ -> true).objects()).isEmpty();
      assertThat(events.warn(new PodEvents.Pod("x", "p", uid), warning, now)).isTrue();

      JsonNode event = server.objects.list("/api/v1/events", _ -> true).objects().getFirst();
      assertThat(event.at("/metadata/namespace").asText()).isEqualTo("x");
      assertThat(event.at("/involvedObject/uid").asText()).isEqualTo(uid);
      assertThat(event.path("type").asText()).isEqualTo("Warning");
      assertThat(event.path("reason").asText()).isEqualTo("AddressLost");
      assertThat(event.path("message").asText()).hasSize(1024);
      assertThat(event.at("/source/host").asText()).isEqualTo("n1");
      assertThat(event.path("lastTimestamp").asText()).isEqualTo("2026-01-02T03:04:05Z");
      assertThat(event.at("/metadata/name").asText()).isEqualTo("p.1886caf240597800");
      assertThat(events.warn(new PodEvents.Pod("y", longName, ""), warning, now)).isTrue();
      assertThat(server.objects.list("/api/v1/events", _ -> true).objects())
          .extracting(each -> each.at("/metadata/name").asText())
          .contains("a".repeat(199) + ".1886caf240597800");
      server.forbidden.add("create events");
      assertFails(
          () -> events.warn(new PodEvents.Pod("x", "p", ""), warning, now),
          "cannot make an Event of pod x/p",
          "verbs [\"create\"] on resources [\"events\"]");
    }
  }

  @Test
  void profilesAreReadOnly() {
    server.create("/api/v1/serviceaccounts", "{\"metadata\":{\"name\":\"s\",\"namespace\":\"x\"}}");
    try (Datastore store = open()) {
      assertThat(store.list(ResourceKind.PROFILE))
          .extracting(each -> each.metadata().name())
          .containsExactly("kns.x", "kns.y", "ksa.x.s");
      Resource profile = store.get(key(ResourceKind.PROFILE, "kns.x")).orElseThrow();
      assertFails(() -> store.update(profile), "namespaces and serviceaccounts");
      assertFails(() -> store.delete(profile.key()), "operation delete is not supported");
      assertFails(
          () -> store.create(profile.withMetadata(Metadata.named("other"))),
          "operation create is not supported on Profile(other)");
    }
  }

  @Override
  protected void move(boolean isMoving) {
    server.extras.add("virtualmachineinstancemigrations");
    String object = machineMoves(isMoving ? "Running" : "Succeeded");
    if (isMoving) {
      server.create(MOVES, object);
    } else {
      server.replace(MOVES, object);
    }
  }

  private static final String MOVES = "/apis/kubevirt.io/v1/virtualmachineinstancemigrations";

  /// As KubeVirt has it.
  static String machineMoves(String phase) {
    return """
        {"apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstanceMigration",
         "metadata": {"name": "m", "namespace": "x"},
         "spec": {"vmiName": "vm"},
         "status": {"phase": "%s", "migrationState": {"sourcePod": "p"}}}"""
        .formatted(phase);
  }

  @Test
  void movesOfMachinesAreNotOursToWrite() {
    try (Datastore store = open()) {
      move(true);
      Resource migration = store.get(MIGRATION).orElseThrow();
      String reason = "in Kubernetes it is made from virtualmachineinstancemigrations.kubevirt.io";

      assertFails(() -> store.create(migration), "operation create is not supported", reason);
      assertFails(() -> store.update(migration), "operation update is not supported", reason);
      assertFails(() -> store.delete(MIGRATION), "operation delete is not supported", reason);
      assertFails(() -> store.requireRemovable(MIGRATION), reason);
    }
  }

  /// Most clusters are without KubeVirt, and a role may say nothing of it.
  @Test
  void aClusterWithoutVirtualMachinesHasNoMoves() throws Exception {
    server.forbid("list virtualmachineinstancemigrations");
    var heard = new RecordingListener();
    try (Datastore store = open();
        Feed _ = store.feed(List.of(ResourceKind.LIVE_MIGRATION, ResourceKind.TIER), heard)) {
      heard.awaitInSync();
      assertThat(store.list(ResourceKind.LIVE_MIGRATION)).isEmpty();
      assertThat(store.get(MIGRATION)).isEmpty();
      server.extras.add("virtualmachineinstancemigrations");
      assertFails(
          () -> store.list(ResourceKind.LIVE_MIGRATION),
          "cannot list virtualmachineinstancemigrations.kubevirt.io");
    }
  }

  @Test
  void servicesAndTheirSlicesAreReadAndNotWritten() throws InterruptedException {
    String slices = "/apis/discovery.k8s.io/v1/endpointslices";
    server.create(
        "/api/v1/services",
        "{\"metadata\":{\"name\":\"s\",\"namespace\":\"x\"},\"spec\":{\"clusterIP\":\"10.96.0.1\"}}");
    server.create(slices, slice("s-1", "10.0.0.1"));
    try (Datastore store = open()) {
      assertThat(store.hasServices()).isTrue();
      var service = new ResourceKey(ResourceKind.KUBERNETES_SERVICE, "x", "s");
      assertThat(store.get(service)).isPresent();
      assertFails(() -> store.delete(service), "operation delete is not supported");
      var heard = new RecordingListener();
      try (Feed _ =
          store.feed(
              List.of(ResourceKind.KUBERNETES_SERVICE, ResourceKind.KUBERNETES_ENDPOINT_SLICE),
              heard)) {
        heard.awaitInSync();
        server.create(slices, slice("s-2", "10.0.0.2"));
        heard.await("+KubernetesEndpointSlice(x/s-2)");
        assertThat(heard.log())
            .containsExactly(
                "+KubernetesEndpointSlice(x/s-1)",
                "+KubernetesService(x/s)",
                "in sync",
                "+KubernetesEndpointSlice(x/s-2)");
      }
    }
  }

  private static String slice(String name, String address) {
    return """
        {"metadata":{"name":"%s","namespace":"x","labels":{"kubernetes.io/service-name":"s"}},
        "addressType":"IPv4","endpoints":[{"addresses":["%s"]}],"ports":[{"port":80}]}"""
        .formatted(name, address);
  }

  @Test
  void policiesOfKubernetesAreAmongThem() {
    server.create(
        "/apis/networking.k8s.io/v1/networkpolicies",
        "{\"metadata\":{\"name\":\"p\",\"namespace\":\"x\"},\"spec\":{\"podSelector\":{}}}");
    var key = new ResourceKey(ResourceKind.NETWORK_POLICY, "x", "knp.default.p");
    try (Datastore store = open()) {
      Resource policy = store.get(key).orElseThrow();
      assertThat(store.list(ResourceKind.NETWORK_POLICY)).containsExactly(policy);
      assertFails(() -> store.update(policy), "networkpolicies.networking.k8s.io");
      assertFails(() -> store.create(policy), "operation create is not supported");
    }
  }

  @Test
  void aClusterMayHaveTheNewerForm() {
    server.groups.clear();
    server.groups.add("projectcalico.org");
    try (Datastore store = open()) {
      Resource created = written(store.create(pool("a", "10.0.0.0/16")));
      assertThat(server.names("/apis/projectcalico.org/v3/ippools")).containsExactly("a");
      assertThat(store.get(created.key())).contains(created);
      assertThat(
              stored("/apis/projectcalico.org/v3/ippools", "a").path("metadata").has("annotations"))
          .isFalse();
    }
  }

  /// Each is somewhere all the time; one is at its place already.
  @Test
  void policiesThatAreMovedStayInForce() throws Exception {
    String policies = CRDS + "networkpolicies";
    String policy =
        """
        {"metadata": {"name": "%s", "namespace": "x", "labels": {"a": "b"}},
         "spec": {"selector": "all()", "order": %d, "unheardOf": 1}}
        """;
    var heard = new RecordingListener();
    try (Datastore store = open()) {
      for (String name : List.of("default.a", "default.b", "tiered.c")) {
        server.create(policies, policy.formatted(name, 1));
      }
      try (Feed _ = store.feed(List.of(ResourceKind.NETWORK_POLICY), heard)) {
        heard.awaitInSync();
        server.create(policies, policy.formatted("b", 2));

        assertThat(store.movePolicies(() -> {})).isEqualTo(2);

        assertThat(store.movePolicies(() -> {})).isZero();
        assertThat(server.names(policies)).containsExactlyInAnyOrder("x/a", "x/b", "x/tiered.c");
        assertThat(stored(policies, "x/a").at("/spec/unheardOf").asInt()).isEqualTo(1);
        assertThat(stored(policies, "x/a").at("/metadata/labels/a").asText()).isEqualTo("b");
        assertThat(stored(policies, "x/b").at("/spec/order").asInt()).isEqualTo(2);
        server.create(policies, policy.formatted("last", 1));
        heard.await("+NetworkPolicy(x/last)");
        assertThat(heard.log()).noneMatch(it -> it.startsWith("-"));
        store.delete(new ResourceKey(ResourceKind.NETWORK_POLICY, "x", "a"));
        heard.await("-NetworkPolicy(x/a)");
      }
    }
  }

  /// Somebody removes one between our reading and our writing, and changes another.
  @Test
  void aPolicyThatChangesMeanwhileIsNotMovedAsItWas() {
    String policies = CRDS + "globalnetworkpolicies";
    String policy = "{\"metadata\": {\"name\": \"%s\"}, \"spec\": {\"order\": %d}}";
    server.create(policies, policy.formatted("default.a", 1));
    server.create(policies, policy.formatted("default.b", 1));
    server.beforeWrites(
        count -> {
          if (count == 1) {
            server.remove(policies, "default.a");
            server.replace(policies, policy.formatted("default.b", 2));
          }
        });
    try (Datastore store = open()) {
      assertFails(() -> store.movePolicies(() -> {}), "somebody else changes it: try again");
      assertThat(server.names(policies)).containsExactly("default.b");

      assertThat(store.movePolicies(() -> {})).isEqualTo(1);

      assertThat(server.names(policies)).containsExactly("b");
      assertThat(stored(policies, "b").at("/spec/order").asInt()).isEqualTo(2);
    }
  }

  /// All pages of a large cluster's pods at once would be some gigabytes.
  @Test
  void whatIsListedIsReadPageByPage() {
    int objects = 1200;
    for (int i = 0; i < objects; i++) {
      server.create(CRDS + "tiers", "{\"metadata\": {\"name\": \"t%d\"}}".formatted(i));
    }
    ObjectLayout layout = ObjectLayout.of(CalicoGroup.CRD, ResourceKind.TIER).getFirst();
    try (var calls = new KubernetesCalls(ClientConfig.of(settings(server.url())))) {
      List<Integer> pagesBefore =
          calls
              .list(
                  KubernetesPlaces.listing(layout),
                  Selection.ALL,
                  object -> {
                    assertThat(object.at("/metadata/name").asText()).startsWith("t");
                    return server.listings.get();
                  })
              .orElseThrow()
              .objects();

      assertThat(pagesBefore).hasSize(objects);
      assertThat(Set.copyOf(pagesBefore)).containsExactlyInAnyOrder(1, 2, 3);
    }
  }

  /// Of one pod of each way to install it, and of none of ours.
  @Test
  void namesTheAgentsOfCalico() {
    for (String app : List.of("calico-node", "canal", "brindle-node", "calico-kube-controllers")) {
      server.create(
          "/api/v1/pods",
          """
          {"metadata": {"name": "%s-1", "namespace": "x", "labels": {"k8s-app": "%1$s"}}}"""
              .formatted(app));
    }
    try (Datastore store = open()) {
      assertThat(store.kubernetesNodes().orElseThrow().calicoAgents())
          .containsExactlyInAnyOrder("x/calico-node-1", "x/canal-1");
    }
  }

  /// As Calico's definition of it has it, or as an older one has.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aStatusIsWrittenWhereItIs(boolean isApart) {
    var spec = new CalicoNodeStatus.Spec("n", List.of("BGP"), Optional.of(10));
    if (!isApart) {
      server.apart.remove("caliconodestatuses");
    }
    try (Datastore store = open()) {
      store.create(new CalicoNodeStatus(Metadata.named("s"), spec, Map.of()));
      ResourceKey key = key(ResourceKind.CALICO_NODE_STATUS, "s");
      Metadata metadata = store.get(key).orElseThrow().metadata();
      var said = new CalicoNodeStatus(metadata, spec, Map.of("lastUpdated", "now"));

      assertThat(store.updateStatus(said)).isInstanceOf(WriteResult.Written.class);
      assertThat(stored(CRDS + "caliconodestatuses", "s").at("/status/lastUpdated").asText())
          .isEqualTo("now");

      server.forbidden.add("update caliconodestatuses/status");
      CalicoNodeStatus again = (CalicoNodeStatus) store.get(key).orElseThrow();
      assertFails(
          () -> store.updateStatus(again),
          "resources [\"caliconodestatuses/status\"] in apiGroups");
    }
  }

  @Test
  void whatKubeadmNotedIsRead() {
    try (Datastore store = open()) {
      assertThat(store.kubeadm()).isEmpty();

      server.create("/api/v1/namespaces", "{\"metadata\":{\"name\":\"kube-system\"}}");
      server.create(
          "/api/v1/configmaps",
          """
          {"metadata": {"name": "kubeadm-config", "namespace": "kube-system"}, "data": {"ClusterConfiguration":
           "kind: ClusterConfiguration\\nnetworking:\\n  dnsDomain: cluster.local\\n  podSubnet: 10.244.0.0/16, fd01::/56\\n"}}
          """);
      assertThat(store.kubeadm().orElseThrow().podSubnets())
          .containsExactly(Cidr.parse("10.244.0.0/16"), Cidr.parse("fd01::/56"));

      server.forbidden.add("get configmaps");
      assertThat(store.kubeadm()).as("nobody may tell us").isEmpty();
    }
  }

  @Test
  void whatKubeadmNotedMayBeBroken() {
    server.create("/api/v1/namespaces", "{\"metadata\":{\"name\":\"kube-system\"}}");
    server.create(
        "/api/v1/configmaps",
        """
        {"metadata": {"name": "kubeadm-config", "namespace": "kube-system"},
         "data": {"ClusterConfiguration": "networking: {podSubnet: ten}"}}
        """);
    try (Datastore store = open()) {
      assertFails(
          store::kubeadm,
          "cannot read ConfigMap kube-system/kubeadm-config",
          "podSubnet 'ten': expected a CIDR");
    }
  }

  // ---- faults

  @Test
  void faultsNameTheCure() {
    try (Datastore store = open()) {
      server.forbidden.add("list ippools");
      assertFails(
          () -> store.list(ResourceKind.IP_POOL),
          "cannot list ippools.crd.projectcalico.org in Kubernetes at " + server.url(),
          "needs verbs [\"list\"] on resources [\"ippools\"] in apiGroups"
              + " [\"crd.projectcalico.org\"]");
      server.forbidden.add("patch nodes/status");
      server.create("/api/v1/nodes", "{\"metadata\":{\"name\":\"n\"}}");
      Resource node = store.get(key(ResourceKind.NODE, "n")).orElseThrow();
      assertFails(() -> store.update(node), "verbs [\"patch\"] on resources [\"nodes/status\"]");
      var policy =
          new NetworkPolicy(
              Metadata.named("nowhere", "p"),
              new NetworkPolicy.Spec(
                  "", Optional.empty(), "", List.of(), List.of(), List.of(), "", List.of()));
      assertFails(() -> store.create(policy), "namespaces \"nowhere\" not found");
      server.tokens.add("t");
      assertFails(() -> store.list(ResourceKind.TIER), "does not take our credentials");
      server.close();
      assertFails(() -> store.list(ResourceKind.TIER), "does not answer: connection refused");
    }
  }

  /// Which kubelet writes anew each hour.
  @Test
  void theTokenOfAServiceAccountIsReadAgain(@TempDir Path secrets) throws Exception {
    Files.writeString(secrets.resolve("token"), "first\n");
    server.tokens.add("first");
    Config config = ClientConfig.bounded(ClientConfig.inCluster(server.url(), secrets));
    try (Datastore store = KubernetesDatastore.open(config, Optional.empty())) {
      var heard = new RecordingListener();
      try (Feed _ = store.feed(List.of(ResourceKind.TIER), heard)) {
        heard.awaitInSync();
        server.tokens.clear();
        server.tokens.add("second");
        Files.writeString(secrets.resolve("token"), "second\n");
        server.breakWatches();
        written(store.create(tier("t", 1)));
        heard.await("+Tier(t)");
      }
      Files.delete(secrets.resolve("token"));
      assertFails(() -> store.list(ResourceKind.TIER), "token cannot be read");
    }
  }

  @Test
  void aTokenThatChangedIsReadAgain(@TempDir Path directory) throws Exception {
    Path token = Files.writeString(directory.resolve("token"), "first");
    Path kubeconfig =
        Files.writeString(
            directory.resolve("config"),
            """
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "%s"}}]
            users: [{name: u, user: {tokenFile: %s}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            current-context: x
            """
                .formatted(server.url(), token));
    server.tokens.add("first");
    var settings =
        new KubernetesSettings(
            new Credentials.Kubeconfig(kubeconfig, Optional.empty()),
            Overrides.NONE,
            Optional.empty());
    try (Datastore store = KubernetesDatastore.open(settings)) {
      assertThat(store.list(ResourceKind.TIER)).isEmpty();
      Files.writeString(token, "second");
      server.tokens.clear();
      server.tokens.add("second");
      assertThat(store.list(ResourceKind.TIER)).isEmpty();
    }
    assertFails(
        () ->
            KubernetesDatastore.open(
                new KubernetesSettings(
                    new Credentials.Kubeconfig(kubeconfig, Optional.of("y")),
                    Overrides.NONE,
                    Optional.empty())),
        "has no context 'y'");
    Files.writeString(kubeconfig, "[1");
    assertFails(() -> KubernetesDatastore.open(settings), "config is no kubeconfig");
    Files.delete(kubeconfig);
    assertFails(() -> KubernetesDatastore.open(settings), "config cannot be read");
  }
}
