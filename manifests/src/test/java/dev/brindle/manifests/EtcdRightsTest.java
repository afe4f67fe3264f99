// SPDX-License-Identifier: Apache-2.0
package dev.brindle.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.datastore.connect.DatastoreSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The controllers as the service account of `brindle-etcd.yaml`, against a real API server that
/// knows nothing of Calico, and a real etcd.
class EtcdRightsTest {

  private static final ResourceKey POLICY =
      new ResourceKey(ResourceKind.NETWORK_POLICY, "shop", "knp.default.closed");
  private static final ResourceKey ENDPOINT =
      new ResourceKey(ResourceKind.WORKLOAD_ENDPOINT, "shop", "n1-k8s-web-eth0");

  private static ApiServer server;
  private static Path directory;

  @BeforeAll
  static void start(@TempDir Path place) {
    directory = place;
    server = ApiServer.start(place);
    String file = Checkout.DIRECTORY.resolve(Flavour.ETCD.file()).toString();
    server.kubectl("apply", "--validate=strict", "-f", file);
  }

  @AfterAll
  static void end() {
    if (server != null) {
      server.close();
    }
  }

  private static String label(Datastore etcd) {
    return etcd.get(ENDPOINT)
        .map(Resource::metadata)
        .orElseThrow()
        .labels()
        .getOrDefault("app", "");
  }

  @Test
  void whatKubernetesSaysComesToEtcdWithTheRightsThatAreGranted() throws Exception {
    server.apply(
        """
        apiVersion: v1
        kind: List
        items:
        - {apiVersion: v1, kind: Node, metadata: {name: n1}}
        - {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
        - {apiVersion: v1, kind: ServiceAccount, metadata: {name: default, namespace: shop}}
        - apiVersion: networking.k8s.io/v1
          kind: NetworkPolicy
          metadata: {name: closed, namespace: shop}
          spec: {podSelector: {}}
        - apiVersion: v1
          kind: Pod
          metadata: {name: web, namespace: shop, labels: {app: a}}
          spec: {nodeName: n1, containers: [{name: c, image: none}]}
        """);
    server.kubectl(
        "patch",
        "pod",
        "web",
        "-n",
        "shop",
        "--subresource=status",
        "--type=merge",
        "-p",
        "{\"status\":{\"podIP\":\"10.0.0.1\",\"podIPs\":[{\"ip\":\"10.0.0.1\"}]}}");
    Map<String, String> variables =
        Map.of(
            "DATASTORE_TYPE", "etcdv3",
            "ETCD_ENDPOINTS", server.etcd(),
            "KUBECONFIG", server.kubeconfigOf("brindle-controllers"));
    try (var controllers = RunningControllers.start(directory, variables);
        Datastore etcd = DatastoreSettings.fromEnvironment(variables).open()) {
      etcd.create(
          ResourceCodec.readStored(
              ResourceKind.WORKLOAD_ENDPOINT,
              """
              {"metadata":{"namespace":"shop","name":"n1-k8s-web-eth0"},
               "spec":{"orchestrator":"k8s","node":"n1","pod":"web","endpoint":"eth0",
                 "containerID":"c","interfaceName":"cali1","ipNetworks":["10.0.0.1/32"],
                 "profiles":["kns.shop"]}}"""));
      controllers.await("the policy is in etcd", () -> etcd.get(POLICY).isPresent());
      controllers.await("the endpoint has its pod's label", () -> label(etcd).equals("a"));
      controllers.await(
          "the namespace has its profile",
          () -> etcd.get(ResourceKey.of(ResourceKind.PROFILE, "kns.shop")).isPresent());

      server.kubectl("label", "pod", "web", "-n", "shop", "app=b", "--overwrite");
      controllers.await("the new one too", () -> label(etcd).equals("b"));
      server.kubectl("delete", "networkpolicy", "closed", "-n", "shop");
      controllers.await("the policy is gone from etcd", () -> etcd.get(POLICY).isEmpty());
    }

    List<String> asked = server.asked("system:serviceaccount:kube-system:brindle-controllers");
    assertThat(asked)
        .contains("200 list networkpolicies", "200 watch networkpolicies", "200 watch pods")
        .contains("404 get networkpolicies")
        .noneMatch(line -> line.startsWith("403"))
        .noneMatch(line -> line.matches("404 (list|watch) .*"));
  }

  /// To plug a pod in it must know it, and it says of its node whether the network works.
  @Test
  void theDaemonMayAskWhatPodsAre() {
    for (String[] right :
        new String[][] {
          {"get", "pods", "yes"},
          {"get", "namespaces", "yes"},
          {"get", "nodes", "yes"},
          {"patch", "nodes/status", "yes"},
          {"list", "pods", "no"},
          {"patch", "pods/status", "no"},
          {"get", "secrets", "no"}
        }) {
      assertThat(may("brindle-node", right[0], right[1]))
          .as("%s %s", right[0], right[1])
          .isEqualTo(right[2]);
    }
  }

  private static String may(String account, String verb, String resource) {
    String[] parts = resource.split("/", -1);
    List<String> words =
        new ArrayList<>(List.of("auth", "can-i", verb, parts[0], "--all-namespaces", "-q"));
    words.add("--as=system:serviceaccount:kube-system:" + account);
    if (parts.length > 1) {
      words.add("--subresource=" + parts[1]);
    }
    try {
      server.kubectl(words.toArray(String[]::new)); // exits with 1 for no
      return "yes";
    } catch (IllegalStateException _) {
      return "no";
    }
  }
}
