// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bmp;

import dev.brindle.bird.wire.Octets;

/// Why a session ended (RFC 7854 §4.9).
public sealed interface BmpDown {

  /// @param notification what we said, as it was sent
  record WeNotified(Octets notification) implements BmpDown {}

  /// @param event of RFC 4271 §8.1; 0 if there is none for it
  record WeLeft(int event) implements BmpDown {}

  /// @param notification what the peer said
  record PeerNotified(Octets notification) implements BmpDown {}

  record PeerLeft() implements BmpDown {}

  /// It is not told any more how the peer does.
  record Unwatched() implements BmpDown {}
}
