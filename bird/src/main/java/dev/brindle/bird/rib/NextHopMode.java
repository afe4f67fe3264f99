// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rib;

/// Which next hop a peer is told.
public enum NextHopMode {
  /// Ours to other systems; within our own, what we were told.
  AUTO,
  /// Always ours.
  SELF,
  /// What we were told, if it has the prefix's family.
  KEEP
}
