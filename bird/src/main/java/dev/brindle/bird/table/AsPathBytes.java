// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.bird.wire.PeerKind;

/// AS_PATH for the wire: with our number in front, and for a peer that knows only two octets of AS
/// number in two forms (RFC 6793 §4.2.2).
final class AsPathBytes {

  private static final int WELL_KNOWN = 0x40;
  private static final int OPTIONAL_TRANSITIVE = 0xc0;
  private static final int LONGEST_HEADER = 4;
  private static final int MAX_TWO_OCTET = 0xffff;
  private static final int AS_TRANS = 23_456;

  /// More than one number in front makes a path longer, and further than its headers reach.
  private static final int BEYOND = 16;

  private AsPathBytes() {}

  /// A path of us alone.
  static int alone(ExportTerms terms, byte[] to, int out) {
    if (terms.kind() == PeerKind.CONFEDERATION) {
      return alone(AsSegment.CONFED_SEQUENCE, terms.localAs(), terms.fourOctetAs(), to, out);
    }
    if (terms.behindAs() == 0) {
      return alone(AsSegment.SEQUENCE, terms.localAs(), terms.fourOctetAs(), to, out);
    }
    int behind = out + BEYOND;
    alone(AsSegment.SEQUENCE, terms.behindAs(), true, to, behind);
    return prepended(to, behind, terms.localAs(), terms.fourOctetAs(), to, out);
  }

  /// With us in front.
  static int prepended(byte[] from, int at, ExportTerms terms, byte[] to, int out) {
    if (terms.behindAs() == 0) {
      return prepended(from, at, terms.localAs(), terms.fourOctetAs(), to, out);
    }
    int behind = out + BEYOND;
    prepended(from, at, terms.behindAs(), true, to, behind);
    return prepended(to, behind, terms.localAs(), terms.fourOctetAs(), to, out);
  }

  /// Without us, and without confederations.
  static int plain(byte[] from, int at, boolean fourOctetAs, byte[] to, int out) {
    int value = out + LONGEST_HEADER;
    int end =
        AsSegment.copyWithoutConfederation(
            from, AttributeWalk.value(from, at), AttributeWalk.next(from, at), to, value);
    int begin = AttributeWalk.header(to, out, WELL_KNOWN, Code.AS_PATH, end - value);
    System.arraycopy(to, value, to, begin, end - value);
    int longest = begin + end - value;
    return fourOctetAs ? longest : narrowed(longest, to, out);
  }

  private static int alone(int type, int as, boolean fourOctetAs, byte[] to, int out) {
    int size = AsSegment.HEADER + Integer.BYTES;
    int at = AttributeWalk.header(to, out, WELL_KNOWN, Code.AS_PATH, size);
    int end = first(type, 1, as, to, at);
    return fourOctetAs ? end : narrowed(end, to, out);
  }

  /// For another member of our confederation (RFC 5065 §4.1).
  static int prependedInConfederation(byte[] from, int at, ExportTerms terms, byte[] to, int out) {
    int type = AsSegment.CONFED_SEQUENCE;
    return longer(type, from, at, terms.localAs(), terms.fourOctetAs(), to, out);
  }

  /// For another system: without the segments of confederations (RFC 5065 §4.1). A first segment
  /// that is full stays as it is and a new one begins.
  ///
  /// @param at the attribute in canonical form
  private static int prepended(
      byte[] from, int at, int as, boolean fourOctetAs, byte[] to, int out) {
    if (!AsSegment.hasConfederation(from, at)) {
      return longer(AsSegment.SEQUENCE, from, at, as, fourOctetAs, to, out);
    }
    // out of the way of what is written before it
    int aside = out + LONGEST_HEADER + AsSegment.HEADER + Integer.BYTES;
    int value = aside + LONGEST_HEADER;
    int end =
        AsSegment.copyWithoutConfederation(
            from, AttributeWalk.value(from, at), AttributeWalk.next(from, at), to, value);
    int begin = AttributeWalk.header(to, aside, WELL_KNOWN, Code.AS_PATH, end - value);
    System.arraycopy(to, value, to, begin, end - value);
    return longer(AsSegment.SEQUENCE, to, aside, as, fourOctetAs, to, out);
  }

  private static int longer(
      int type, byte[] from, int at, int as, boolean fourOctetAs, byte[] to, int out) {
    int value = AttributeWalk.value(from, at);
    int size = AttributeWalk.length(from, at);
    boolean joins =
        size > 0
            && AsSegment.type(from, value) == type
            && AsSegment.count(from, value) < AsSegment.MAX_COUNT;
    int skipped = joins ? AsSegment.HEADER : 0;
    int count = joins ? AsSegment.count(from, value) + 1 : 1;
    int longer = size - skipped + AsSegment.HEADER + Integer.BYTES;
    int begin = AttributeWalk.header(to, out, WELL_KNOWN, Code.AS_PATH, longer);
    int rest = first(type, count, as, to, begin);
    System.arraycopy(from, value + skipped, to, rest, size - skipped);
    int end = rest + size - skipped;
    return fourOctetAs ? end : narrowed(end, to, out);
  }

  private static int first(int type, int count, int as, byte[] to, int at) {
    to[at] = (byte) type;
    to[at + 1] = (byte) count;
    Words.put32(to, at + AsSegment.HEADER, as);
    return at + AsSegment.HEADER + Integer.BYTES;
  }

  /// In place of an AS_PATH with four octets, which reaches from `out` to `end`: one with two, and
  /// AS4_PATH behind it if something would be lost.
  static int narrowed(int end, byte[] to, int out) {
    int size = AttributeWalk.length(to, out);
    int narrow = narrow(to, end - size, end);
    // out of the way of what is written in its place
    int wide = out + LONGEST_HEADER + narrow + LONGEST_HEADER;
    System.arraycopy(to, end - size, to, wide, size);
    int at = AttributeWalk.header(to, out, WELL_KNOWN, Code.AS_PATH, narrow);
    boolean fits = true;
    for (int segment = wide; segment < wide + size; segment = AsSegment.next(to, segment)) {
      to[at] = to[segment];
      to[at + 1] = to[segment + 1];
      at += AsSegment.HEADER;
      int next = AsSegment.next(to, segment);
      for (int i = segment + AsSegment.HEADER; i < next; i += Integer.BYTES) {
        int as = Words.get32(to, i);
        boolean isNarrow = Integer.compareUnsigned(as, MAX_TWO_OCTET) <= 0;
        fits &= isNarrow || AsSegment.isConfederation(to, segment);
        Words.put16(to, at, isNarrow ? as : AS_TRANS);
        at += Short.BYTES;
      }
    }
    if (fits) {
      return at;
    }
    int kept = wideSize(to, wide, wide + size);
    int value = AttributeWalk.header(to, at, OPTIONAL_TRANSITIVE, Code.AS4_PATH, kept);
    return AsSegment.copyWithoutConfederation(to, wide, wide + size, to, value);
  }

  /// Without the segments of confederations, which AS4_PATH must not have (RFC 6793 §3).
  private static int wideSize(byte[] bytes, int from, int end) {
    int size = 0;
    for (int at = from; at < end; at = AsSegment.next(bytes, at)) {
      size += AsSegment.isConfederation(bytes, at) ? 0 : AsSegment.next(bytes, at) - at;
    }
    return size;
  }

  /// How long the path is with two octets for each number.
  private static int narrow(byte[] bytes, int from, int end) {
    int length = 0;
    for (int at = from; at < end; at = AsSegment.next(bytes, at)) {
      length += AsSegment.HEADER + AsSegment.count(bytes, at) * Short.BYTES;
    }
    return length;
  }
}
