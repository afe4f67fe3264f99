// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.brindle.linux.libc.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A cluster whose network was Calico's (docs/install.md, "Take over from Calico"), while its pods
/// talk.
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class TakeOverTest {

  private static final int NODES = 3;
  private static final int PATIENCE_MILLIS = 2_000;
  private static final Path DEFINITIONS =
      Path.of("..", "manifests", "crds.yaml").toAbsolutePath().normalize();

  @TempDir private Path directory;

  @SuppressWarnings("NullAway.Init") // it is there before anything is asked of it
  private Cluster cluster;

  @Test
  void podsGoOnAndNewOnesCome() throws Exception {
    Programs.need(EarlierCalico.PROGRAMS);
    cluster = Cluster.start(directory, NODES, Kubelets.STAND_IN);
    try (Cluster _ = cluster) {
      story();
    }
  }

  private void story() throws Exception {
    var calico = new EarlierCalico(cluster);
    var workloads = new Workloads(cluster);
    cluster.startKubelets();
    Eventually.until(() -> "nodes are there", () -> cluster.list("/api/v1/nodes").size() == NODES);
    calico.install();
    Eventually.until(
        () -> "nodes can have pods: " + cluster.list("/api/v1/nodes"),
        () ->
            cluster.list("/api/v1/nodes").stream()
                .allMatch(node -> node.at("/spec/taints").isEmpty()));
    workloads.deploy("old", "web", NODES, "");
    workloads.deploy("old", "client", NODES, "");
    workloads.deploy("old", "stranger", NODES, "");
    List<JsonNode> web = workloads.awaitPods("old", "app=web", NODES);
    List<JsonNode> clients = workloads.awaitPods("old", "app=client", NODES);
    List<String> strangers = Workloads.addresses(workloads.awaitPods("old", "app=stranger", NODES));
    calico.book();
    onlyClientsMayIn();
    List<String> servers = Workloads.addresses(web);
    List<String> allowed = Workloads.addresses(clients);
    everybody(allowed, servers, true);
    Map<String, String> links = links();

    try (Talk talk = talkBetweenNodes(web, clients)) {
      cluster.kubectl("", "apply", "-f", DEFINITIONS.toString());
      cluster.startNetwork();
      cluster.nodes().forEach(cluster::awaitReady);
      Talk.Report report = talk.end();
      System.out.println(report);
      assertThat(report.faults()).isEmpty();
      assertThat(100 * report.lost()).as("%s", report).isLessThanOrEqualTo(report.sent());
    }

    everybody(allowed, servers, true);
    everybody(strangers, servers, false);
    for (String node : cluster.nodes()) {
      Eventually.until(
          () -> "nothing of Calico is left on %s: %s".formatted(node, calico.left(node)),
          () -> calico.left(node).isEmpty());
      assertThat(calico.others(node)).contains("KUBE-FORWARD");
      assertThat(
              calico.node(node).at("/metadata/annotations/projectcalico.org~1IPv4VXLANTunnelAddr"))
          .as("tunnel of %s", node)
          .hasToString("\"%s\"".formatted(calico.tunnel(node)));
      assertThat(workloads.claims(node)).hasSize(1);
    }
    assertThat(links()).as("interfaces, with their numbers and addresses").isEqualTo(links);
    assertThat(workloads.allocated("old")).hasSize(3 * NODES);

    workloads.deploy("new", "web", NODES, "");
    List<String> fresh = Workloads.addresses(workloads.awaitPods("new", "app=web", NODES));
    Set<String> all = new HashSet<>(fresh);
    all.addAll(servers);
    all.addAll(allowed);
    all.addAll(strangers);
    assertThat(all).as("none twice").hasSize(4 * NODES);
    everybody(fresh, fresh, true);
    everybody(fresh, strangers, true);
    everybody(fresh, servers, false);

    cluster.kubectl("", "delete", "namespace", "old", "--timeout=150s");
    assertThat(workloads.allocated("old")).isEmpty();
    assertThat(workloads.allocated("new")).hasSize(NODES);
    everybody(fresh, fresh, true);
  }

  private void onlyClientsMayIn() {
    cluster.kubectl(
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: clients-only, namespace: old}
        spec:
          podSelector: {matchLabels: {app: web}}
          ingress:
          - from: [{podSelector: {matchLabels: {app: client}}}]
        """,
        "apply",
        "-f",
        "-");
  }

  private Talk talkBetweenNodes(List<JsonNode> web, List<JsonNode> clients) throws IOException {
    Map<String, String> byNode = new HashMap<>();
    clients.forEach(pod -> byNode.put(node(pod), pod.at("/status/podIP").asText()));
    JsonNode server = web.getFirst();
    String from =
        byNode.entrySet().stream()
            .filter(each -> !each.getKey().equals(node(server)))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElseThrow();
    return Talk.begin(cluster.network(from), server.at("/status/podIP").asText(), Workloads.PORT);
  }

  private static String node(JsonNode pod) {
    return pod.at("/spec/nodeName").asText();
  }

  /// Numbers change when an interface is made anew.
  private Map<String, String> links() {
    Map<String, String> links = new HashMap<>();
    for (String node : cluster.nodes()) {
      links.put(
          node,
          cluster
              .machine(node)
              .run(
                  List.of(
                      "sh",
                      "-c",
                      "ip -o link | grep cali | sed 's/ mtu .*link/ link/'; ip -o -4 address show dev vxlan.calico"),
                  Map.of(),
                  "")
              .ok()
              .out());
    }
    return links;
  }

  private void everybody(List<String> froms, List<String> tos, boolean reach) {
    for (String from : froms) {
      for (String to : tos) {
        Eventually.until(
            () -> "%s %s %s".formatted(from, reach ? "reaches" : "is kept from", to),
            () -> reaches(from, to) == reach);
      }
    }
  }

  private boolean reaches(String from, String to) {
    try (NetworkNamespace namespace = cluster.network(from);
        SocketChannel channel = namespace.call(SocketChannel::open)) {
      var there = new InetSocketAddress(InetAddress.ofLiteral(to), Workloads.PORT);
      channel.socket().connect(there, PATIENCE_MILLIS);
      channel.socket().setSoTimeout(PATIENCE_MILLIS);
      channel.socket().getOutputStream().write('?');
      return channel.socket().getInputStream().read() == '?';
    } catch (IOException _) {
      return false;
    }
  }
}
