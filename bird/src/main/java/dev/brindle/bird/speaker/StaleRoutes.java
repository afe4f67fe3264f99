// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.session.Retention;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.PeerTerms;
import java.util.EnumSet;
import java.util.Set;

/// What a peer had told and has not told again: kept while the peer is away (RFC 4724 §4.2, RFC
/// 9494) or tells everything once more (RFC 7313), and gone when the peer has told everything, or
/// its time is over. On the speaker's thread.
final class StaleRoutes {

  private final Leftovers leftovers;
  private final Absence absence;
  private final RefreshWatch refreshes;

  /// Families of which there is no End-of-RIB yet.
  private final Set<Family> unheard = EnumSet.noneOf(Family.class);

  /// The routes of the peer.
  interface Leftovers extends Absence.Leftovers {

    /// All of them go.
    void remove(Family family);

    /// They may go, unless the peer tells them again.
    void markStale(Family family);
  }

  StaleRoutes(Later later, Leftovers leftovers) {
    this.leftovers = leftovers;
    this.absence = new Absence(later, leftovers);
    this.refreshes = new RefreshWatch(later, leftovers::markStale, leftovers::sweep);
  }

  /// A session begins: what the peer does not vouch for goes.
  void up(Conversation begun) {
    EnumSet<Family> kept = EnumSet.allOf(Family.class);
    kept.removeIf(family -> !begun.keepsStale(family, absence.isLastResort(family)));
    EnumSet.complementOf(kept).forEach(leftovers::sweep);
    absence.end(kept);
    unheard.addAll(begun.terms().families());
  }

  /// The session is over.
  ///
  /// @param kept the peer may come back soon, and finds these routes here
  /// @param isReplaced it is back already, on another connection: that is no second restart, after
  ///     which what is stale would have had its chance (RFC 4724 §4.2)
  void down(Retention kept, boolean isReplaced) {
    unheard.clear();
    for (Family family : Family.values()) {
      retain(family, kept.keeps(family), isReplaced);
    }
    refreshes.stop();
    absence.begin(kept);
  }

  private void retain(Family family, boolean isKept, boolean isReplaced) {
    if (!isKept) {
      leftovers.remove(family);
      return;
    }
    if (!isReplaced && !refreshes.isRunning(family) && !absence.isLastResort(family)) {
      leftovers.sweep(family);
    }
    leftovers.markStale(family);
  }

  /// The peer has told all that it has of a family.
  ///
  /// @return whether that goes for all families
  boolean heardAll(Family family) {
    absence.heardAll(family);
    if (unheard.remove(family) && !refreshes.isRunning(family)) {
      leftovers.sweep(family);
    }
    return unheard.isEmpty();
  }

  /// The peer begins to tell a family again. RFC 7313 §4: before End-of-RIB that counts for
  /// nothing, where there is to be one.
  void refreshBegins(Family family, PeerTerms terms) {
    boolean isPastFirst = terms.gracefulRestart().isEmpty() || !unheard.contains(family);
    if (terms.enhancedRefresh() && isPastFirst) {
      refreshes.begin(family);
    }
  }

  void refreshEnds(Family family) {
    refreshes.end(family);
  }

  /// Whether something is kept for a peer that may come back.
  boolean isWaiting() {
    return absence.isWaiting();
  }

  /// What was kept for it goes.
  void giveUp() {
    absence.stop();
    for (Family family : Family.values()) {
      leftovers.sweep(family);
    }
  }

  /// The peer is no more.
  void stop() {
    absence.stop();
    refreshes.stop();
  }
}
