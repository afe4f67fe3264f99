// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// What the rules ask of a set of attributes so often that it is read off once, a bit each: which
/// well-known communities it bears, and which attributes are there.
public final class BlockFlags {

  // IANA "BGP Well-known Communities"
  public static final int NO_EXPORT = 1;
  public static final int NO_ADVERTISE = 1 << 1;
  public static final int NO_EXPORT_SUBCONFED = 1 << 2;
  public static final int NO_PEER = 1 << 3;
  public static final int LLGR_STALE = 1 << 4;
  public static final int NO_LLGR = 1 << 5;
  public static final int BLACKHOLE = 1 << 6;
  public static final int GRACEFUL_SHUTDOWN = 1 << 7;
  public static final int ACCEPT_OWN = 1 << 8;

  // attributes
  public static final int HAS_OTC = 1 << 9;
  public static final int HAS_LOCAL_PREF = 1 << 10;
  public static final int HAS_MED = 1 << 11;
  public static final int HAS_ORIGINATOR_ID = 1 << 12;
  public static final int HAS_CLUSTER_LIST = 1 << 13;

  /// A path of our own may have none.
  public static final int HAS_NEXT_HOP = 1 << 14;

  private static final int WELL_KNOWN = 0xffff;

  private BlockFlags() {}

  /// Of an attribute that is there; 0 for one that is not asked for.
  static int ofAttribute(int code) {
    return switch (code) {
      case Code.MULTI_EXIT_DISC -> HAS_MED;
      case Code.LOCAL_PREF -> HAS_LOCAL_PREF;
      case Code.ORIGINATOR_ID -> HAS_ORIGINATOR_ID;
      case Code.CLUSTER_LIST -> HAS_CLUSTER_LIST;
      case Code.ONLY_TO_CUSTOMER -> HAS_OTC;
      default -> 0;
    };
  }

  /// Of a community, 32 bits; 0 for one that is not asked for.
  static int ofCommunity(int community) {
    return community >>> Short.SIZE == WELL_KNOWN ? ofWellKnown(community & WELL_KNOWN) : 0;
  }

  /// 65535:n.
  private static int ofWellKnown(int low) {
    return switch (low) {
      case 0 -> GRACEFUL_SHUTDOWN;
      case 1 -> ACCEPT_OWN;
      case 6 -> LLGR_STALE;
      case 7 -> NO_LLGR;
      case 666 -> BLACKHOLE;
      case 0xff01 -> NO_EXPORT;
      case 0xff02 -> NO_ADVERTISE;
      case 0xff03 -> NO_EXPORT_SUBCONFED;
      case 0xff04 -> NO_PEER;
      default -> 0;
    };
  }
}
