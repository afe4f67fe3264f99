// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.datastore.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ElectionTest {

  private static final Instant NOON = Instant.parse("2026-05-06T12:00:00Z");
  private static final long SECOND = 1_000_000_000L;

  private static Election candidate(String name) {
    return Election.of(name, ElectionTerms.USUAL);
  }

  private static Lease held(String holder, int seconds, String revision) {
    return new Lease("l", holder, Duration.ofSeconds(seconds), NOON, NOON, 4, revision);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                             | holder | lasts | seen for | bid
          nobody holds it                     | ''     | 15    | 0        | a, 5 transitions
          another, just seen                  | b      | 15    | 0        | none
          another, seen for nearly as long    | b      | 15    | 14.999   | none
          another, not changed for as long    | b      | 15    | 15       | a, 5 transitions
          another, who says he takes longer   | b      | 60    | 59       | none
          another, who says he takes longer   | b      | 60    | 60       | a, 5 transitions
          another, who does not say           | b      | 0     | 14       | none
          another, who does not say           | b      | 0     | 15       | a, 5 transitions
          ours                                | a      | 15    | 0        | a, 4 transitions
          ours, of which we heard nothing     | a      | 15    | 100      | a, 4 transitions
          """)
  void bidsForWhatNobodyHoldsAnyMore(
      String story, String holder, int lasts, double seenFor, String expected) {
    long start = Long.MAX_VALUE - 3; // the clock may run over
    Election seen = candidate("a").saw(Optional.of(held(holder, lasts, "7")), start);

    Optional<Lease> bid = seen.bid("l", NOON.plusSeconds(1), start + (long) (seenFor * SECOND));

    assertThat(
            bid.map(lease -> lease.holder() + ", " + lease.transitions() + " transitions")
                .orElse("none"))
        .as(story)
        .isEqualTo(expected);
    bid.ifPresent(lease -> assertThat(lease.revision()).isEqualTo("7"));
  }

  @Test
  void whoSeesTheLeaseAgainUnchangedGoesOnCounting() {
    Election once = candidate("a").saw(Optional.of(held("b", 15, "7")), 0);
    Election again = once.saw(Optional.of(held("b", 15, "7")), 10 * SECOND);
    Election renewed = again.saw(Optional.of(held("b", 15, "8")), 14 * SECOND);

    assertThat(again.bid("l", NOON, 15 * SECOND)).isPresent();
    assertThat(renewed.bid("l", NOON, 28 * SECOND)).isEmpty();
    assertThat(renewed.bid("l", NOON, 29 * SECOND)).isPresent();
  }

  /// What others' clocks say has no part in it.
  @Test
  void timesInTheLeaseDoNotCount() {
    Lease ancient =
        new Lease("l", "b", Duration.ofSeconds(15), Instant.EPOCH, Instant.EPOCH, 0, "7");

    assertThat(candidate("a").saw(Optional.of(ancient), 0).bid("l", NOON, 14 * SECOND)).isEmpty();
  }

  @Test
  void leadsUntilTheDeadlineAfterItAsked() {
    Election leader = candidate("a").saw(Optional.empty(), 0).won(held("a", 15, "1"), 2 * SECOND);

    assertThat(leader.leads(2 * SECOND)).isTrue();
    assertThat(leader.leads(12 * SECOND - 1)).isTrue();
    assertThat(leader.leads(12 * SECOND)).isFalse();
    assertThat(leader.outbid().leads(3 * SECOND)).as("until it is known by whom").isTrue();
    assertThat(leader.saw(Optional.of(held("b", 15, "2")), 3 * SECOND).leads(3 * SECOND)).isFalse();
    assertThat(leader.saw(Optional.empty(), 3 * SECOND).leads(3 * SECOND)).isFalse();
    assertThat(leader.saw(Optional.of(held("a", 15, "2")), 3 * SECOND).leads(3 * SECOND)).isTrue();
    assertThat(leader.steppedDown().leads(3 * SECOND)).isFalse();
  }

  @Test
  void whatIsGivenBackMayBeTakenAtOnce() {
    Election leader = candidate("a").won(held("a", 15, "1"), 0);
    Lease free = leader.release(NOON).orElseThrow();

    assertThat(candidate("b").saw(Optional.of(free.withRevision("2")), 0).bid("l", NOON, 0))
        .map(Lease::holder)
        .contains("b");
    assertThat(candidate("b").saw(Optional.of(held("a", 15, "1")), 0).release(NOON))
        .as("another's")
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"10, 10, 2", "15, 2, 2", "15, 10, 0", "5, 10, 2"})
  void termsMustLeaveTimeBetween(long patience, long deadline, long retry) {
    assertThatThrownBy(
            () ->
                new ElectionTerms(
                    Duration.ofSeconds(patience),
                    Duration.ofSeconds(deadline),
                    Duration.ofSeconds(retry)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected each longer than the next");
  }
}
