// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.brindle.api.resource.HostInterfaceName;
import dev.brindle.tests.cluster.Machine.Ended;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// Parts of a cluster are killed while pods come and go. After each: what should run runs and
/// talks, who may not is kept out, and nothing is left of pods that are gone.
@ParameterizedClass(name = "{0}", allowZeroInvocations = true)
@MethodSource("kinds")
@TestMethodOrder(OrderAnnotation.class)
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class ClusterTroubleTest {

  private static final int NODES = 3;
  private static final int FEW = 2;
  private static final int MANY = 8;
  private static final int END = 5;

  /// What a node books ahead if nobody says otherwise.
  private static final int RESERVE = 4;

  private static final String NAMESPACE = "trouble";

  @TempDir private static Path directory;

  @SuppressWarnings("NullAway.Init") // it is there before all stories
  private static Cluster cluster;

  @SuppressWarnings("NullAway.Init") // as the cluster
  private static Stage stage;

  private static Optional<Stage> started = Optional.empty();

  @SuppressWarnings("NullAway.Init") // JUnit's, which wants one
  @Parameter
  Kubelets kubelets;

  static List<Kubelets> kinds() {
    return Kubelets.chosen(Kubelets.STAND_IN, Kubelets.MANIFEST, Kubelets.ETCD);
  }

  @BeforeParameterizedClassInvocation
  static void startCluster(Kubelets kubelets) throws Exception {
    stage = Stage.set(directory, NODES, kubelets);
    started = Optional.of(stage);
    cluster = stage.cluster();
    Eventually.until(
        () -> "the controllers have made their configuration",
        () -> brindle("get", "kubecontrollersconfiguration", "default").code() == 0);
    // what nobody gives back is taken back; 15 minutes are too long for a test
    brindle(
            "patch",
            "kubecontrollersconfiguration",
            "default",
            "--patch={\"spec\": {\"controllers\": {\"node\": {\"leakGracePeriod\": \"20s\"}}}}")
        .ok();
    stage.workloads().deploy(NAMESPACE, "steady", NODES, "");
    stage.workloads().deploy(NAMESPACE, "churn", FEW, "");
    stage.workloads().deploy(NAMESPACE, "stranger", NODES, "");
    cluster.kubectl(
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: no-strangers, namespace: trouble}
        spec:
          podSelector: {matchExpressions: [{key: app, operator: In, values: [steady, churn]}]}
          ingress:
          - from: [{podSelector: {matchExpressions: [{key: app, operator: In, values: [steady, churn]}]}}]
        """,
        "apply",
        "-f",
        "-");
    assertAllIsWell();
  }

  @AfterParameterizedClassInvocation
  static void endCluster() {
    started.ifPresent(Stage::close);
    started = Optional.empty();
  }

  private static Churn churn() {
    return Churn.begin(cluster, NAMESPACE, "churn", FEW, MANY);
  }

  // ---- stories

  @Test
  @Order(1)
  void etcdIsKilled() {
    try (Churn churn = churn()) {
      churn.awaitRounds(1);
      cluster.plane().killEtcd();
      churn.awaitOutage();
      cluster.plane().startEtcd();
      churn.awaitRounds(2);
    }
    assertAllIsWell();
  }

  @Test
  @Order(2)
  void theApiServerIsKilled() {
    try (Churn churn = churn()) {
      churn.awaitRounds(1);
      cluster.plane().killApiServer();
      churn.awaitOutage();
      cluster.plane().startApiServer();
      churn.awaitRounds(2);
    }
    assertAllIsWell();
  }

  /// What nodes do without it: they make sandboxes anew, of addresses that were booked ahead, and
  /// with the policy that there was. Daemons die with calls in their hands.
  @Test
  @Order(3)
  void sandboxesAndDaemonsDieWhileTheApiServerIsAway() {
    assumeTrue(
        cluster.network().ownStore().isEmpty(), "its store is away with it: Brindle has its own");
    sandboxesAndDaemonsDie(
        () -> cluster.plane().killApiServer(), () -> cluster.plane().startApiServer());
  }

  private static void sandboxesAndDaemonsDie(Runnable begin, Runnable end) {
    cluster.nodes().forEach(ClusterTroubleTest::awaitReserve);
    final List<JsonNode> steady = pods("steady", NODES);
    final List<String> friends = addresses("churn", END);
    final List<String> strangers = addresses("stranger", NODES);
    begin.run();
    cluster.awaitStoreMissed();

    List<String> fresh;
    try {
      killSandboxes("steady");
      fresh = steady.stream().map(ClusterTroubleTest::awaitAnotherAddress).toList();
      assertKeptToFriends(fresh, friends, strangers);
      killSandboxes("churn");
      cluster.network().killDaemons();
      stage.traffic().awaitNoneReach(strangers, fresh);
    } finally {
      end.run();
    }

    assertAllIsWell();
    assertThat(addresses("steady", NODES)).containsExactlyInAnyOrderElementsOf(fresh);
  }

  /// Enough for what the story takes on any node.
  private static void awaitReserve(String node) {
    Path booked = cluster.machine(node).file("/var/lib/brindle/reserve/booked");
    Eventually.until(
        () -> "%s has addresses booked ahead: %s".formatted(node, Logs.end(booked)),
        () -> Logs.end(booked).lines().count() == RESERVE);
  }

  private static void killSandboxes(String app) {
    cluster.nodes().forEach(node -> cluster.kubelet(node).killSandboxes(app));
  }

  /// As the kernel of its node has it.
  private static String awaitAnotherAddress(JsonNode pod) {
    String node = pod.at("/spec/nodeName").asText();
    String link =
        HostInterfaceName.ofPod(
            pod.at("/metadata/namespace").asText(), pod.at("/metadata/name").asText());
    List<String> routes = new ArrayList<>();
    Eventually.until(
        () -> "pod %s has another sandbox: %s%n%s".formatted(pod, routes, cluster.lastWords()),
        () -> {
          routes.clear();
          routes.addAll(cluster.machine(node).routesBy(link));
          return routes.size() == 1 && !routes.contains(pod.at("/status/podIP").asText());
        });
    return routes.getFirst();
  }

  @Test
  @Order(4)
  void daemonsAreKilledAgainAndAgain() {
    try (Churn churn = churn()) {
      for (int time = 0; time < 3; time++) {
        churn.awaitRounds(1);
        cluster.network().killDaemons();
      }
      churn.awaitRounds(1);
    }
    assertAllIsWell();
  }

  /// containerd, or with a stand-in the plugins that are called just now.
  @Test
  @Order(5)
  void runtimesAreKilledAgainAndAgain() {
    try (Churn churn = churn()) {
      for (int time = 0; time < 3; time++) {
        churn.awaitRounds(1);
        cluster.nodes().forEach(node -> cluster.kubelet(node).crashRuntime());
      }
      churn.awaitRounds(1);
    }
    assertAllIsWell();
  }

  @Test
  @Order(6)
  void controllersAreKilled() {
    try (Churn churn = churn()) {
      churn.awaitRounds(1);
      cluster.network().killControllers();
      churn.awaitRounds(2);
    }
    assertAllIsWell();
  }

  /// Without a word: the node has its disk, and neither `/run` nor any of its pods.
  @Test
  @Order(7)
  void aNodeIsRebooted() {
    try (Churn churn = churn()) {
      churn.awaitRounds(1);
      cluster.reboot(cluster.nodes().getLast());
      churn.awaitRounds(2);
    }
    assertAllIsWell();
  }

  /// Kubernetes goes on, so pods come and go: of addresses that were booked ahead, or later.
  @Test
  @Order(8)
  void itsOwnEtcdIsKilled() throws Exception {
    OwnEtcd store = ownStore();
    String stranger = addresses("stranger", NODES).getFirst();
    String server = addresses("steady", NODES).getLast();
    try (Talk talk = stage.traffic().begin("lasting");
        Intruder intruder = Intruder.begin(cluster.network(stranger), server, Workloads.PORT);
        Churn churn = churn()) {
      churn.awaitRounds(1);
      store.kill();
      cluster.awaitStoreMissed();
      churn.awaitRounds(3);
      store.start();
      churn.awaitRounds(2);
      Traffic.assertUnfelt(talk);
      intruder.assertKeptOut();
    }
    endLasting();
    assertAllIsWell();
  }

  @Test
  @Order(9)
  void sandboxesAndDaemonsDieWhileItsOwnEtcdIsAway() {
    OwnEtcd store = ownStore();
    sandboxesAndDaemonsDie(store::kill, store::start);
  }

  /// All that there is, one upon the other, while pods come and go.
  @Test
  @Order(10)
  void itsOwnEtcdIsAwayWhileAllOthersDie() throws Exception {
    OwnEtcd store = ownStore();
    String stranger = addresses("stranger", NODES).getFirst();
    String server = addresses("steady", NODES).getLast();
    try (Talk talk = stage.traffic().begin("lasting");
        Intruder intruder = Intruder.begin(cluster.network(stranger), server, Workloads.PORT);
        Churn churn = churn()) {
      churn.awaitRounds(1);
      store.kill();
      cluster.awaitStoreMissed();
      cluster.network().killDaemons();
      churn.awaitRounds(1);
      cluster.network().killControllers();
      cluster.plane().killApiServer();
      churn.awaitOutage();
      store.start();
      cluster.network().killDaemons();
      cluster.plane().startApiServer();
      churn.awaitRounds(2);
      Traffic.assertUnfelt(talk);
      intruder.assertKeptOut();
    }
    endLasting();
    assertAllIsWell();
  }

  /// The store answers the first question and not the next ones. Nobody starts the daemon again: it
  /// goes on by itself.
  @Test
  @Order(11)
  void aDaemonIsHeldUpInItsStart() {
    assumeTrue(cluster.network() instanceof ProcessNetwork, "others start it again");
    String node = cluster.nodes().getFirst();
    String account = "--serviceaccount=kube-system:brindle-node";
    cluster.kubectl(
        "",
        "create",
        "clusterrole",
        "first-question",
        "--verb=get",
        "--resource=clusterinformations.crd.projectcalico.org");
    cluster.kubectl(
        "",
        "create",
        "clusterrolebinding",
        "first-question",
        "--clusterrole=first-question",
        account);
    cluster.kubectl("", "delete", "clusterrolebinding", "brindle-node");
    try {
      cluster.network().stopDaemon(node);
      cluster.network().startDaemon(node);
      Eventually.until(
          () -> "%s says why it does not start: %s".formatted(node, cluster.lastWords()),
          () -> cluster.network().lastWords(node).contains("the start is held up"));
    } finally {
      cluster.kubectl(
          "", "create", "clusterrolebinding", "brindle-node", "--clusterrole=brindle", account);
    }
    cluster.awaitReady(node);
    cluster.kubectl("", "delete", "clusterrole,clusterrolebinding", "first-question");
    assertAllIsWell();
  }

  private static OwnEtcd ownStore() {
    Optional<OwnEtcd> store = cluster.network().ownStore();
    assumeTrue(store.isPresent(), "its store is that of Kubernetes, of which other stories tell");
    return store.orElseThrow();
  }

  private static void endLasting() {
    cluster.kubectl("", "delete", "namespace", "lasting", "--timeout=8m");
  }

  // ---- how it should be

  private static void assertAllIsWell() {
    cluster.kubectl("", "scale", "deployment/churn", "-n", NAMESPACE, "--replicas=" + END);
    stage.workloads().awaitPods(NAMESPACE, "app=churn", END);
    stage.awaitNodes(NODES);
    List<String> leftovers = new ArrayList<>();
    Eventually.until(
        () ->
            "nothing is left of what is gone, nothing is missing: %s%n%s%n%s"
                .formatted(String.join("\n", leftovers), check(), cluster.lastWords()),
        () -> {
          leftovers.clear();
          leftovers.addAll(Leftovers.of(cluster));
          // kubelet makes a sandbox again when it comes to it
          return leftovers.isEmpty() && check().contains("Check complete; found 0 problems.");
        });
    List<String> friends = new ArrayList<>();
    friends.addAll(addresses("steady", NODES));
    friends.addAll(addresses("churn", END));
    final List<String> strangers = addresses("stranger", NODES);
    assertThat(friends).doesNotHaveDuplicates();
    assertKeptToFriends(friends, friends, strangers);
  }

  private static void assertKeptToFriends(
      List<String> servers, List<String> friends, List<String> strangers) {
    for (String friend : friends) {
      servers.forEach(server -> stage.traffic().awaitLetIn(friend, server));
    }
    stage.traffic().awaitNoneReach(strangers, servers);
  }

  private static String check() {
    return brindle("ipam", "check", "--show-problem-ips").ok().out();
  }

  private static Ended brindle(String... arguments) {
    return cluster.network().brindle("", arguments);
  }

  private static List<String> addresses(String app, int count) {
    return Workloads.addresses(pods(app, count));
  }

  private static List<JsonNode> pods(String app, int count) {
    return stage.workloads().awaitPods(NAMESPACE, "app=" + app, count);
  }
}
