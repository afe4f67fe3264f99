// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.session;

import dev.brindle.bird.wire.Capability.GracefulRestart;
import dev.brindle.bird.wire.Family;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What stays of a peer's routes when its session ends, until it is back (RFC 4724 §4.2).
///
/// @param restart how long it stays
/// @param families of whose routes it is true; none if all go at once
public record Retention(Duration restart, Set<Family> families) {

  public static final Retention NOTHING = new Retention(Duration.ZERO, Set.of());

  public Retention {
    families = Set.copyOf(families);
  }

  /// Of the families that passed, those of which the peer had said that it goes on forwarding.
  public static Retention of(Agreement agreed) {
    Optional<GracefulRestart> offer = agreed.terms().gracefulRestart();
    if (offer.isEmpty() || offer.get().seconds() == 0) {
      return NOTHING;
    }
    Set<Family> kept = EnumSet.noneOf(Family.class);
    agreed.terms().families().stream().filter(offer.get()::covers).forEach(kept::add);
    return kept.isEmpty()
        ? NOTHING
        : new Retention(Duration.ofSeconds(offer.get().seconds()), kept);
  }

  /// What becomes of the routes, for the log.
  @Override
  public String toString() {
    return families.isEmpty()
        ? "are withdrawn"
        : "of %s stay for %d s".formatted(new TreeSet<>(families), restart.toSeconds());
  }
}
