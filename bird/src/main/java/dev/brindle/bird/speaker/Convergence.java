// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/// Whether all peers have told everything since the start (RFC 4724 §4.1). Said once.
final class Convergence {

  private final RouteSink sink;
  private final Set<String> awaited = new HashSet<>();
  private boolean isReached;

  Convergence(RouteSink sink, Collection<String> peers) {
    this.sink = sink;
    awaited.addAll(peers);
  }

  boolean isReached() {
    return isReached;
  }

  /// This peer has told everything, or is none any more.
  void done(String peer) {
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
      sink.converged();
    }
  }
}
