// SPDX-License-Identifier: Apache-2.0
package dev.brindle.manifests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `docs/security.md` offers to hold a node to itself does so, on a real API server.
class NodeAdmissionTest {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Pattern OFFER =
      Pattern.compile("```yaml\n(apiVersion: admissionregistration.*?)```", Pattern.DOTALL);

  private static final String REFUSAL = "itself and its own pods only";

  private static ApiServer server;

  @BeforeAll
  static void start(@TempDir Path place) throws IOException {
    server = ApiServer.start(place);
    String file = Checkout.DIRECTORY.resolve(Flavour.KUBERNETES.file()).toString();
    server.kubectl("apply", "--validate=strict", "-f", file);
    server.kubectl("create", "serviceaccount", "default", "-n", "default");
    apply(
        place,
        "cluster",
        """
        apiVersion: v1
        kind: Node
        metadata: {name: n1}
        ---
        apiVersion: v1
        kind: Node
        metadata: {name: n2}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: p1, namespace: default}
        spec: {nodeName: n1, containers: [{name: c, image: none}]}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: p2, namespace: default}
        spec: {nodeName: n2, containers: [{name: c, image: none}]}
        """);
    // kubectl asks before it patches
    server.kubectl(
        "create", "clusterrole", "ask", "--verb=get", "--resource=nodes/status,pods/status");
    server.kubectl(
        "create",
        "clusterrolebinding",
        "ask",
        "--clusterrole=ask",
        "--serviceaccount=kube-system:brindle-node");
    Matcher offer = OFFER.matcher(Checkout.read("../docs/security.md"));
    assertThat(offer.find()).isTrue();
    apply(place, "offer", offer.group(1));
  }

  @AfterAll
  static void end() {
    if (server != null) {
      server.close();
    }
  }

  private static void apply(Path place, String name, String yaml) throws IOException {
    Path file = Files.writeString(place.resolve(name + ".yaml"), yaml);
    server.kubectl("apply", "--validate=strict", "-f", file.toString());
  }

  private static void note(String token, String kind, String name, String note) {
    server.kubectlAs(
        token,
        "patch",
        kind,
        name,
        "-n",
        "default",
        "--subresource=status",
        "--type=merge",
        "-p",
        "{\"metadata\":{\"annotations\":{\"note\":\"%s\"}}}".formatted(note));
  }

  @Test
  void aNodePatchesItselfAndItsOwnPods() {
    String ofFirst =
        server.kubectl(
            "create",
            "token",
            "brindle-node",
            "-n",
            "kube-system",
            "--bound-object-kind=Node",
            "--bound-object-name=n1");
    String ofNobody = server.kubectl("create", "token", "brindle-node", "-n", "kube-system");
    awaitRefusal(ofNobody);

    note(ofFirst, "node", "n1", "mine");
    note(ofFirst, "pod", "p1", "mine");
    for (String other : new String[] {"node n2", "pod p2"}) {
      String[] words = other.split(" ", -1);
      assertThatThrownBy(() -> note(ofFirst, words[0], words[1], "not mine"))
          .as(other)
          .hasMessageContaining(REFUSAL);
    }
    assertThatThrownBy(() -> note(ofNobody, "pod", "p1", "whose")).hasMessageContaining(REFUSAL);
  }

  /// The server takes new policies in a moment later.
  private static void awaitRefusal(String token) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      try {
        note(token, "node", "n2", "tried");
      } catch (IllegalStateException e) {
        assertThat(e).hasMessageContaining(REFUSAL);
        return;
      }
    }
    throw new AssertionError("the policy is not in force");
  }
}
