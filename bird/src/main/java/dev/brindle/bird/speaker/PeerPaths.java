// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.rib.Source;
import dev.brindle.bird.table.RouteEngine;
import dev.brindle.bird.table.RouteVisitor;
import dev.brindle.bird.wire.Family;

/// The paths of one peer in the tables, by the number they are known by there. It has one from its
/// first session on, until it is no more; before that there is nothing of it. On the speaker's
/// thread.
final class PeerPaths {

  private static final int NO_SOURCE = -1;

  private final RouteEngine engine;
  private int source = NO_SOURCE;

  PeerPaths(RouteEngine engine) {
    this.engine = engine;
  }

  /// Negative if there is none.
  int source() {
    return source;
  }

  /// This is the peer from now on.
  void identify(Source peer) {
    if (source == NO_SOURCE) {
      source = engine.addSource(peer);
    } else {
      engine.setSource(source, peer);
    }
  }

  /// The peer is no more.
  void retire() {
    if (isKnown()) {
      engine.retire(source);
      source = NO_SOURCE;
    }
  }

  private boolean isKnown() {
    return source != NO_SOURCE;
  }

  int count() {
    return isKnown() ? engine.pathsOf(source) : 0;
  }

  /// How many of them the peer has not told again.
  int stale() {
    return isKnown() ? engine.staleOf(source) : 0;
  }

  void remove(Family family) {
    if (isKnown()) {
      engine.removeAllOf(source, family);
    }
  }

  void markStale(Family family) {
    if (isKnown()) {
      engine.markStale(source, family);
    }
  }

  /// What is stale goes.
  void sweep(Family family) {
    if (isKnown()) {
      engine.sweepStale(source, family);
    }
  }

  /// What is stale is used only where there is nothing else.
  void demote(Family family) {
    if (isKnown()) {
      engine.demoteStale(source, family);
    }
  }

  /// All of them are taken last.
  ///
  /// @throws dev.brindle.bird.table.TableFullException if there is no room; what came before is
  ///     done
  void lower() {
    if (isKnown()) {
      engine.lower(source);
    }
  }

  /// @return where to go on, negative at the end
  int show(Family family, int from, int most, RouteVisitor visitor) {
    return isKnown() ? engine.showTaken(source, family, from, most, visitor) : -1;
  }
}
