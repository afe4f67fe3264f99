// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import java.util.HashMap;
import java.util.Map;

/// Who is being drained, by the names of peers: of those to come too, and of those that come again
/// with other settings.
final class Drains {

  private boolean isAll;

  /// Of those that were spoken of by name: whether they drain.
  private final Map<String, Boolean> named = new HashMap<>();

  boolean isAll() {
    return isAll;
  }

  /// The newest word counts: ends all of it, or leaves nobody out.
  void all(boolean wanted) {
    isAll = wanted;
    named.values().removeIf(drains -> !wanted || !drains);
  }

  void one(String peer, boolean wanted) {
    named.put(peer, wanted);
  }

  /// The peer is no more.
  void forget(String peer) {
    named.remove(peer);
  }

  Draining of(String peer) {
    Boolean own = named.get(peer);
    if (own == null) {
      return isAll ? Draining.WITH_ALL : Draining.NO;
    }
    return own ? Draining.ALONE : Draining.NO;
  }
}
