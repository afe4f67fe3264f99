// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// What the decision asks about a set of attributes, read off its canonical bytes once. Used again
/// and again, so that nothing is allocated for a set.
final class FactScan {

  static final int DEFAULT_LOCAL_PREF = 100;
  static final int ORIGIN_SHIFT = 30;

  private static final int INCOMPLETE = 2;
  private static final int WELL_KNOWN = 0xffff;

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
      flags = AttributeBlocks.HAS_NEXT_HOP;
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
      flags |= presence(code);
    }
    flags |= origin << ORIGIN_SHIFT;
  }

  private static int presence(int code) {
    return switch (code) {
      case Code.MULTI_EXIT_DISC -> AttributeBlocks.HAS_MED;
      case Code.LOCAL_PREF -> AttributeBlocks.HAS_LOCAL_PREF;
      case Code.ORIGINATOR_ID -> AttributeBlocks.HAS_ORIGINATOR_ID;
      case Code.CLUSTER_LIST -> AttributeBlocks.HAS_CLUSTER_LIST;
      case Code.ONLY_TO_CUSTOMER -> AttributeBlocks.HAS_OTC;
      default -> 0;
    };
  }

  private void communities(byte[] bytes, int from, int end) {
    for (int at = from; at < end; at += Integer.BYTES) {
      int community = Words.get32(bytes, at);
      if (community >>> Short.SIZE == WELL_KNOWN) {
        flags |= wellKnown(community & WELL_KNOWN);
      }
    }
  }

  /// IANA "BGP Well-known Communities", 65535:n.
  private static int wellKnown(int low) {
    return switch (low) {
      case 0 -> AttributeBlocks.GRACEFUL_SHUTDOWN;
      case 1 -> AttributeBlocks.ACCEPT_OWN;
      case 6 -> AttributeBlocks.LLGR_STALE;
      case 7 -> AttributeBlocks.NO_LLGR;
      case 666 -> AttributeBlocks.BLACKHOLE;
      case 0xff01 -> AttributeBlocks.NO_EXPORT;
      case 0xff02 -> AttributeBlocks.NO_ADVERTISE;
      case 0xff03 -> AttributeBlocks.NO_EXPORT_SUBCONFED;
      case 0xff04 -> AttributeBlocks.NO_PEER;
      default -> 0;
    };
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

  /// With the origin in the upper two bits.
  int flags() {
    return flags;
  }
}
