// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
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

/// What people do with a cluster, in a real one: Kubernetes' own API server, scheduler and
/// controllers, `kubectl`, and nodes with kubelet and containerd or what stands for them.
@ParameterizedClass(name = "{0}", allowZeroInvocations = true)
@MethodSource("kinds")
@TestMethodOrder(OrderAnnotation.class)
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class ClusterStoryTest {

  private static final int NODES = 3;
  private static final int PORT = Workloads.PORT;

  @TempDir private static Path directory;

  @SuppressWarnings("NullAway.Init") // it is there before all stories
  private static Cluster cluster;

  private static Optional<Stage> started = Optional.empty();

  @SuppressWarnings("NullAway.Init") // as the cluster
  private static Workloads workloads;

  @SuppressWarnings("NullAway.Init") // as the cluster
  private static Traffic traffic;

  @SuppressWarnings("NullAway.Init") // as the cluster
  private static CommonStories stories;

  @SuppressWarnings("NullAway.Init") // JUnit's
  @Parameter
  private Kubelets kubelets;

  static List<Kubelets> kinds() {
    return Kubelets.chosen(Kubelets.STAND_IN, Kubelets.KUBELET, Kubelets.MANIFEST);
  }

  @BeforeParameterizedClassInvocation
  static void startCluster(Kubelets kubelets) throws Exception {
    Stage stage = Stage.set(directory, NODES, kubelets);
    started = Optional.of(stage);
    cluster = stage.cluster();
    workloads = stage.workloads();
    traffic = stage.traffic();
    stories = new CommonStories(stage);
  }

  @AfterParameterizedClassInvocation
  static void endCluster() {
    started.ifPresent(Stage::close);
    started = Optional.empty();
  }

  // ---- stories

  @Test
  @Order(1)
  void everybodyTalksToEverybody() {
    assertThat(cluster.list("/api/v1/nodes"))
        .allMatch(
            node ->
                node.at("/status/nodeInfo/containerRuntimeVersion")
                    .asText()
                    .startsWith(kubelets.runtime()));
    List<String> pods = stories.everybodyTalksToEverybody();
    cluster.kubectl(
        "", "expose", "deployment/web", "-n", "talk", "--port=80", "--target-port=8080");
    String service =
        cluster.get("/api/v1/namespaces/talk/services/web").at("/spec/clusterIP").asText();
    for (String from : pods) {
      Eventually.until(
          () -> "%s reaches service %s".formatted(from, service),
          () -> traffic.reaches(from, service, 80));
    }
    stories.end("talk", pods);
  }

  @Test
  @Order(2)
  void whoMayNotIsKeptOut() {
    workloads.deploy("policy", "web", 2, "");
    workloads.deploy("policy", "friend", NODES, "");
    workloads.deploy("policy", "stranger", NODES, "");
    List<String> servers = Workloads.addresses(workloads.awaitPods("policy", "app=web", 2));
    List<String> friends = Workloads.addresses(workloads.awaitPods("policy", "app=friend", NODES));
    List<String> strangers =
        Workloads.addresses(workloads.awaitPods("policy", "app=stranger", NODES));
    assertThat(reaches(strangers.getFirst(), servers.getFirst())).isTrue();

    cluster.kubectl(
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: friends-only, namespace: policy}
        spec:
          podSelector: {matchLabels: {app: web}}
          ingress:
          - from: [{podSelector: {matchLabels: {app: friend}}}]
            ports: [{protocol: TCP, port: 8080}]
        """,
        "apply",
        "-f",
        "-");

    for (String server : servers) {
      for (String stranger : strangers) {
        traffic.awaitKeptOut(stranger, server);
      }
      for (String friend : friends) {
        assertThat(reaches(friend, server)).as("%s reaches %s", friend, server).isTrue();
      }
    }
    cluster.kubectl("", "delete", "networkpolicy", "friends-only", "-n", "policy");
    for (String stranger : strangers) {
      traffic.awaitLetIn(stranger, servers.getFirst());
    }
    cluster.kubectl("", "delete", "namespace", "policy", "--wait=false");
  }

  @Test
  @Order(3)
  void nobodyFeelsARollingUpdate() throws Exception {
    stories.nobodyFeelsARollingUpdate();
  }

  @Test
  @Order(4)
  void nobodyFeelsThatDaemonsAreKilled() throws Exception {
    stories.nobodyFeelsThatDaemonsAreKilled();
  }

  @Test
  @Order(5)
  void theApiServerMayDieWhilePodsComeAndGo() throws Exception {
    try (Talk talk = traffic.begin("outage")) {
      workloads.deploy("outage", "goes", 2 * NODES, "");
      workloads.awaitPods("outage", "app=goes", 2 * NODES);
      workloads.deploy("outage", "comes", 2 * NODES, "");
      cluster.kubectl("", "scale", "deployment/goes", "-n", "outage", "--replicas=0");
      workloads.awaitScheduled("outage", "app=comes", 2 * NODES);
      cluster.plane().killApiServer();
      cluster.awaitStoreMissed();
      cluster.plane().startApiServer();
      List<String> pods =
          Workloads.addresses(workloads.awaitPods("outage", "app=comes", 2 * NODES));
      workloads.awaitPods("outage", "app=goes", 0);

      for (String to : pods) {
        assertThat(reaches(pods.getFirst(), to)).as("%s is reached", to).isTrue();
      }
      Traffic.assertUnfelt(talk);
    }
    cluster.nodes().forEach(cluster::awaitReady);
    cluster.kubectl("", "delete", "namespace", "outage", "--timeout=8m");
    assertThat(workloads.allocated("outage")).isEmpty();
  }

  @Test
  @Order(6)
  void anEventSaysThatThePoolIsEmpty() {
    cluster.kubectl(
        """
        apiVersion: crd.projectcalico.org/v1
        kind: IPPool
        metadata: {name: tiny}
        spec: {cidr: 10.245.0.0/30, blockSize: 30, assignmentMode: Manual, nodeSelector: all(), natOutgoing: true}
        """,
        "apply",
        "-f",
        "-");
    workloads.deploy("empty", "many", 5, "cni.projectcalico.org/ipv4pools: '[\"tiny\"]'");

    String event = workloads.awaitEvent("empty", "FailedCreatePodSandBox");

    assertThat(event)
        .contains(
            "failed to setup network for sandbox",
            "plugin type=\"calico\" failed (add)",
            "No IPs available in pools: [10.245.0.0/30], IPPool tiny is full",
            "add an IPPool");
    cluster.kubectl("", "scale", "deployment/many", "-n", "empty", "--replicas=4");
    assertThat(Workloads.addresses(workloads.awaitPods("empty", "app=many", 4)))
        .allMatch(each -> each.startsWith("10.245.0."));
    cluster.kubectl("", "delete", "namespace", "empty", "--timeout=8m");
    cluster.kubectl("", "delete", "ippools.crd.projectcalico.org", "tiny");
  }

  @Test
  @Order(7)
  void anEventSaysWhatIsWrongWithAnAnnotation() {
    workloads.deploy("wrong", "web", 1, "cni.projectcalico.org/ipAddrs: 'ten dot something'");

    String event = workloads.awaitEvent("wrong", "FailedCreatePodSandBox");

    assertThat(event)
        .contains(
            "cni.projectcalico.org/ipAddrs", "expected a JSON list", "found 'ten dot something'");
    cluster.kubectl("", "delete", "namespace", "wrong", "--timeout=8m");
  }

  /// The last story: that node does not come back.
  @Test
  @Order(8)
  void aNodeThatIsGoneGivesBackItsAddresses() {
    workloads.deploy("gone", "web", 2 * NODES, "");
    workloads.awaitPods("gone", "app=web", 2 * NODES);
    String last = cluster.nodes().getLast();
    assertThat(workloads.claims(last)).isNotEmpty();

    cluster.powerOff(last);
    cluster.kubectl("", "delete", "node", last);

    Eventually.until(
        () -> "claims of %s end: %s".formatted(last, workloads.claims(last)),
        () -> workloads.claims(last).isEmpty());
    List<JsonNode> pods = workloads.awaitPods("gone", "app=web", 2 * NODES);
    assertThat(pods).noneMatch(pod -> pod.at("/spec/nodeName").asText().equals(last));
    assertThat(Workloads.addresses(pods)).hasSize(2 * NODES);
    assertThat(workloads.allocated("gone")).hasSize(2 * NODES);
  }

  private static boolean reaches(String from, String to) {
    return traffic.reaches(from, to, PORT);
  }
}
