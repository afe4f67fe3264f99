// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.wire.PeerKind;

/// Whether we will soon be gone for a peer, and with whom (RFC 8326 §4).
enum Draining {
  NO,

  /// It is this session that ends; we stay.
  ALONE,

  /// All sessions end, because we do.
  WITH_ALL;

  /// Whether the peer is told to take other ways.
  boolean isOn() {
    return this != NO;
  }

  /// Whether what the peer told is taken last. Where all of us goes, what others inside the AS tell
  /// is no worse than before: they stay.
  boolean lowers(PeerKind kind) {
    return switch (this) {
      case NO -> false;
      case ALONE -> true;
      case WITH_ALL -> kind == PeerKind.EXTERNAL;
    };
  }
}
