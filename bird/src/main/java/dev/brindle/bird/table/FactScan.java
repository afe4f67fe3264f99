// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// What the decision asks about a set of attributes, read off its canonical bytes once. Used again
/// and again, so that nothing is allocated for a set.
final class FactScan {

  static final int DEFAULT_LOCAL_PREF = 100;
  static final int ORIGIN_SHIFT = 30;

  private static final int INCOMPLETE = 2;

  private int localPref;
  private int med;
  private int asLength;
  private int flags;

  void read(byte[] bytes, int from, int length) {
    localPref = DEFAULT_LOCAL_PREF;
    med = 0;
    asLength = 0;
    flags = 0;
    int origin = INCOMPLETE;
    int end = from + length;
    if (length > 0 && AttributeWalk.isNextHop(bytes, from)) {
      flags = BlockFlags.HAS_NEXT_HOP;
    }
    for (int at = from; at < end; at = AttributeWalk.next(bytes, at)) {
      int value = AttributeWalk.value(bytes, at);
      int code = AttributeWalk.code(bytes, at);
      switch (code) {
        case Code.ORIGIN -> origin = bytes[value];
        case Code.AS_PATH -> asLength = AsSegment.pathLength(bytes, at);
        case Code.MULTI_EXIT_DISC -> med = Words.get32(bytes, value);
        case Code.LOCAL_PREF -> localPref = Words.get32(bytes, value);
        case Code.COMMUNITIES -> communities(bytes, value, AttributeWalk.next(bytes, at));
        default -> {}
      }
      flags |= BlockFlags.ofAttribute(code);
    }
    flags |= origin << ORIGIN_SHIFT;
  }

  private void communities(byte[] bytes, int from, int end) {
    for (int at = from; at < end; at += Integer.BYTES) {
      flags |= BlockFlags.ofCommunity(Words.get32(bytes, at));
    }
  }

  int localPref() {
    return localPref;
  }

  int med() {
    return med;
  }

  int asLength() {
    return asLength;
  }

  /// `BlockFlags`, with the origin in the upper two bits.
  int flags() {
    return flags;
  }
}
