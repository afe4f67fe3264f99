// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.EncapsulationMode;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.Metadata;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoolPlanTest {

  /// `name network minute [word ...]`: minute of its creation, then what else is to be known of it.
  private static IpPool pool(String text) {
    List<String> words = List.of(text.split(" ", -1));
    boolean isDisabled = words.contains("disabled");
    var spec =
        new IpPool.Spec(
            Cidr.parse(words.get(1)),
            EncapsulationMode.NEVER,
            EncapsulationMode.NEVER,
            false,
            isDisabled,
            false,
            0,
            "",
            "",
            List.of(),
            IpPool.AssignmentMode.AUTOMATIC);
    String created = "2026-01-01T00:%s:00Z".formatted(words.get(2));
    Metadata metadata =
        Metadata.named(words.getFirst())
            .withIdentity("1", "u", created)
            .leavingSince(words.contains("leaving") ? "2026-01-02T00:00:00Z" : "");
    Map<String, Object> status = Map.of();
    if (words.contains("yes") || words.contains("no")) {
      boolean isTrue = words.contains("yes");
      status = new Condition(IpPool.ALLOCATABLE, isTrue, "", "").in(Map.of(), Instant.EPOCH);
    }
    return new IpPool(metadata, spec, status);
  }

  private static List<String> judged(String pools, int seed) {
    List<IpPool> all =
        new ArrayList<>(List.of(pools.split(", ", -1)).stream().map(PoolPlanTest::pool).toList());
    Collections.shuffle(all, new Random(seed));
    return PoolPlan.of(all).stream()
        .sorted((a, b) -> a.pool().metadata().name().compareTo(b.pool().metadata().name()))
        .map(
            verdict ->
                "%s %s%s"
                    .formatted(
                        verdict.pool().metadata().name(),
                        verdict.condition().reason(),
                        verdict.isHeld() ? " held" : ""))
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a 10.0.0.0/16 01, b 10.1.0.0/16 00                  | a OK held, b OK held
          a 10.0.0.0/16 01, b 10.0.1.0/24 00                  | a CIDROverlap, b OK held
          a 10.0.0.0/16 00, b 10.0.0.0/16 00                  | a OK held, b CIDROverlap
          a 10.0.0.0/16 00, b 10.0.0.0/16 01 yes              | a CIDROverlap, b OK held
          a 10.0.0.0/16 00 no, b 10.0.0.0/16 01               | a OK held, b CIDROverlap
          a 10.0.0.0/16 00 disabled, b 10.0.0.0/16 01         | a PoolDisabled, b OK held
          a 10.0.0.0/16 00 yes leaving, b 10.0.0.0/16 01 no   | a Terminating held, b CIDROverlap
          a 10.0.0.0/16 00 leaving, b 10.0.0.0/16 01 yes      | a Terminating, b OK held
          a 10.0.0.0/16 00 disabled leaving, b 10.0.0.0/8 01  | a PoolDisabled, b OK held
          a 10.0.0.0/16 00 disabled leaving, b 10.1.0.0/16 01 | a PoolDisabled held, b OK held
          a 10.0.0.0/16 00, b fd00::/48 00                    | a OK held, b OK held
          a 10.0.0.0/24 00, b 10.0.0.0/16 01, c 10.0.1.0/24 02 | a OK held, b CIDROverlap, c OK held
          """)
  void oneOfThoseThatOverlap(String pools, String expected) {
    for (int seed = 0; seed < 5; seed++) {
      assertThat(judged(pools, seed)).containsExactly(expected.split(", ", -1));
    }
  }

  @Test
  void aConditionThatIsSaidAlreadyIsNotSaidAgain() {
    var yes = new Condition("Allocatable", true, "OK", "m");
    Map<String, Object> other = Map.of("type", "Other", "status", "True");
    Map<String, Object> status = Map.of("conditions", List.of(other), "more", 1);
    Instant then = Instant.parse("2026-01-01T00:00:00.5Z");

    Map<String, Object> said = yes.in(status, then);
    Map<String, Object> mine =
        Map.of(
            "type", "Allocatable",
            "status", "True",
            "lastTransitionTime", "2026-01-01T00:00:00Z",
            "reason", "OK",
            "message", "m");

    assertThat(said).isEqualTo(Map.of("conditions", List.of(other, mine), "more", 1));
    assertThat(yes.in(said, then.plusSeconds(9))).isEqualTo(said);
    Map<String, Object> no =
        new Condition("Allocatable", false, "PoolDisabled", "m").in(said, then.plusSeconds(9));
    assertThat(no.toString())
        .contains("status=False", "lastTransitionTime=2026-01-01T00:00:09Z")
        .doesNotContain("reason=OK");
  }
}
