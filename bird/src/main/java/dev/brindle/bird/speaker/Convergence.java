// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerTiming;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/// Whether all peers have told everything since the start (RFC 4724 §4.1). Two ends, each reached
/// once: End-of-RIB may be said, which waits for no peer that waits for us in turn; and the tables
/// are complete.
final class Convergence {

  private final Runnable released;
  private final Runnable reached;
  private final Set<String> awaited = new HashSet<>();

  /// Those End-of-RIB waits for whose routes go to everybody, and to all but ordinary internal
  /// peers (RFC 4456 §6).
  private final Set<String> heardByAll = new HashSet<>();

  private final Set<String> heardBySome = new HashSet<>();
  private Duration unbroken = RouteSink.FOREVER;
  private boolean isReached;

  /// @param released is run when some peer, or some more, may be told End-of-RIB
  /// @param reached is run once, when all is heard; what was heard last may not be decided on yet
  Convergence(Collection<PeerConfig> peers, Runnable released, Runnable reached) {
    this.released = released;
    this.reached = reached;
    for (PeerConfig peer : peers) {
      awaited.add(peer.name());
      (isOrdinaryInternal(peer) ? heardBySome : heardByAll).add(peer.name());
    }
  }

  /// @param known how long packets had gone where they should when this process began
  void unbrokenFor(Duration known) {
    unbroken = known;
  }

  /// Whether what a peer of this kind may have kept for us still holds. Once the tables are
  /// complete it does.
  boolean forwards(PeerTiming timing) {
    return isReached || unbroken.compareTo(timing.restart().plus(timing.longLived())) > 0;
  }

  /// Who may come back to us without our knowing who: the tables are not complete before the wait
  /// is over, but End-of-RIB is told without them.
  void awaitGuests() {
    awaited.add("");
  }

  private static boolean isOrdinaryInternal(PeerConfig peer) {
    return peer.isInternal() && !peer.routing().reflectorClient();
  }

  boolean isReached() {
    return isReached;
  }

  /// Whether nothing is missing that would be passed on to this peer.
  boolean mayEnd(PeerConfig peer) {
    return isReached
        || (heardByAll.isEmpty() && (isOrdinaryInternal(peer) || heardBySome.isEmpty()));
  }

  /// This peer has restarted too, and would wait for us: it is not waited for (RFC 4724 §4.1), but
  /// for the tables to be complete.
  void restarts(String peer) {
    boolean wasLast =
        (heardByAll.remove(peer) && heardByAll.isEmpty())
            || (heardBySome.remove(peer) && heardBySome.isEmpty());
    if (wasLast) {
      released.run();
    }
  }

  /// This peer has told everything, or is none any more.
  void done(String peer) {
    restarts(peer);
    awaited.remove(peer);
    settle();
  }

  void settle() {
    if (awaited.isEmpty()) {
      reach();
    }
  }

  /// The wait is over.
  void reach() {
    if (!isReached) {
      isReached = true;
      released.run();
      reached.run();
    }
  }
}
