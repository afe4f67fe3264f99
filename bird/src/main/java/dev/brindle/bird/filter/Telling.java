// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

/// A verdict on a route for a peer, and what becomes of the attributes that export changes as a
/// rule.
///
/// @param keepsMed the filter has set MULTI_EXIT_DISC, so it passes to external peers too
public record Telling(Verdict verdict, NextHopWish nextHop, boolean keepsMed) {

  static Telling asUsual(Verdict verdict) {
    return new Telling(verdict, NextHopWish.USUAL, false);
  }
}
