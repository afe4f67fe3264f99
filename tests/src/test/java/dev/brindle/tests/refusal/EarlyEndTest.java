// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.refusal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.connect.DatastoreSettings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A daemon that is told to end before it runs, or while it cannot, ends: it waits for nobody, a
/// lock of 10 s least of all. The next one finds nothing that stops it.
class EarlyEndTest {

  @TempDir private Path base;
  private NodeRig rig;

  @BeforeEach
  void makeMachine() {
    rig = NodeRig.make(base);
  }

  @AfterEach
  void endAll() throws InterruptedException {
    rig.close();
  }

  /// Each is a line the daemon writes on its way.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "node node1 starts",
        "health on",
        "created Node(node1)",
        "created IPPool(default-ipv4-ippool)",
        "BGP speaks as",
        "node1 runs after"
      })
  void onItsWay(String line) throws Exception {
    NodeRig.Running daemon = rig.start(Map.of());
    daemon.awaitLine(line);

    assertEndsSoon(daemon);
    assertNextOneRuns();
  }

  @Test
  void beforeItHasSaidAnything() throws Exception {
    NodeRig.Running daemon = rig.start(Map.of());

    assertEndsSoon(daemon);
    assertNextOneRuns();
  }

  @Test
  void whileTheStoreIsLockedAtTheStart() throws Exception {
    DatastoreSettings.embedded(base.resolve("store/db")).open().close();
    try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + base.resolve("store/db"));
        Statement statement = other.createStatement()) {
      statement.execute("BEGIN EXCLUSIVE");
      NodeRig.Running daemon = rig.start(Map.of());
      daemon.awaitLine("health on");

      assertEndsSoon(daemon);
      statement.execute("ROLLBACK");
    }
    assertNextOneRuns();
  }

  @Test
  void whileTheStoreIsLockedAndThePartsWaitForIt() throws Exception {
    NodeRig.Running daemon = rig.startAndAwait(Map.of());
    try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + base.resolve("store/db"));
        Statement statement = other.createStatement()) {
      statement.execute("BEGIN EXCLUSIVE");
      rig.awaitReadiness("has not answered");

      assertEndsSoon(daemon);
      statement.execute("ROLLBACK");
    }
    assertNextOneRuns();
  }

  private static void assertEndsSoon(NodeRig.Running daemon) throws InterruptedException {
    daemon.process().destroy();
    // two seconds are promised, and half of one is usual; a slow machine that is busy has its time
    assertThat(daemon.process().waitFor(8, TimeUnit.SECONDS)).as(daemon.text()).isTrue();
    assertThat(daemon.process().exitValue()).as(daemon.text()).isIn(0, 143);
    assertThat(daemon.text()).doesNotContain("Exception", " ERROR NodeProcess");
  }

  private void assertNextOneRuns() throws Exception {
    NodeRig.Running next = rig.startAndAwait(Map.of());
    rig.awaitReadiness(" 200 ");
    assertThat(next.text()).doesNotContain(" ERROR ");
    assertThat(rig.stored(ResourceKind.NODE)).hasSize(1);
    assertThat(rig.stored(ResourceKind.IP_POOL)).hasSize(1);
    assertThat(rig.hasTable()).isTrue();
  }
}
