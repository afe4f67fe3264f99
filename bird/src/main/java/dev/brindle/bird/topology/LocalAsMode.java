// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

/// What becomes of our own AS where a peer knows us as another (RFC 7705 §3).
///
/// @param noPrepend what the peer tells does not show the AS it knows
/// @param replaceAs what it is told shows that AS in place of ours
public record LocalAsMode(boolean noPrepend, boolean replaceAs) {

  /// BIRD's and so Calico's: for this peer we are the other AS, and nothing else.
  public static final LocalAsMode REPLACED = new LocalAsMode(true, true);
}
