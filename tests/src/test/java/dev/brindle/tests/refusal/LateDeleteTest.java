// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.refusal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.ResourceKind;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.testing.Waiting;
import dev.brindle.tests.refusal.NodeRig.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pods end while the store is away, and so does the daemon.
class LateDeleteTest {

  private static final String NETWORK =
      """
      {"cniVersion": "1.0.0", "name": "net1", "type": "calico", "ipam": {"type": "calico-ipam"}}
      """;
  private static final Ended DONE = new Ended(0, "");

  @TempDir private Path base;
  private NodeRig rig;

  @BeforeEach
  void makeMachine() {
    rig = NodeRig.make(base);
  }

  @AfterEach
  void endAll() {
    rig.close();
  }

  @Test
  void whatADaemonThatWasKilledOwesTheNextOneDoes() throws Exception {
    NodeRig.Running daemon = rig.startAndAwait(Map.of());
    try (NetworkNamespace one = NodeRig.namespace();
        NetworkNamespace two = NodeRig.namespace();
        NetworkNamespace three = NodeRig.namespace()) {
      add("one", one);
      add("two", two);
      add("three", three);
      loseStore();

      assertThat(rig.plugin("DEL", "one", one, NETWORK)).isEqualTo(DONE);
      rig.awaitReadiness("is gone");
      assertThat(rig.plugin("DEL", "two", two, NETWORK)).isEqualTo(DONE);
      assertThat(rig.plugin("DEL", "never-was", two, NETWORK)).isEqualTo(DONE);
      assertThat(rig.podInterfaces()).hasSize(1);
      assertThat(owed()).isEqualTo(3);
      daemon.process().destroyForcibly().waitFor();
      findStore();
      assertThat(rig.stored(ResourceKind.IPAM_HANDLE)).as("still booked").hasSize(3);

      rig.startAndAwait(Map.of());
      Waiting.until("nothing is owed", () -> owed() == 0);
      assertThat(rig.stored(ResourceKind.IPAM_HANDLE)).hasSize(1);
      assertThat(rig.stored(ResourceKind.WORKLOAD_ENDPOINT)).hasSize(1);
      assertThat(rig.plugin("CHECK", "three", three, NETWORK)).isEqualTo(DONE);
      assertThat(rig.plugin("DEL", "three", three, NETWORK)).isEqualTo(DONE);
      assertThat(rig.stored(ResourceKind.IPAM_HANDLE)).isEmpty();
    }
  }

  /// The same daemon, and the pod has a new container by the time the store is back.
  @Test
  void aNewContainerOfThePodIsNotHurt() throws Exception {
    rig.startAndAwait(Map.of());
    try (NetworkNamespace old = NodeRig.namespace();
        NetworkNamespace young = NodeRig.namespace()) {
      add("one", old);
      loseStore();
      assertThat(rig.plugin("DEL", "one", old, NETWORK)).isEqualTo(DONE);
      findStore();
      add("one", young);

      Waiting.until("nothing is owed", () -> owed() == 0);
      assertThat(rig.plugin("CHECK", "one", young, NETWORK)).isEqualTo(DONE);
      assertThat(rig.stored(ResourceKind.IPAM_HANDLE)).hasSize(1);
    }
  }

  private void add(String pod, NetworkNamespace sandbox) throws Exception {
    Ended ended = rig.plugin("ADD", pod, sandbox, NETWORK);
    assertThat(ended.exitCode()).as(ended.output()).isZero();
  }

  private void loseStore() throws IOException {
    Files.move(base.resolve("store/db"), base.resolve("away"));
  }

  private void findStore() throws IOException {
    Files.move(base.resolve("away"), base.resolve("store/db"));
  }

  private long owed() {
    try (Stream<Path> files = Files.list(base.resolve("state/late-deletes"))) {
      return files.filter(file -> file.toString().endsWith(".del")).count();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
