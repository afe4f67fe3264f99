// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/// `brindle lab doctor` of one node.
record LabDoctor(BrindleCommand brindle, String node) {

  private static final Duration PATIENCE = Duration.ofMinutes(4);

  /// What it said.
  record Look(int code, Set<String> findings, String text) {}

  /// Whether anybody keeps the machine's clock right is left out: nobody here can.
  Look look() throws Exception {
    BrindleCommand.Result result = brindle.run("lab", "doctor", node, "-o", "json");
    assertThat(result.code()).as(result.err()).isLessThan(2);
    Set<String> findings = new TreeSet<>();
    for (JsonNode each : new JsonMapper().readTree(result.out())) {
      if (each.has("finding") && !each.path("finding").asText().equals("clock-free")) {
        findings.add(each.path("finding").asText());
      }
    }
    return new Look(result.code(), findings, result.out());
  }

  /// Daemons start anew, and sessions take their time; that somebody looks every second keeps
  /// nobody from anything.
  Look await(String what, Predicate<Look> condition) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      Look look = look();
      if (condition.test(look)) {
        return look;
      }
      assertThat(System.nanoTime()).as("%s; it says: %s", what, look.text()).isLessThan(end);
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
    }
  }

  void awaitHealth() throws Exception {
    Look look = await("nothing is wrong", each -> each.findings().isEmpty());
    assertThat(look.code()).as(look.text()).isZero();
  }

  void awaitFinding(String finding) throws Exception {
    await("the fault", look -> look.findings().contains(finding));
  }
}
