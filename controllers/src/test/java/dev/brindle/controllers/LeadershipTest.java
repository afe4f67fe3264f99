// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.controllers.election.Election;
import dev.brindle.controllers.election.ElectionTerms;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.Lease;
import dev.brindle.datastore.Leases;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Two candidates in each store, step by step: time is the test's, and each has a clock of its own.
class LeadershipTest {

  private static final String LEASE = "brindle-controllers";
  private static final Duration PATIENCE = ElectionTerms.USUAL.patience();
  private static final Duration DEADLINE = ElectionTerms.USUAL.deadline();

  @TempDir private Path directory;

  private Duration time = Duration.ZERO;

  /// One candidate, its clocks and its way to the store.
  private final class Candidate {

    private final Link link;
    private final Leadership leadership;
    private int begun;
    private int ended;

    /// @param skew of its steady clock
    /// @param wall what it believes the time is
    Candidate(String name, Datastore store, Duration skew, Instant wall) {
      this.link = new Link(store.leases("kube-system"));
      this.leadership =
          new Leadership(
              LEASE,
              link,
              Election.of(name, ElectionTerms.USUAL),
              () -> wall.plus(time),
              () -> skew.plus(time).toNanos(),
              new SplittableRandom(1),
              () -> {
                begun++;
                return () -> ended++;
              });
    }

    void step() {
      leadership.step();
    }

    boolean leads() {
      return leadership.leads();
    }

    boolean isWorking() {
      return begun > ended;
    }
  }

  /// May be cut, or lose answers.
  private static final class Link implements Leases {

    private final Leases leases;
    private boolean isCut;
    private boolean losesAnswers;

    Link(Leases leases) {
      this.leases = leases;
    }

    @Override
    public Optional<Lease> find(String name) {
      requireWay();
      return leases.find(name);
    }

    @Override
    public Optional<Lease> write(Lease lease) {
      requireWay();
      Optional<Lease> written = leases.write(lease);
      if (losesAnswers) {
        throw new DatastoreException("the test wanted no answer");
      }
      return written;
    }

    private void requireWay() {
      if (isCut) {
        throw new DatastoreException("the test wanted no way to the store");
      }
    }
  }

  private record Pair(Candidate a, Candidate b) {}

  /// Their clocks are days and years apart, and nothing follows from that.
  private Pair elect(Stores stores) {
    Instant early = Instant.parse("2019-01-01T00:00:00Z");
    Instant late = Instant.parse("2031-01-01T00:00:00Z");
    var a = new Candidate("a", stores.one(), Duration.ofDays(-9), early);
    var b = new Candidate("b", stores.other(), Duration.ofDays(90), late);
    a.step();
    b.step();
    assertThat(a.isWorking()).isTrue();
    assertThat(b.isWorking()).isFalse();
    return new Pair(a, b);
  }

  private void pass(Duration span) {
    time = time.plus(span);
  }

  @ParameterizedTest
  @EnumSource
  void oneWorksForAsLongAsItRenews(Stores.Kind kind) {
    try (Stores stores = Stores.open(kind, directory)) {
      Pair pair = elect(stores);
      Candidate a = pair.a();
      Candidate b = pair.b();
      for (int i = 0; i < 30; i++) {
        pass(Duration.ofSeconds(2));
        b.step();
        a.step();
        assertThat(a.leads()).isTrue();
        assertThat(b.leads()).isFalse();
      }
      Lease lease = stores.one().leases("kube-system").find(LEASE).orElseThrow();
      assertThat(lease.holder()).isEqualTo("a");
      assertThat(lease.transitions()).isZero();
      assertThat(Duration.between(lease.acquired(), lease.renewed())).hasSeconds(60);
      assertThat(a.begun).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void oneThatWasKilledIsFollowedAfterAPatience(Stores.Kind kind) {
    try (Stores stores = Stores.open(kind, directory)) {
      Pair pair = elect(stores);
      Candidate a = pair.a();
      Candidate b = pair.b();
      pass(PATIENCE.minusMillis(1));
      b.step();
      assertThat(b.isWorking()).isFalse();
      pass(Duration.ofMillis(1));
      b.step();
      assertThat(b.isWorking()).isTrue();
      Lease lease = stores.one().leases("kube-system").find(LEASE).orElseThrow();
      assertThat(lease.holder()).isEqualTo("b");
      assertThat(lease.transitions()).isEqualTo(1);

      // it was not dead, but stood still
      assertThat(a.leads()).isFalse();
      a.step();
      assertThat(a.isWorking()).isFalse();
      assertThat(a.ended).isEqualTo(1);
      assertThat(b.leads()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void oneThatIsCutOffStopsBeforeAnotherBegins(Stores.Kind kind) {
    try (Stores stores = Stores.open(kind, directory)) {
      Pair pair = elect(stores);
      Candidate a = pair.a();
      Candidate b = pair.b();
      a.link.isCut = true;
      pass(DEADLINE.minusMillis(1));
      a.step();
      b.step();
      assertThat(a.isWorking()).isTrue();
      assertThat(a.leadership.problem()).map(String::toString).get().asString().contains("no way");
      pass(Duration.ofMillis(1));
      assertThat(a.leads()).as("by its clock only: its thread may hang").isFalse();
      a.step();
      assertThat(a.isWorking()).isFalse();
      b.step();
      assertThat(b.isWorking()).isFalse();
      pass(PATIENCE.minus(DEADLINE));
      b.step();
      assertThat(b.isWorking()).isTrue();

      a.link.isCut = false;
      a.step();
      assertThat(a.isWorking()).isFalse();
      assertThat(a.leadership.problem()).isEmpty();
      assertThat(a.leadership.leader()).contains("b");
    }
  }

  @ParameterizedTest
  @EnumSource
  void anAnswerThatIsLostCostsNothing(Stores.Kind kind) {
    try (Stores stores = Stores.open(kind, directory)) {
      Pair pair = elect(stores);
      Candidate a = pair.a();
      Candidate b = pair.b();
      pass(Duration.ofSeconds(4));
      a.link.losesAnswers = true;
      a.step();
      assertThat(a.isWorking()).isTrue();
      a.link.losesAnswers = false;
      pass(Duration.ofSeconds(4));
      a.step();
      pass(Duration.ofSeconds(4));
      b.step();
      assertThat(a.leads()).as("renewed after 8 s").isTrue();
      assertThat(a.begun).isEqualTo(1);
      assertThat(b.leads()).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsGivenBackIsTakenAtOnce(Stores.Kind kind) {
    try (Stores stores = Stores.open(kind, directory)) {
      Pair pair = elect(stores);
      Candidate a = pair.a();
      Candidate b = pair.b();
      a.leadership.close();
      assertThat(a.ended).isEqualTo(1);
      b.step();
      assertThat(b.isWorking()).isTrue();
      b.leadership.close();
      assertThat(b.ended).isEqualTo(1);
      assertThat(stores.one().leases("kube-system").find(LEASE)).map(Lease::holder).contains("");
    }
  }

  /// Whoever stands by gives nothing back that is another's.
  @ParameterizedTest
  @EnumSource
  void oneThatStandsByEndsWithoutAWord(Stores.Kind kind) {
    try (Stores stores = Stores.open(kind, directory)) {
      Pair pair = elect(stores);
      Candidate a = pair.a();
      Candidate b = pair.b();
      b.leadership.close();
      pass(Duration.ofSeconds(2));
      a.step();
      assertThat(a.leads()).isTrue();
      assertThat(b.begun).isZero();
    }
  }
}
