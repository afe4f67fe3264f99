// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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

/// Each manifest applied to a cluster of its own: what everybody expects of each.
/// `ClusterStoryTest` has more stories of the main one, without its IPIP.
@ParameterizedClass(name = "{0}", allowZeroInvocations = true)
@MethodSource("kinds")
@TestMethodOrder(OrderAnnotation.class)
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class ManifestStoryTest {

  private static final int NODES = 2;

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
    return Kubelets.chosen(Kubelets.IPIP, Kubelets.VXLAN, Kubelets.POLICY_ONLY, Kubelets.ETCD);
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

  @Test
  @Order(1)
  void everybodyTalksToEverybody() {
    List<String> pods = stories.everybodyTalksToEverybody();
    for (String node : cluster.nodes()) {
      List<String> tunnels =
          Stream.of("tunl0", "vxlan.calico")
              .filter(link -> !cluster.machine(node).routesBy(link).isEmpty())
              .toList();
      assertThat(tunnels).as(node).isEqualTo(kubelets.tunnel().stream().toList());
    }
    stories.end("talk", pods);
  }

  /// The store of each manifest is where Calico's own policies are.
  @Test
  @Order(2)
  void whoMayNotIsKeptOutByCalicosPolicy() {
    String web = deployed("servers");
    String friend = deployed("friends");
    String stranger = deployed("strangers");
    assertThat(traffic.reaches(stranger, web)).isTrue();

    cluster
        .network()
        .brindle(
            """
            apiVersion: projectcalico.org/v3
            kind: NetworkPolicy
            metadata: {name: friends-only, namespace: servers}
            spec:
              selector: all()
              ingress:
              - {action: Allow, protocol: TCP, source: {namespaceSelector: kubernetes.io/metadata.name == 'friends'}}
            """,
            "apply",
            "-f",
            "-")
        .ok();

    traffic.awaitKeptOut(stranger, web);
    assertThat(traffic.reaches(friend, web)).isTrue();
    cluster.network().brindle("", "delete", "networkpolicy", "friends-only", "-n", "servers").ok();
    traffic.awaitLetIn(stranger, web);
  }

  @Test
  @Order(3)
  void whoMayNotIsKeptOutByKubernetesPolicy() {
    String web = deployed("servers");
    String friend = deployed("friends");
    String stranger = deployed("strangers");

    cluster.kubectl(
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: friends-only, namespace: servers}
        spec:
          podSelector: {matchLabels: {app: web}}
          ingress:
          - from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: friends}}}]
            ports: [{protocol: TCP, port: 8080}]
        """,
        "apply",
        "-f",
        "-");

    traffic.awaitKeptOut(stranger, web);
    assertThat(traffic.reaches(friend, web)).isTrue();
    cluster.kubectl("", "delete", "networkpolicy", "friends-only", "-n", "servers");
    traffic.awaitLetIn(stranger, web);
  }

  /// One pod, in a namespace of its own; the same one when asked again.
  private static String deployed(String namespace) {
    workloads.deploy(namespace, "web", 1, "");
    return Workloads.addresses(workloads.awaitPods(namespace, "app=web", 1)).getFirst();
  }

  @Test
  @Order(4)
  void nobodyFeelsARollingUpdate() throws Exception {
    stories.nobodyFeelsARollingUpdate();
  }

  @Test
  @Order(5)
  void nobodyFeelsThatDaemonsAreKilled() throws Exception {
    stories.nobodyFeelsThatDaemonsAreKilled();
  }
}
