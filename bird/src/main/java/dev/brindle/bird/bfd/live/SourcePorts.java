// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bfd.live;

import java.util.BitSet;
import java.util.OptionalInt;

/// Source ports, one for each session (RFC 5881 §4). Their number bounds that of the sessions.
final class SourcePorts {

  static final int FIRST = 49_152;
  static final int LAST = 65_535;

  private final BitSet taken = new BitSet(LAST - FIRST + 1);
  private int next;

  /// @param start 0 to 16,383: so that a new process does not begin with the ports of the old one
  SourcePorts(int start) {
    next = start;
  }

  /// The next free one, in turn: one that someone else uses is not offered again at once.
  OptionalInt take() {
    int size = LAST - FIRST + 1;
    int free = taken.nextClearBit(next);
    if (free >= size) {
      free = taken.nextClearBit(0);
    }
    if (free >= size) {
      return OptionalInt.empty();
    }
    taken.set(free);
    next = (free + 1) % size;
    return OptionalInt.of(FIRST + free);
  }

  void giveBack(int port) {
    taken.clear(port - FIRST);
  }
}
