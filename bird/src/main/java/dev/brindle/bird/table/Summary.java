// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// What nearly all decisions need of an attribute set, as one long:
///
/// ```
/// | 0 (10) | last resort | clusters | originator | MED | ~LOCAL_PREF (32) | AS_PATH length (16)
/// | ORIGIN (2) |
/// ```
///
/// The lower 50 bits are its rank: what the rules before MED compare, lower for better. The three
/// bits above say whether there is a MED other than 0, an ORIGINATOR_ID, a CLUSTER_LIST, the one
/// above them whether there is LLGR_STALE.
final class Summary {

  private static final int ORIGIN_BITS = 2;
  private static final int LENGTH_BITS = 16;
  private static final int RANK_BITS = Integer.SIZE + LENGTH_BITS + ORIGIN_BITS;
  private static final long RANK_MASK = (1L << RANK_BITS) - 1;
  private static final long MED = 1L << RANK_BITS;
  private static final long ORIGINATOR = MED << 1;
  private static final long CLUSTERS = MED << 2;
  private static final long LAST_RESORT = MED << 3;

  private Summary() {}

  /// @param asLength below 2^16: a message of 65535 octets holds fewer
  static long of(
      int localPref, int asLength, int origin, boolean med, boolean originator, boolean clusters) {
    return (Integer.toUnsignedLong(~localPref) << (LENGTH_BITS + ORIGIN_BITS))
        | ((long) asLength << ORIGIN_BITS)
        | origin
        | (med ? MED : 0)
        | (originator ? ORIGINATOR : 0)
        | (clusters ? CLUSTERS : 0);
  }

  static long lastResort(long summary) {
    return summary | LAST_RESORT;
  }

  static boolean isLastResort(long summary) {
    return (summary & LAST_RESORT) != 0;
  }

  static long rank(long summary) {
    return summary & RANK_MASK;
  }

  static boolean hasMed(long summary) {
    return (summary & MED) != 0;
  }

  static boolean hasOriginator(long summary) {
    return (summary & ORIGINATOR) != 0;
  }

  static boolean hasClusters(long summary) {
    return (summary & CLUSTERS) != 0;
  }
}
