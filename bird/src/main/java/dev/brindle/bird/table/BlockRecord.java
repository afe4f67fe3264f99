// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import java.util.Arrays;

/// A set of attributes as it stands in a page of `BlockArena`: what is asked of it most in front,
/// behind that its canonical bytes. Each field is a word of 32 bits.
///
/// ```
/// | references | number | LOCAL_PREF | MED | sizes | flags | bytes ... |
///                                          │       └ ORIGIN (2) | BlockFlags (30)
///                                          └ length (18) | AS_PATH length (14)
/// ```
final class BlockRecord {

  /// Octets before the bytes.
  static final int HEADER = 24;

  /// Longest bytes.
  static final int MAX_LENGTH = (1 << 18) - 1;

  private static final int REFERENCES = 0;
  private static final int NUMBER = 4;
  private static final int LOCAL_PREF = 8;
  private static final int MED = 12;
  private static final int SIZES = 16;
  private static final int FLAGS = 20;

  private static final int AS_LENGTH_BITS = 14;
  private static final int AS_LENGTH_MASK = (1 << AS_LENGTH_BITS) - 1;
  private static final int FLAGS_MASK = (1 << FactScan.ORIGIN_SHIFT) - 1;

  private BlockRecord() {}

  /// Writes one with one reference.
  static void write(
      byte[] page, int at, int number, FactScan facts, byte[] source, int from, int length) {
    Words.put32(page, at + REFERENCES, 1);
    Words.put32(page, at + NUMBER, number);
    Words.put32(page, at + LOCAL_PREF, facts.localPref());
    Words.put32(page, at + MED, facts.med());
    Words.put32(page, at + SIZES, (length << AS_LENGTH_BITS) | facts.asLength());
    Words.put32(page, at + FLAGS, facts.flags());
    System.arraycopy(source, from, page, at + HEADER, length);
  }

  static boolean holds(byte[] page, int at, byte[] source, int from, int length) {
    int begin = at + HEADER;
    return length(page, at) == length
        && Arrays.equals(page, begin, begin + length, source, from, from + length);
  }

  static void retain(byte[] page, int at) {
    Words.put32(page, at + REFERENCES, Words.get32(page, at + REFERENCES) + 1);
  }

  /// @return how many references are left
  static int release(byte[] page, int at) {
    int left = Words.get32(page, at + REFERENCES) - 1;
    Words.put32(page, at + REFERENCES, left);
    return left;
  }

  static int number(byte[] page, int at) {
    return Words.get32(page, at + NUMBER);
  }

  /// Of the bytes.
  static int length(byte[] page, int at) {
    return Words.get32(page, at + SIZES) >>> AS_LENGTH_BITS;
  }

  static int localPref(byte[] page, int at) {
    return Words.get32(page, at + LOCAL_PREF);
  }

  static int med(byte[] page, int at) {
    return Words.get32(page, at + MED);
  }

  static int asLength(byte[] page, int at) {
    return Words.get32(page, at + SIZES) & AS_LENGTH_MASK;
  }

  static int origin(byte[] page, int at) {
    return Words.get32(page, at + FLAGS) >>> FactScan.ORIGIN_SHIFT;
  }

  static int flags(byte[] page, int at) {
    return Words.get32(page, at + FLAGS) & FLAGS_MASK;
  }

  /// What nearly all decisions need.
  static long summary(byte[] page, int at) {
    int flags = flags(page, at);
    long summary =
        Summary.of(
            localPref(page, at),
            asLength(page, at),
            origin(page, at),
            med(page, at) != 0,
            (flags & BlockFlags.HAS_ORIGINATOR_ID) != 0,
            (flags & BlockFlags.HAS_CLUSTER_LIST) != 0);
    return (flags & BlockFlags.LLGR_STALE) != 0 ? Summary.lastResort(summary) : summary;
  }
}
