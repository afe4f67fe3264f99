// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.brindle.lab.topology.FamilyChoice;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.tests.cluster.EarlierCalico.Between;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A cluster whose network was Calico's (docs/install.md, "Take over from Calico"), while its pods
/// talk.
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class TakeOverTest {

  private static final int NODES = 3;
  private static final int PATIENCE_MILLIS = 2_000;

  private static final Path DEFINITIONS =
      Path.of("..", "manifests", "crds.yaml").toAbsolutePath().normalize();

  /// Ordinals that nobody has.
  private static final int AFTER_OURS = 40;

  @TempDir private Path directory;

  private static final Map<String, String> TYPHA =
      Map.of("FELIX_TYPHAK8SSERVICENAME", "calico-typha");

  private static final Map<String, String> IPV6 =
      Map.of(
          "IP6",
          "autodetect",
          "FELIX_IPV6SUPPORT",
          "true",
          "CNI_NETWORK_CONFIG",
          """
          {"name": "k8s-pod-network", "cniVersion": "1.0.0", "plugins": [
            {"type": "calico", "nodename": "__KUBERNETES_NODE_NAME__", "mtu": __CNI_MTU__,
             "ipam": {"type": "calico-ipam", "assign_ipv4": "true", "assign_ipv6": "true"}, "policy": {"type": "k8s"}}]}
          """);

  @SuppressWarnings("NullAway.Init") // it is there before anything is asked of it
  private Cluster cluster;

  @SuppressWarnings("NullAway.Init") // as the cluster
  private ProcessNetwork network;

  @SuppressWarnings("NullAway.Init") // as the cluster
  private EarlierCalico calico;

  @SuppressWarnings("NullAway.Init") // as the cluster
  private Workloads workloads;

  private List<JsonNode> web = List.of();
  private List<JsonNode> clients = List.of();
  private List<String> servers = List.of();
  private List<String> allowed = List.of();
  private List<String> strangers = List.of();

  @ParameterizedTest
  @EnumSource(
      value = Between.class,
      names = {"VXLAN", "IPIP"})
  void podsGoOnAndNewOnesCome(Between between) throws Exception {
    Programs.need(EarlierCalico.PROGRAMS);
    if (between == Between.IPIP) {
      LinkKinds.needIpip();
    }
    cluster = Cluster.start(directory, NODES, Kubelets.STAND_IN);
    try (Cluster _ = cluster) {
      begin(between);
      story();
    }
  }

  @Test
  void nodeByNodeAndOneGoesBack() throws Exception {
    Programs.need(EarlierCalico.PROGRAMS);
    EarlierSpeakers.need();
    cluster = Cluster.start(directory, NODES, Kubelets.STAND_IN, FamilyChoice.DUAL);
    try (Cluster _ = cluster) {
      begin(Between.BGP);
      steps();
    }
  }

  private static Map<String, String> with(Map<String, String> some, Map<String, String> more) {
    Map<String, String> all = new HashMap<>(some);
    all.putAll(more);
    return all;
  }

  private void begin(Between between) {
    calico = new EarlierCalico(cluster, between);
    workloads = new Workloads(cluster);
    network =
        new ProcessNetwork(
            cluster,
            cluster.base().resolve("plugins"),
            between.hasIpv6() ? with(TYPHA, IPV6) : TYPHA);
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
    web = workloads.awaitPods("old", "app=web", NODES);
    clients = workloads.awaitPods("old", "app=client", NODES);
    strangers = Workloads.addresses(workloads.awaitPods("old", "app=stranger", NODES));
    cluster.nodes().forEach(calico.pods()::book);
    onlyClientsMayIn();
    servers = Workloads.addresses(web);
    allowed = Workloads.addresses(clients);
    everybody(allowed, servers, true);
  }

  private void story() throws Exception {
    Map<String, String> links = links();

    try (Talk talk = talkBetweenNodes()) {
      cluster.kubectl("", "apply", "-f", DEFINITIONS.toString());
      network.start();
      cluster.nodes().forEach(cluster::awaitReady);
      Traffic.assertHardlyFelt(talk);
    }

    everybody(allowed, servers, true);
    everybody(strangers, servers, false);
    for (String node : cluster.nodes()) {
      assertTakenOver(node);
      assertThat(calico.node(node).path("metadata").path("annotations").path(calico.annotation()))
          .as("tunnel of %s", node)
          .hasToString("\"%s\"".formatted(calico.tunnel(node)));
      assertThat(workloads.claims(node)).hasSize(1);
    }
    assertThat(links()).as("interfaces, with their numbers and addresses").isEqualTo(links);
    assertThat(workloads.allocated("old")).hasSize(3 * NODES);

    List<String> fresh = fresh("new");
    everybody(fresh, fresh, true);
    everybody(fresh, strangers, true);
    everybody(fresh, servers, false);

    cluster.kubectl("", "delete", "namespace", "old", "--timeout=8m");
    assertThat(workloads.allocated("old")).isEmpty();
    assertThat(workloads.allocated("new")).hasSize(NODES);
    everybody(fresh, fresh, true);
  }

  private void assertTakenOver(String node) {
    Eventually.until(
        () -> "nothing of Calico is left on %s: %s".formatted(node, calico.left(node)),
        () -> calico.left(node).isEmpty());
    assertThat(calico.others(node)).contains("KUBE-FORWARD");
    assertThat(Logs.read(cluster.log("brindle-" + node)))
        .contains("FELIX_TYPHAK8SSERVICENAME: 'calico-typha' has no effect in this version");
  }

  /// Pods on all nodes, whosever plugin makes them.
  private List<String> fresh(String namespace) {
    workloads.deploy(namespace, "web", NODES, "");
    List<String> fresh = Workloads.addresses(workloads.awaitPods(namespace, "app=web", NODES));
    Set<String> all = new HashSet<>(fresh);
    all.addAll(servers);
    all.addAll(allowed);
    all.addAll(strangers);
    assertThat(all).as("none twice").hasSize(4 * NODES);
    return fresh;
  }

  /// Old and new speakers are in one mesh, and each node's pods reach those of all others.
  private void steps() throws Exception {
    for (String node : cluster.nodes()) {
      awaitMesh(node);
      calico.keepOut(node, strangers, servers);
    }
    everybody(strangers, servers, false);
    Set<String> old = new LinkedHashSet<>(cluster.nodes());
    String last = cluster.nodes().getLast();
    try (Talk talk = talkBetweenNodes();
        Intruder intruder =
            Intruder.begin(
                cluster.network(strangers.getFirst()), servers.getLast(), Workloads.PORT)) {
      cluster.kubectl("", "apply", "-f", DEFINITIONS.toString());
      network.prepare();
      network.startControllers();
      for (String node : cluster.nodes()) {
        calico.speakers().kill(node);
        network.restarted(node);
        old.remove(node);
        assertMixed("until-" + node, old);
        old.forEach(calico.pods()::book);
        assertTakenOver(node);
      }
      everybody(sixes("app=stranger"), sixes("app=web"), false);

      network.stopDaemon(last);
      calico.pods().countFrom(last, AFTER_OURS);
      calico.takeUp(last);
      calico.keepOut(last, strangers, servers);
      run(last, "nft delete table ip calico; nft delete table ip6 calico");
      old.add(last);
      assertMixed("back", old);
      Traffic.assertHardlyFelt(talk);
      intruder.assertKeptOut();
    }
  }

  private void assertMixed(String namespace, Set<String> old) {
    old.forEach(this::awaitMesh);
    cluster.nodes().stream().filter(node -> !old.contains(node)).forEach(cluster::awaitReady);
    everybody(allowed, servers, true);
    everybody(strangers, servers, false);
    everybody(sixes("app=client"), sixes("app=web"), true);
    List<String> fresh = fresh(namespace);
    everybody(fresh, fresh, true);
    everybody(fresh, strangers, true);
    everybody(strangers, fresh, true);
    List<String> fresh6 = sixes(namespace, "app=web");
    everybody(fresh6, fresh6, true);
    everybody(fresh6, sixes("app=stranger"), true);
    everybody(sixes("app=stranger"), fresh6, true);
  }

  private List<String> sixes(String selector) {
    return sixes("old", selector);
  }

  /// Addresses of IPv6.
  private List<String> sixes(String namespace, String selector) {
    List<String> sixes =
        workloads.awaitPods(namespace, selector, NODES).stream()
            .map(pod -> pod.at("/status/podIPs/1/ip").asText())
            .distinct()
            .toList();
    assertThat(sixes).hasSize(NODES).allMatch(address -> address.startsWith("fd10:244:"));
    return sixes;
  }

  private void awaitMesh(String node) {
    Eventually.until(
        () -> "%s speaks with all others: %s".formatted(node, calico.speakers().state(node)),
        () -> calico.speakers().established(node) == 2 * (NODES - 1));
  }

  private String run(String node, String script) {
    return cluster.machine(node).run(List.of("sh", "-c", script), Map.of(), "").ok().out();
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

  private Talk talkBetweenNodes() throws IOException {
    Map<String, String> byNode = new HashMap<>();
    clients.forEach(pod -> byNode.put(node(pod), pod.at("/status/podIP").asText()));
    JsonNode server = web.getFirst();
    String from =
        byNode.entrySet().stream()
            .filter(each -> !each.getKey().equals(node(server)))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElseThrow();
    return Traffic.between(cluster, from, server.at("/status/podIP").asText());
  }

  private static String node(JsonNode pod) {
    return pod.at("/spec/nodeName").asText();
  }

  /// Numbers change when an interface is made anew.
  private Map<String, String> links() {
    Map<String, String> links = new HashMap<>();
    for (String node : cluster.nodes()) {
      String device = calico.between().tunnel().orElse("lo");
      links.put(
          node,
          run(
              node,
              "ip -o link | grep cali | sed 's/ mtu .*link/ link/'; ip -o -4 address show dev "
                  + device));
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
