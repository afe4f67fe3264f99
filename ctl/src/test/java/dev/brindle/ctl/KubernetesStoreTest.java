// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.datastore.kubernetes.ApiServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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
    out.reset();
    err.reset();
    Map<String, String> environment =
        Map.of("DATASTORE_TYPE", "kubernetes", "K8S_API_ENDPOINT", server.url());
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
