// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

/// What a filter wants as the next hop that a peer is told.
public enum NextHopWish {
  /// As the session is configured.
  USUAL,
  /// What stands in the attributes: the filter has put it there.
  AS_SET,
  /// An address of ours.
  SELF,
  /// What we were told.
  UNCHANGED
}
