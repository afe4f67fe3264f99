// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.election;

import dev.brindle.datastore.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// One candidate's view of the lease that all of them want, and whether it leads.
///
/// ```
/// leader    asks ──► is renewed ───────── may work until it asked + deadline ──┤
/// store            written
/// follower               sees the change ────────────── may take it after patience ──►
/// ```
///
/// A follower counts from when it saw the last change itself, which is never before the leader
/// asked for it; the deadline is shorter than its patience. So two never lead at once, whatever
/// the clocks of the machines say: each measures spans only, by a clock of its own that goes on
/// steadily. `now` is that clock's, in nanoseconds, and may be negative.
///
/// @param me a name that no other candidate has, and no other start of this one
/// @param seen the lease as it was last seen, and since when that has been so
/// @param leadsUntil when this candidate must stop, unless it is renewed; empty if it does not lead
public record Election(
    String me, ElectionTerms terms, Optional<Seen> seen, Optional<Long> leadsUntil) {

  /// @param at when a change was seen first
  public record Seen(Lease lease, long at) {}

  public static Election of(String me, ElectionTerms terms) {
    if (me.isEmpty()) {
      throw new IllegalArgumentException("a candidate without a name");
    }
    return new Election(me, terms, Optional.empty(), Optional.empty());
  }

  /// Whether this candidate may work now.
  public boolean leads(long now) {
    return leadsUntil.isPresent() && now - leadsUntil.get() < 0;
  }

  /// The lease was read.
  public Election saw(Optional<Lease> stored, long now) {
    if (stored.isEmpty()) {
      return new Election(me, terms, Optional.empty(), Optional.empty());
    }
    Lease lease = stored.get();
    boolean isSame = seen.isPresent() && seen.get().lease().equals(lease);
    return new Election(
        me,
        terms,
        isSame ? seen : Optional.of(new Seen(lease, now)),
        lease.holder().equals(me) ? leadsUntil : Optional.empty());
  }

  /// What to write now: a renewal, or a lease that nobody holds any more. Empty to wait.
  ///
  /// @param name of the lease, if there is none yet
  /// @param clock for people who look at the lease
  public Optional<Lease> bid(String name, Instant clock, long now) {
    if (seen.isEmpty()) {
      return Optional.of(new Lease(name, me, terms.patience(), clock, clock, 0, ""));
    }
    Lease lease = seen.get().lease();
    if (lease.holder().equals(me)) {
      return Optional.of(held(lease, lease.acquired(), clock, lease.transitions()));
    }
    boolean isFree = lease.holder().isEmpty() || now - seen.get().at() >= patience(lease);
    return isFree
        ? Optional.of(held(lease, clock, clock, lease.transitions() + 1))
        : Optional.empty();
  }

  /// What the holder said, as it knows how long it works; ours if it said nothing.
  private long patience(Lease lease) {
    Duration said = lease.duration();
    return (said.isZero() ? terms.patience() : said).toNanos();
  }

  private Lease held(Lease before, Instant acquired, Instant renewed, int transitions) {
    return new Lease(
        before.name(), me, terms.patience(), acquired, renewed, transitions, before.revision());
  }

  /// The bid was written.
  ///
  /// @param asked before the write was sent
  public Election won(Lease written, long asked) {
    return new Election(
        me,
        terms,
        Optional.of(new Seen(written, asked)),
        Optional.of(asked + terms.deadline().toNanos()));
  }

  /// Someone else was faster: what is stored is to be read again. Until then the deadline counts.
  public Election outbid() {
    return new Election(me, terms, Optional.empty(), leadsUntil);
  }

  /// The work has stopped. The lease may still be ours; who has it is seen at the next look.
  public Election steppedDown() {
    return new Election(me, terms, seen, Optional.empty());
  }

  /// How to give the lease back when the work has stopped, so that nobody has to wait. Empty if it
  /// is not known to be ours.
  public Optional<Lease> release(Instant clock) {
    return seen.map(Seen::lease)
        .filter(lease -> lease.holder().equals(me))
        .map(
            lease ->
                new Lease(
                    lease.name(),
                    "",
                    Duration.ofSeconds(1),
                    lease.acquired(),
                    clock,
                    lease.transitions(),
                    lease.revision()));
  }
}
