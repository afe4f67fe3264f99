// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.election;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.datastore.Lease;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Candidates whose questions take long, whose answers get lost, who stand still for a while, and
/// whose clocks agree in nothing but how fast they go. In virtual time.
class ElectionRaceTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long TIMEOUT = 10 * SECOND;
  private static final long TROUBLE = 900 * SECOND;

  private record Event(long at, long order, Runnable what) {}

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
  private final List<Candidate> candidates = new ArrayList<>();
  private Optional<Lease> stored = Optional.empty();
  private long revision;
  private long now;
  private long order;
  private int elections;

  private void at(long time, Runnable what) {
    order++;
    events.add(new Event(time, order, what));
  }

  /// One that does as `Leadership` does, but whose questions are on their way for some time.
  private final class Candidate {

    private final Random random;

    /// How far its steady clock is off, and the other one.
    private final long skew;

    private final Instant wrong;
    private Election election;

    Candidate(String name, Random random) {
      this.random = random;
      this.election = Election.of(name, ElectionTerms.USUAL);
      this.skew = random.nextLong();
      this.wrong = Instant.EPOCH.plusSeconds(random.nextInt(1_000_000_000));
    }

    private long ticks() {
      return now + skew;
    }

    boolean leads() {
      return election.leads(ticks());
    }

    void look() {
      ask(
          () -> stored,
          found -> {
            election = election.saw(found, ticks());
            bid();
          });
    }

    private void bid() {
      Optional<Lease> bid = election.bid("l", wrong, ticks());
      if (bid.isEmpty()) {
        rest(this::look);
        return;
      }
      long asked = ticks();
      ask(
          () -> write(bid.get()),
          written -> {
            election = written.map(w -> election.won(w, asked)).orElseGet(election::outbid);
            rest(written.isPresent() && leads() ? this::bid : this::look);
          });
    }

    private void rest(Runnable then) {
      // now and then it stands still, as in a long pause of a virtual machine
      long still = isTrouble() && random.nextInt(12) == 0 ? random.nextLong(40 * SECOND) : 0;
      at(now + 2 * SECOND + still, then);
    }

    /// The question may come late, or not at all; so may the answer.
    private <T> void ask(Supplier<T> question, Consumer<T> answer) {
      long there = now + delay();
      boolean isLost = isTrouble() && random.nextInt(10) == 0;
      boolean isAnswerLost = isTrouble() && random.nextInt(10) == 0;
      long end = now + TIMEOUT;
      if (isLost) {
        at(end, this::look);
        return;
      }
      at(
          there,
          () -> {
            T result = question.get();
            long back = now + delay();
            boolean isLate = isAnswerLost || back > end;
            at(
                Math.max(isLate ? end : back, now),
                isLate ? this::look : () -> answer.accept(result));
          });
    }

    private long delay() {
      return isTrouble() && random.nextInt(8) == 0
          ? random.nextLong(14 * SECOND)
          : random.nextLong(SECOND / 10);
    }
  }

  private boolean isTrouble() {
    return now < TROUBLE;
  }

  private Optional<Lease> write(Lease lease) {
    if (!stored.map(Lease::revision).orElse("").equals(lease.revision())) {
      return Optional.empty();
    }
    revision++;
    elections += stored.filter(it -> it.holder().equals(lease.holder())).isPresent() ? 0 : 1;
    stored = Optional.of(lease.withRevision(Long.toString(revision)));
    return stored;
  }

  private List<String> leaders() {
    return candidates.stream()
        .filter(Candidate::leads)
        .map(candidate -> candidate.election.me())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void neverTwoAtOnceAndInTheEndOne(long seed) {
    var random = new Random(seed);
    for (String name : List.of("a", "b", "c")) {
      var candidate = new Candidate(name, new Random(random.nextLong()));
      candidates.add(candidate);
      at(random.nextLong(SECOND), candidate::look);
    }
    while (now < TROUBLE + 60 * SECOND) {
      Event next = events.remove();
      now = next.at();
      next.what().run();
      assertThat(leaders()).as("seed %d, %d ms", seed, now / 1_000_000).hasSizeLessThan(2);
    }
    assertThat(leaders()).as("seed %d", seed).hasSize(1);
    assertThat(elections).as("seed %d: there was trouble", seed).isGreaterThan(2);
  }
}
