// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.lab.fault.Fault;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Each fault is seeded on a node of one lab, found by its doctor, and healed without a trace.
@Timeout(value = 15, unit = TimeUnit.MINUTES) // a slow machine builds that long
final class SeededFaultsStoryTest {

  private static final String NODE = "node1";
  private static final Pattern MACHINE =
      Pattern.compile("this kernel makes no|this machine (has|is)");

  @TempDir private static Path state;
  private static BrindleCommand brindle = new BrindleCommand(Path.of("/"));

  /// Whether the last look has found nothing: then nobody has to look again.
  private static boolean isHealthy;

  @BeforeAll
  static void up() throws Exception {
    BrindleCommand.needNamespaces();
    brindle = new BrindleCommand(state);
    BrindleCommand.Result up =
        brindle.run("lab", "up", "--nodes", "2", "--pods", "1", "--encap", "vxlan");
    assumeTrue(!up.err().contains("this kernel has no VXLAN"), "no VXLAN here");
    up.ok();
  }

  @AfterAll
  static void down() throws Exception {
    brindle.run("lab", "down");
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void isFoundAndHealed(Fault fault) throws Exception {
    healthy();
    BrindleCommand.Result seeded = brindle.run("lab", "fault", "seed", fault.toString(), NODE);
    assumeTrue(!MACHINE.matcher(seeded.err()).find(), seeded.err());
    seeded.ok();
    isHealthy = false;
    doctor().awaitFinding(fault.toString());

    brindle.run("lab", "fault", "heal", fault.toString(), NODE).ok();
    healthy();
  }

  private static void healthy() throws Exception {
    if (!isHealthy) {
      doctor().awaitHealth();
      isHealthy = true;
    }
  }

  private static LabDoctor doctor() {
    return new LabDoctor(brindle, NODE);
  }

  @Test
  void whatMayNotBeTriedIsNotMissing() throws Exception {
    healthy();
    brindle.run("lab", "fault", "seed", "no-net-admin", NODE).ok();
    assertThat(doctor().look().findings()).containsExactly("no-net-admin");
    brindle.run("lab", "fault", "heal", "no-net-admin", NODE).ok();
  }

  @Test
  void wordsAndExitCodesAreTheDoctors() throws Exception {
    healthy();
    assertThat(brindle.run("lab", "doctor", NODE, "--help").ok().out()).contains("--node-check");
    assertThat(brindle.run("lab", "doctor", NODE, "--nonsense").code()).isEqualTo(2);
    assertThat(brindle.run("lab", "doctor", "node9").err()).contains("there is no node node9");

    brindle.run("lab", "fault", "seed", "directory-unusable", NODE).ok();
    assertThat(brindle.run("lab", "fault", "seed", "directory-unusable", NODE).ok().out())
        .contains("is seeded already");
    assertThat(brindle.run("lab", "fault").ok().out())
        .contains("seeded now: directory-unusable on node1");
    assertThat(brindle.run("lab", "doctor", NODE).code()).isEqualTo(1);
    brindle.run("lab", "fault", "heal", "directory-unusable", NODE).ok();
    assertThat(brindle.run("lab", "fault", "heal", "directory-unusable", NODE).ok().out())
        .contains("was not seeded");
    assertThat(brindle.run("lab", "fault", "seed", "nonsense", NODE).err())
        .contains("there is no fault nonsense; there are no-net-admin, ");
  }
}
