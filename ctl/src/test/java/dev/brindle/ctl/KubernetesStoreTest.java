// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.datastore.kubernetes.ApiServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Commands that are different where the store is Kubernetes.
final class KubernetesStoreTest {

  private static final String CRDS = "/apis/crd.projectcalico.org/v1/";

  private final ApiServer server = new ApiServer();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @AfterEach
  void end() {
    server.close();
  }

  private int run(String in, String... args) {
    return run(Map.of("DATASTORE_TYPE", "kubernetes", "K8S_API_ENDPOINT", server.url()), in, args);
  }

  private int run(Map<String, String> environment, String in, String... args) {
    out.reset();
    err.reset();
    var world =
        new Surroundings(
            new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            environment,
            "brindle");
    return new Calicoctl(world, new ConfiguredStores(environment)).execute(args);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void whoMayNotReadServicesIsToldTheRest() {
    server.forbid("list endpointslices");
    server.create("/api/v1/namespaces", "{\"metadata\": {\"name\": \"ns\"}}");
    String policy =
        """
        apiVersion: projectcalico.org/v3
        kind: NetworkPolicy
        metadata: {name: p, namespace: ns}
        spec: {selector: all()}
        """;

    assertThat(run(policy, "apply", "--dry-run", "-f", "-")).as(err()).isZero();

    assertThat(out.toString(StandardCharsets.UTF_8))
        .startsWith("NetworkPolicy(ns/p) would be created\nNo node would do anything differently.");
    assertThat(err())
        .startsWith("warning: who is behind services is not known: cannot list endpointslices");
  }

  /// Where the store is another one they are asked for by a kubeconfig.
  @Test
  void servicesOfAnyClusterMayHaveAddresses(@TempDir Path directory) throws Exception {
    Path kubeconfig = directory.resolve("kubeconfig");
    Files.writeString(
        kubeconfig,
        """
        clusters: [{name: c, cluster: {server: "%s"}}]
        contexts: [{name: x, context: {cluster: c}}]
        current-context: x
        """
            .formatted(server.url()));
    server.create(
        "/api/v1/services",
        """
        {"metadata": {"name": "web", "namespace": "ns"},
         "spec": {"type": "LoadBalancer", "clusterIP": "10.96.0.1", "clusterIPs": ["10.96.0.1"]},
         "status": {"loadBalancer": {"ingress": [{"ip": "10.0.0.1"}]}}}
        """);
    Map<String, String> embedded =
        Map.of("BRINDLE_DATASTORE_FILE", directory.resolve("store.db").toString());
    String pool =
        """
        {apiVersion: projectcalico.org/v3, kind: IPPool, metadata: {name: p}, spec: {cidr: 10.0.0.0/24}}
        """;
    assertThat(run(embedded, pool, "apply", "-f", "-")).as(err()).isZero();

    assertThat(run(embedded, "", "ipam", "check")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("Found 0 service load balancer(s).");
    String[] asked = {"ipam", "check", "--kubeconfig", kubeconfig.toString()};
    assertThat(run(embedded, "", asked)).as(err()).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("Found 1 service load balancer(s).");

    server.forbid("list services");
    assertThat(run(embedded, "", asked)).isEqualTo(1);
    assertThat(err()).contains("cannot list services", "verbs [\"list\"]");
  }

  /// Its pods still run: their addresses must not be given to others.
  @Test
  void aNodeThatCannotBeRemovedKeepsAllItHas() {
    server.create("/api/v1/nodes", "{\"metadata\": {\"name\": \"n1\"}}");
    String interfaces =
        """
        apiVersion: projectcalico.org/v3
        kind: HostEndpoint
        metadata: {name: h}
        spec: {node: n1, interfaceName: eth0}
        """;
    assertThat(run(interfaces, "apply", "-f", "-")).as(err()).isZero();

    assertThat(run("", "delete", "node", "n1")).isEqualTo(1);

    assertThat(err()).contains("operation delete is not supported on Node(n1)");
    assertThat(server.names(CRDS + "hostendpoints")).containsExactly("h");
  }
}
