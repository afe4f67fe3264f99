// SPDX-License-Identifier: Apache-2.0
package dev.brindle.manifests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.PodEvents;
import dev.brindle.datastore.kubernetes.KubernetesDatastore;
import dev.brindle.datastore.kubernetes.KubernetesSettings;
import dev.brindle.datastore.kubernetes.layout.CalicoGroup;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/// The programs run as the service accounts of the manifest, against a real API server with RBAC:
/// nothing that they ask for is refused, and what others own is.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GrantedRightsTest {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final String ACCOUNT = "system:serviceaccount:kube-system:";

  private static final File NOTHING = new File("/dev/null");

  private static ApiServer server;
  private static Path directory;

  @BeforeAll
  static void start(@TempDir Path place) {
    directory = place;
    server = ApiServer.start(place);
    String file = Checkout.DIRECTORY.resolve(Flavour.KUBERNETES.file()).toString();
    server.kubectl("apply", "--validate=strict", "-f", file);
    server.kubectl(
        "wait",
        "--for=condition=Established",
        "--timeout=60s",
        "-f",
        Checkout.DIRECTORY.resolve("crds.yaml").toString());
  }

  @AfterAll
  static void end() {
    if (server != null) {
      server.close();
    }
  }

  private static Process program(
      String main, Map<String, String> variables, File input, String... words) throws IOException {
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                main));
    line.addAll(List.of(words));
    var builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().putAll(variables);
    builder.redirectInput(input);
    return builder.redirectOutput(directory.resolve(main + ".log").toFile()).start();
  }

  private static void awaitReady(Process process, int port, String main) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    String last = "nothing";
    try (HttpClient client = HttpClient.newHttpClient()) {
      while (System.nanoTime() < end && process.isAlive()) {
        try {
          var request =
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/readiness".formatted(port)))
                  .timeout(Duration.ofSeconds(10))
                  .build();
          var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
          last = answer.body();
          if (answer.statusCode() == 200) {
            return;
          }
        } catch (IOException e) {
          last = e.toString();
        }
        if (process.waitFor(200, TimeUnit.MILLISECONDS)) {
          break;
        }
      }
    }
    throw new IllegalStateException(
        "not ready: %s%n%s".formatted(last, Files.readString(directory.resolve(main + ".log"))));
  }

  private static void end(Process process) throws InterruptedException {
    process.destroy();
    process.waitFor();
  }

  /// First: what the first daemon of a cluster makes, controllers make too.
  @Test
  @Order(1)
  void theDaemonIsRefusedNothing() throws Exception {
    server.kubectl("create", "-f", node().toString());
    Map<String, String> variables =
        Map.of(
            "DATASTORE_TYPE", "kubernetes",
            "KUBECONFIG", server.kubeconfigOf("brindle-node"),
            "NODENAME", "n1",
            "IP", "192.0.2.1/24",
            "CALICO_IPV4POOL_CIDR", "10.244.0.0/16",
            "CLUSTER_TYPE", "k8s,bgp",
            "BRINDLE_RUN_DIR", directory.resolve("run").toString(),
            "BRINDLE_CNI_DIR", directory.resolve("cni").toString(),
            "BRINDLE_STATE_DIR", directory.resolve("state").toString());
    String main = "dev.brindle.node.NodeMain";
    Process daemon = program(main, variables, NOTHING, "run");
    try {
      awaitReady(daemon, NodeDaemon.HEALTH_PORT, main);
      plugAndUnplug();
      awaitAllIsUsed();
      assertThat(doctor(variables)).containsPattern("(?m)^ok +store ");
    } finally {
      end(daemon);
    }

    List<String> asked = server.asked(ACCOUNT + "brindle-node");
    assertThat(asked)
        .contains("201 create ippools", "200 patch nodes/status", "200 watch pods")
        .contains("201 create clusterinformations", "201 create tiers")
        .contains("201 create ipamblocks", "200 delete ipamhandles", "200 patch pods/status")
        .noneMatch(line -> line.startsWith("403"));
  }

  /// Somebody looks for what is wrong, in the node's container.
  ///
  /// @return what is said of each part
  private static String doctor(Map<String, String> variables) throws Exception {
    String main = "dev.brindle.node.doctor.DoctorMain";
    program(main, variables, NOTHING).waitFor();
    return Files.readString(directory.resolve(main + ".log"));
  }

  /// What is granted to nodes and not asked for here; each for a reason.
  private static final Set<String> NOT_ASKED_HERE =
      Set.of(
          // the other group's name for ipamconfigs
          "get ipamconfigurations",
          "create ipamconfigurations",
          // no policy names a service, no BGPConfiguration announces one
          "list services",
          "watch services",
          // where the cluster has these kinds, and this one has not
          "list clusternetworkpolicies",
          "watch clusternetworkpolicies",
          "list adminnetworkpolicies",
          "watch adminnetworkpolicies",
          "list baselineadminnetworkpolicies",
          "watch baselineadminnetworkpolicies",
          // when a block is empty, or another version, or nobody confirms
          "delete ipamblocks",
          "delete blockaffinities",
          "update clusterinformations",
          // when one of several addresses goes: the reserve yields, a pool is left
          "update ipamhandles",
          // when a pod cannot keep what it got during an outage
          "create events",
          // where somebody made one
          "get caliconodestatuses",
          "update caliconodestatuses",
          "update caliconodestatuses/status");

  /// Nothing is granted that nobody needs.
  private static void awaitAllIsUsed() {
    long end = System.nanoTime() + PATIENCE.toNanos();
    Set<String> left = Set.of();
    while (System.nanoTime() < end) {
      left = granted();
      server.asked(ACCOUNT + "brindle-node").stream()
          .map(line -> line.substring(line.indexOf(' ') + 1))
          .forEach(left::remove);
      left.removeAll(NOT_ASKED_HERE);
      if (left.isEmpty()) {
        return;
      }
      Thread.onSpinWait();
    }
    assertThat(left).as("granted, and not asked for").isEmpty();
  }

  private static Set<String> granted() {
    Set<String> granted = new TreeSet<>();
    for (JsonNode each : Checkout.objects(Checkout.read(Flavour.KUBERNETES.file()))) {
      if (Checkout.name(each).equals("ClusterRole/brindle-node")) {
        for (JsonNode rule : each.path("rules")) {
          for (JsonNode resource : rule.path("resources")) {
            rule.path("verbs")
                .forEach(verb -> granted.add(verb.asText() + " " + resource.asText()));
          }
        }
      }
    }
    return granted;
  }

  /// A pod that Kubernetes knows, in a network namespace of its own.
  private static void plugAndUnplug() throws Exception {
    server.kubectl("create", "serviceaccount", "default", "-n", "default");
    server.kubectl("create", "-f", pod().toString());
    Process inside = new ProcessBuilder("unshare", "--net", "cat").start(); // until we close it
    try {
      for (String command : List.of("ADD", "DEL")) {
        call(command, Path.of("/proc", Long.toString(inside.pid()), "ns", "net"));
      }
    } finally {
      end(inside);
    }
  }

  private static void call(String command, Path namespace) throws Exception {
    Map<String, String> variables =
        Map.of(
            "CNI_COMMAND", command,
            "CNI_CONTAINERID", "c1",
            "CNI_NETNS", namespace.toString(),
            "CNI_IFNAME", "eth0",
            "CNI_PATH", "/",
            "CNI_ARGS", "K8S_POD_NAMESPACE=default;K8S_POD_NAME=p1",
            "BRINDLE_CNI_DIR", directory.resolve("cni").toString());
    String main = "dev.brindle.cni.plugin.PluginMain";
    Path network =
        Files.writeString(
            directory.resolve("network.json"),
            """
            {"cniVersion": "1.0.0", "name": "k8s-pod-network", "type": "calico", "nodename": "n1",
             "ipam": {"type": "calico-ipam"}, "policy": {"type": "k8s"}}
            """);
    Process plugin = program(main, variables, network.toFile());
    assertThat(plugin.waitFor())
        .as("%s: %s", command, Files.readString(directory.resolve(main + ".log")))
        .isZero();
  }

  private static Path pod() throws IOException {
    return Files.writeString(
        directory.resolve("pod.yaml"),
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: p1, namespace: default}
        spec:
          nodeName: n1
          containers: [{name: c, image: none}]
        """);
  }

  private static Path node() throws IOException {
    return Files.writeString(
        directory.resolve("node.yaml"),
        "apiVersion: v1\nkind: Node\nmetadata:\n  name: n1\nspec:\n  podCIDR: 10.1.0.0/24\n");
  }

  /// What a node tells people of a pod, `kubectl describe pod` shows.
  @Test
  void theDaemonMayMakeAnEvent() throws Exception {
    server.kubectl("create", "namespace", "told");
    server.kubectl("create", "serviceaccount", "default", "-n", "told");
    Path pod =
        Files.writeString(
            directory.resolve("told.yaml"),
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: p2, namespace: told}
            spec: {nodeName: n1, containers: [{name: c, image: none}]}
            """);
    server.kubectl("create", "-f", pod.toString());
    var credentials =
        new KubernetesSettings.Credentials.Kubeconfig(
            Path.of(server.kubeconfigOf("brindle-node")), Optional.empty());
    var settings =
        new KubernetesSettings(
            credentials, KubernetesSettings.Overrides.NONE, Optional.of(CalicoGroup.CRD));
    try (Datastore store = KubernetesDatastore.open(settings)) {
      boolean isSaid =
          store
              .podEvents()
              .orElseThrow()
              .warn(
                  new PodEvents.Pod("told", "p2", ""),
                  new PodEvents.Warning("n1", "AddressLost", "This pod has lost its address"),
                  Instant.now());
      assertThat(isSaid).isTrue();
    }
    assertThat(server.kubectl("describe", "pod", "p2", "-n", "told"))
        .containsPattern("Warning +AddressLost +.* +brindle-node +This pod has lost its");
  }

  @Test
  void theControllersAreRefusedNothing() throws Exception {
    server.kubectl("create", "-f", oldPolicy().toString());
    Map<String, String> variables =
        Map.of(
            "DATASTORE_TYPE",
            "kubernetes",
            "KUBECONFIG",
            server.kubeconfigOf("brindle-controllers"));
    String main = "dev.brindle.controllers.ControllersMain";
    Process controllers = program(main, variables, NOTHING);
    try {
      awaitReady(controllers, ControllersDeployment.HEALTH_PORT, main);
      awaitSettings();
      server.kubectl(
          "wait",
          "--for=delete",
          "--timeout=120s",
          "globalnetworkpolicies.crd.projectcalico.org/default.old");
    } finally {
      end(controllers);
    }

    assertThat(server.asked(ACCOUNT + "brindle-controllers"))
        .contains("201 create leases", "201 create kubecontrollersconfigurations")
        .contains("200 update kubecontrollersconfigurations/status")
        .contains("201 create globalnetworkpolicies", "200 delete globalnetworkpolicies")
        .noneMatch(line -> line.startsWith("403"));
  }

  /// As a Calico before v3.32 stored it; in a cluster without nodes nothing is moved.
  private static Path oldPolicy() throws IOException {
    return Files.writeString(
        directory.resolve("old.yaml"),
        """
        apiVersion: crd.projectcalico.org/v1
        kind: GlobalNetworkPolicy
        metadata: {name: default.old}
        spec: {selector: all()}
        ---
        apiVersion: v1
        kind: Node
        metadata: {name: n2}
        """);
  }

  /// The leader makes them, if they are missing, and notes what is in force.
  private static void awaitSettings() {
    server.kubectl(
        "wait",
        "--for=create",
        "--timeout=120s",
        "kubecontrollersconfigurations.crd.projectcalico.org/default");
    server.kubectl(
        "wait",
        "--for=jsonpath={.status.runningConfig}",
        "--timeout=120s",
        "kubecontrollersconfigurations.crd.projectcalico.org/default");
  }

  @Test
  void whatOthersOwnIsRefused() {
    for (String account : List.of("brindle-node", "brindle-controllers")) {
      String token = server.kubectl("create", "token", account, "-n", "kube-system");
      for (String[] words :
          new String[][] {
            {"get", "secrets", "-A"},
            {"get", "secrets", "-n", "kube-system"},
            {"get", "configmaps", "-n", "kube-system"},
            {"create", "token", "default", "-n", "default"},
            {"create", "namespace", "mine"},
            {"delete", "crd", "ippools.crd.projectcalico.org"},
            {"get", "clusterrolebindings"}
          }) {
        assertThatThrownBy(() -> server.kubectlAs(token, words))
            .as("%s: %s", account, String.join(" ", words))
            .hasMessageContaining("orbidden");
      }
    }
  }
}
