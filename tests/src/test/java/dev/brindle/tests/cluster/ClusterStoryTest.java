// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.brindle.linux.libc.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
import org.junit.jupiter.params.provider.EnumSource;

/// What people do with a cluster, in a real one: Kubernetes' own API server, scheduler and
/// controllers, `kubectl`, and nodes with kubelet and containerd or what stands for them.
@ParameterizedClass(name = "{0}")
@EnumSource
@TestMethodOrder(OrderAnnotation.class)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ClusterStoryTest {

  private static final int NODES = 3;
  private static final int PORT = Workloads.PORT;
  private static final int PATIENCE_MILLIS = 5_000;
  /// Of a hundred datagrams, those that may be lost while daemons come and go.
  private static final int LOSS_PERCENT = 1;

  @TempDir private static Path directory;

  @SuppressWarnings("NullAway.Init") // it is there before all stories
  private static Cluster cluster;

  private static Optional<Cluster> started = Optional.empty();

  @SuppressWarnings("NullAway.Init") // as the cluster
  private static Workloads workloads;

  @SuppressWarnings("NullAway.Init") // JUnit's
  @Parameter
  private Kubelets kubelets;

  @BeforeParameterizedClassInvocation
  static void startCluster(Kubelets kubelets) throws Exception {
    cluster = Cluster.start(Files.createTempDirectory(directory, "cluster"), NODES, kubelets);
    started = Optional.of(cluster);
    workloads = new Workloads(cluster);
    cluster.startKubelets();
    Eventually.until(
        () -> "nodes say what they lack: " + nodes() + cluster.lastWords(),
        () -> cluster.kubeletsRun() && ready("False", "cni plugin not initialized") == NODES);
    cluster.startNetwork();
    Eventually.until(
        () -> "nodes are ready: " + nodes() + cluster.lastWords(),
        () -> ready("True", "") == NODES);
    cluster.nodes().forEach(cluster::awaitReady);
  }

  @AfterParameterizedClassInvocation
  static void endCluster() {
    started.ifPresent(Cluster::close);
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
    workloads.deploy("talk", "web", 2 * NODES, "");
    List<JsonNode> pods = workloads.awaitPods("talk", "app=web", 2 * NODES);

    assertThat(Workloads.addresses(pods))
        .hasSize(2 * NODES)
        .allMatch(each -> each.startsWith("10.244."));
    assertThat(pods)
        .extracting(pod -> pod.at("/spec/nodeName").asText())
        .containsAll(cluster.nodes());
    for (String from : Workloads.addresses(pods)) {
      for (String to : Workloads.addresses(pods)) {
        assertThat(reaches(from, to)).as("%s reaches %s", from, to).isTrue();
      }
    }
    cluster.kubectl(
        "", "expose", "deployment/web", "-n", "talk", "--port=80", "--target-port=8080");
    String service = get("/api/v1/namespaces/talk/services/web").at("/spec/clusterIP").asText();
    for (String from : Workloads.addresses(pods)) {
      Eventually.until(
          () -> "%s reaches service %s".formatted(from, service), () -> reaches(from, service, 80));
    }
    cluster.kubectl("", "delete", "namespace", "talk", "--timeout=150s");
    assertThat(workloads.allocated("talk")).isEmpty();
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
        Eventually.until(
            () -> "%s is kept from %s".formatted(stranger, server),
            () -> !reaches(stranger, server));
      }
      for (String friend : friends) {
        assertThat(reaches(friend, server)).as("%s reaches %s", friend, server).isTrue();
      }
    }
    cluster.kubectl("", "delete", "networkpolicy", "friends-only", "-n", "policy");
    for (String stranger : strangers) {
      Eventually.until(
          () -> "%s is let in again".formatted(stranger),
          () -> reaches(stranger, servers.getFirst()));
    }
    cluster.kubectl("", "delete", "namespace", "policy", "--wait=false");
  }

  @Test
  @Order(3)
  void nobodyFeelsARollingUpdate() throws Exception {
    try (Talk talk = talk("rolling")) {
      cluster.network().renew();
      cluster.nodes().forEach(cluster::awaitReady);
      assertUnfelt(talk);
    }
    cluster.kubectl("", "delete", "namespace", "rolling", "--wait=false");
  }

  /// Pods come and go meanwhile.
  @Test
  @Order(4)
  void nobodyFeelsThatDaemonsAreKilled() throws Exception {
    try (Talk talk = talk("killed")) {
      workloads.deploy("killed", "late", NODES, "");
      cluster.network().killDaemons();
      workloads.awaitPods("killed", "app=late", NODES);
      cluster.nodes().forEach(cluster::awaitReady);
      assertUnfelt(talk);
    }
    cluster.kubectl("", "delete", "namespace", "killed", "--timeout=150s");
    assertThat(workloads.allocated("killed")).isEmpty();
  }

  @Test
  @Order(5)
  void theApiServerMayDieWhilePodsComeAndGo() throws Exception {
    try (Talk talk = talk("outage")) {
      workloads.deploy("outage", "goes", 2 * NODES, "");
      workloads.awaitPods("outage", "app=goes", 2 * NODES);
      workloads.deploy("outage", "comes", 2 * NODES, "");
      cluster.kubectl("", "scale", "deployment/goes", "-n", "outage", "--replicas=0");
      workloads.awaitScheduled("outage", "app=comes", 2 * NODES);
      cluster.plane().killApiServer();
      awaitTrouble();
      cluster.plane().startApiServer();
      List<String> pods =
          Workloads.addresses(workloads.awaitPods("outage", "app=comes", 2 * NODES));
      workloads.awaitPods("outage", "app=goes", 0);

      for (String to : pods) {
        assertThat(reaches(pods.getFirst(), to)).as("%s is reached", to).isTrue();
      }
      assertUnfelt(talk);
    }
    cluster.nodes().forEach(cluster::awaitReady);
    cluster.kubectl("", "delete", "namespace", "outage", "--timeout=150s");
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
    cluster.kubectl("", "delete", "namespace", "empty", "--timeout=150s");
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
    cluster.kubectl("", "delete", "namespace", "wrong", "--timeout=150s");
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

  // ---- the cluster

  private static List<String> nodes() {
    return cluster.list("/api/v1/nodes").stream()
        .map(node -> node.at("/metadata/name").asText() + " " + node.at("/status/conditions"))
        .toList();
  }

  private static long ready(String status, String message) {
    return cluster.list("/api/v1/nodes").stream()
        .filter(
            node -> {
              for (JsonNode condition : node.at("/status/conditions")) {
                if (condition.path("type").asText().equals("Ready")) {
                  return condition.path("status").asText().equals(status)
                      && condition.path("message").asText().contains(message);
                }
              }
              return false;
            })
        .count();
  }

  /// Until each daemon says that its store is away.
  private static void awaitTrouble() {
    for (String node : cluster.nodes()) {
      Eventually.until(
          () -> "%s misses its store: %s".formatted(node, cluster.notReady(node)),
          () -> cluster.notReady(node).orElse("").contains("datastore"));
    }
  }

  private static JsonNode get(String path) {
    try {
      return cluster.api().get(path);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  // ---- traffic

  private static boolean reaches(String from, String to) {
    return reaches(from, to, PORT);
  }

  private static boolean reaches(String from, String to, int port) {
    try (NetworkNamespace namespace = cluster.network(from);
        SocketChannel channel = namespace.call(SocketChannel::open)) {
      var there = new InetSocketAddress(InetAddress.ofLiteral(to), port);
      channel.socket().connect(there, PATIENCE_MILLIS);
      channel.socket().setSoTimeout(PATIENCE_MILLIS);
      channel.socket().getOutputStream().write('?');
      return channel.socket().getInputStream().read() == '?';
    } catch (IOException _) {
      return false;
    }
  }

  /// Between two pods of different nodes, in a namespace of their own.
  private static Talk talk(String namespace) throws IOException {
    workloads.deploy(namespace, "pair", NODES, "");
    List<JsonNode> pods = workloads.awaitPods(namespace, "app=pair", NODES);
    List<String> addresses = Workloads.addresses(pods);
    Set<String> nodes = new HashSet<>();
    pods.forEach(pod -> nodes.add(pod.at("/spec/nodeName").asText()));
    assertThat(nodes).hasSize(cluster.nodes().size());
    return Talk.begin(cluster.network(addresses.getFirst()), addresses.getLast(), PORT);
  }

  /// No connection broke, old or new, and hardly a datagram was lost.
  private static void assertUnfelt(Talk talk) throws IOException {
    Talk.Report report = talk.end();
    System.out.println(report);
    assertThat(report.faults()).isEmpty();
    assertThat(report.connections()).isPositive();
    assertThat(100 * report.lost())
        .as("%s", report)
        .isLessThanOrEqualTo(LOSS_PERCENT * report.sent());
  }
}
