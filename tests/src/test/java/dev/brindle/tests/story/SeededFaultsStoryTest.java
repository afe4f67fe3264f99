// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.brindle.lab.fault.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
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
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  @TempDir private static Path state;
  private static BrindleCommand brindle = new BrindleCommand(Path.of("/"));

  /// Whether the last look has found nothing: then nobody has to look again.
  private static boolean isHealthy;

  /// What a doctor said.
  private record Look(int code, Set<String> findings, String text) {}

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
    assumeTrue(!seeded.err().contains("this kernel makes no"), seeded.err());
    seeded.ok();
    isHealthy = false;
    await("the fault", look -> look.findings().contains(fault.toString()));

    brindle.run("lab", "fault", "heal", fault.toString(), NODE).ok();
    healthy();
  }

  private static void healthy() throws Exception {
    if (!isHealthy) {
      Look look = await("nothing is wrong", each -> each.findings().isEmpty());
      assertThat(look.code()).as(look.text()).isZero();
      isHealthy = true;
    }
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
        .contains("there is no fault nonsense; there are ip-forward-off,");
  }

  /// The machine's own clock, which nobody here can set right, is left out.
  private static Look look() throws Exception {
    BrindleCommand.Result result = brindle.run("lab", "doctor", NODE, "-o", "json");
    assertThat(result.code()).as(result.err()).isLessThan(2);
    Set<String> findings = new TreeSet<>();
    for (JsonNode each : new JsonMapper().readTree(result.out())) {
      if (each.has("finding") && !each.path("check").asText().equals("clock")) {
        findings.add(each.path("finding").asText());
      }
    }
    return new Look(result.code(), findings, result.out());
  }

  /// Daemons start anew, and sessions take their time: a doctor that knocks at a BGP port every
  /// second keeps a session that is being made from coming up, so the rests grow.
  private static Look await(String what, Predicate<Look> condition) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    for (long rest = 1; ; rest = Math.min(2 * rest, 16)) {
      Look look = look();
      if (condition.test(look)) {
        return look;
      }
      assertThat(System.nanoTime()).as("%s; it says: %s", what, look.text()).isLessThan(end);
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(rest));
    }
  }
}
