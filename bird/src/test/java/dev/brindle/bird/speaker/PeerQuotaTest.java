// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PrefixLimit;
import dev.brindle.bird.topology.PrefixLimit.Excess;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What one peer may tell.
class PeerQuotaTest {

  private long inTables;
  private final PeerQuota quota = new PeerQuota(() -> inTables);

  @ParameterizedTest(name = "{0} of {1}, {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # accepted | limit | beyond it | the session ends because
          0          | 10    | DROP      |
          10         | 10    | DROP      |
          11         | 10    | DROP      | it told more than 10 prefixes
          11         | 10    | WARN      |
          """)
  void tooManyPrefixesEndTheSession(
      int accepted, int limit, Excess excess, @Nullable String reason) {
    Optional<Duration> restart = Optional.of(Duration.ofSeconds(30));
    PeerConfig peer = Loopback.peer(1, 64_512, 2, 64_513, 179);
    PeerConfig limited =
        peer.withRouting(peer.routing().withLimit(new PrefixLimit(limit, 75, excess, restart)));

    // what is kept for its return never ends it
    var answer = quota.excess(limited, accepted, 1_000);

    assertThat(answer.map(it -> it.reason()).orElse(null)).isEqualTo(reason);
    assertThat(answer.flatMap(it -> it.pause())).isEqualTo(answer.flatMap(_ -> restart));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # what happens to the tables | octets for its sake
          it 5                         | 5
          it 5, others 7, it 2         | 7
          it 5, others -7, it 2        | 7
          it 5, it -3                  | 2
          others 9, it -3              | 0
          others 9, it -3, it 4        | 4
          it 9, count 6, it 1          | 7
          """)
  void whatChangesAsItsRoutesAreWorkedOnIsForItsSake(String events, long expected) {
    inTables = 100;
    Arrays.stream(events.split(", ", -1)).map(it -> it.split(" ", -1)).forEach(this::happens);

    assertThat(quota.octets()).isEqualTo(expected);
  }

  private void happens(String[] event) {
    long octets = Long.parseLong(event[1]);
    switch (event[0]) {
      case "count" -> quota.recount(octets);
      case "others" -> inTables += octets;
      default -> {
        long mark = quota.mark();
        inTables += octets;
        quota.charge(mark);
      }
    }
  }
}
