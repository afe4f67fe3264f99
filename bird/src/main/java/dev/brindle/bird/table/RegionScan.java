// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// From the attributes of an UPDATE to their canonical form in one pass, for those nobody could
/// object to. Attributes mostly come in order of code; one that does not is put where it belongs.
/// What RFC 7606 has an opinion on is left to the exact codec.
final class RegionScan {

  /// More attributes than anybody sends; bounds the search for the place of each.
  private static final int MAX_ATTRIBUTES = 32;

  private static final int SLOW = CanonicalForm.SLOW;
  private static final int IPV4_HEAD = AttributeWalk.HEADER + Integer.BYTES;
  private static final int MANDATORY = (1 << Code.ORIGIN) | (1 << Code.AS_PATH);

  private RegionScan() {}

  static int scan(byte[] wire, int from, int length, boolean external, byte[] to, int start) {
    int end = from + length;
    int begin = start + IPV4_HEAD; // of what follows the next hop
    int out = begin;
    int last = 0;
    int seen = 0;
    int count = 0;
    boolean hasNextHop = false;
    boolean hasDropped = false;
    for (int at = from; at < end; ) {
      if (!isWhole(wire, at, end) || ++count > MAX_ATTRIBUTES) {
        return SLOW;
      }
      int code = AttributeWalk.code(wire, at);
      int value = AttributeWalk.value(wire, at);
      int size = AttributeWalk.length(wire, at);
      int flags = wire[at] & 0xff & ~AttributeWalk.EXTENDED;
      int kept = AttributeCheck.flags(code, flags, wire, value, size, external);
      switch (kept) {
        case AttributeCheck.NEXT_HOP -> {
          int hop = AttributeCheck.nextHop(code, wire, value, size);
          if (hasNextHop || hop == 0) {
            return SLOW;
          }
          hasNextHop = true;
          int moved = start + AttributeWalk.HEADER + hop;
          if (moved != begin) {
            System.arraycopy(to, begin, to, moved, out - begin);
            out += moved - begin;
            begin = moved;
          }
          int address = AttributeWalk.header(to, start, 0, Code.NEXT_HOP_FIRST, hop);
          int source = code == Code.NEXT_HOP ? value : value + AttributeCheck.MP_REACH_HOP;
          System.arraycopy(wire, source, to, address, hop);
        }
        case AttributeCheck.DROPPED -> {
          if (AttributeWalk.find(wire, from, at, code) != AttributeWalk.NONE) {
            return SLOW;
          }
          hasDropped = true;
        }
        case AttributeCheck.ODD -> {
          return SLOW;
        }
        default -> {
          if (hasDropped && AttributeWalk.find(wire, from, at, code) != AttributeWalk.NONE) {
            return SLOW;
          }
          int place = code > last ? out : place(to, begin, out, code, size);
          if (place == SLOW) {
            return SLOW;
          }
          last = Math.max(last, code);
          System.arraycopy(
              wire, value, to, AttributeWalk.header(to, place, kept, code, size), size);
          out += size + (size > 0xff ? AttributeWalk.HEADER + 1 : AttributeWalk.HEADER);
          seen |= code < Integer.SIZE ? 1 << code : 0;
        }
      }
      at = value + size;
    }
    int needed = external ? MANDATORY : MANDATORY | (1 << Code.LOCAL_PREF);
    return hasNextHop && (seen & needed) == needed ? out - start : SLOW;
  }

  /// Whether header and value are inside the region.
  private static boolean isWhole(byte[] wire, int at, int end) {
    int left = end - at - AttributeWalk.HEADER;
    return left >= (wire[at] & AttributeWalk.EXTENDED) >>> 4
        && AttributeWalk.length(wire, at) <= end - AttributeWalk.value(wire, at);
  }

  /// Makes room among those already there.
  ///
  /// @return where the attribute goes, or `SLOW` if it is there
  private static int place(byte[] to, int begin, int out, int code, int size) {
    int at = begin;
    while (at < out && AttributeWalk.code(to, at) < code) {
      at = AttributeWalk.next(to, at);
    }
    if (at < out && AttributeWalk.code(to, at) == code) {
      return SLOW;
    }
    int room = size + (size > 0xff ? AttributeWalk.HEADER + 1 : AttributeWalk.HEADER);
    System.arraycopy(to, at, to, at + room, out - at);
    return at;
  }
}
