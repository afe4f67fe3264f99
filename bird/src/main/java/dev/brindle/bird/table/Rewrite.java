// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.bird.rib.Source;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Octets;
import dev.brindle.bird.wire.PeerKind;

/// A set of attributes as the peers of a group read it, from bytes to bytes: the rules of
/// `bird.rib.ExportRules` in the form of `bird.wire`. Whether the path may be told at all is not
/// asked here.
///
/// The octets depend on the block, the terms, the family, the kind of the source, and for a path
/// that is reflected on the source's identifier; on nothing else.
public final class Rewrite {

  /// There is no next hop of the family to offer: the path is not told.
  public static final int NOT_TOLD = -1;

  private static final int WELL_KNOWN = 0x40;
  private static final int OPTIONAL = 0x80;
  private static final int OPTIONAL_TRANSITIVE = 0xc0;
  private static final int PARTIAL = 0x20;

  private static final int IPV6 = 16;
  private static final int LINK_LOCAL = 0xfe80 >>> 6;
  private static final int NON_TRANSITIVE_COMMUNITY = 0x40;
  private static final int IPV6_COMMUNITY = 20;
  private static final int MAX_TWO_OCTET = 0xffff;
  private static final int AS_TRANS = 23_456;

  /// What all that is added can take, headers that grow included.
  private static final int GROWTH = 64;

  private Rewrite() {}

  /// How long a target `write` needs for a block of that length: AS numbers may be written twice.
  public static int room(int length) {
    return 2 * length + GROWTH;
  }

  /// The next hop as it goes into MP_REACH_NLRI: ours, or the one we were told if it is kept, means
  /// something elsewhere too, and is one that the peers take for the family. One of four octets
  /// goes into NEXT_HOP instead, which `write` writes.
  ///
  /// @return how many octets were written, or `NOT_TOLD`
  public static int nextHop(
      AttributeBlocks blocks,
      int block,
      ExportTerms terms,
      Source source,
      Family family,
      byte[] to) {
    return nextHop(blocks, block, terms, source, ExportWish.NONE, family, to);
  }

  /// The same, as a filter wants it.
  public static int nextHop(
      AttributeBlocks blocks,
      int block,
      ExportTerms terms,
      Source source,
      ExportWish wish,
      Family family,
      byte[] to) {
    int kept = kept(blocks, block, terms, source, wish, family);
    if (kept > 0) {
      byte[] from = blocks.array(block);
      System.arraycopy(from, AttributeWalk.value(from, blocks.begin(block)), to, 0, kept);
      return kept;
    }
    Octets own = terms.own(family);
    own.copyTo(to, 0);
    return own.size() == 0 ? NOT_TOLD : own.size();
  }

  /// How many octets the next hop has that we were told, 0 if it is not passed on.
  private static int kept(
      AttributeBlocks blocks,
      int block,
      ExportTerms terms,
      Source source,
      ExportWish wish,
      Family family) {
    boolean isKept =
        wish.keepsNextHop(terms, source)
            && (blocks.flags(block) & AttributeBlocks.HAS_NEXT_HOP) != 0;
    if (!isKept) {
      return 0;
    }
    byte[] from = blocks.array(block);
    int begin = blocks.begin(block);
    boolean isOfIpv4 = family == Family.IPV4_UNICAST;
    if (AttributeWalk.length(from, begin) == Integer.BYTES) {
      return isOfIpv4 ? Integer.BYTES : 0;
    }
    boolean isLinkLocal = Words.get16(from, AttributeWalk.value(from, begin)) >>> 6 == LINK_LOCAL;
    return isLinkLocal || (isOfIpv4 && !terms.extendedNextHop()) ? 0 : IPV6;
  }

  /// How many octets the next hop has that is told, 0 if there is none to tell.
  static int nextHopLength(
      AttributeBlocks blocks,
      int block,
      ExportTerms terms,
      Source source,
      ExportWish wish,
      Family family) {
    int kept = kept(blocks, block, terms, source, wish, family);
    return kept > 0 ? kept : terms.own(family).size();
  }

  /// All attributes for an UPDATE of IPv4 prefixes with an IPv4 next hop, or those beside
  /// MP_REACH_NLRI for any others.
  ///
  /// @param source who told the path
  /// @param to at least `room(length)` long
  /// @return how many octets were written, or `NOT_TOLD`
  public static int write(
      AttributeBlocks blocks,
      int block,
      ExportTerms terms,
      Source source,
      Family family,
      byte[] to) {
    return write(blocks, block, terms, source, ExportWish.NONE, family, to);
  }

  /// The same, as a filter wants it.
  public static int write(
      AttributeBlocks blocks,
      int block,
      ExportTerms terms,
      Source source,
      ExportWish wish,
      Family family,
      byte[] to) {
    int hop = nextHopLength(blocks, block, terms, source, wish, family);
    if (hop == 0) {
      return NOT_TOLD;
    }
    boolean isExternal = terms.kind() == PeerKind.EXTERNAL;
    boolean isAside = terms.kind() == PeerKind.CONFEDERATION;
    boolean isReflected =
        terms.kind() == PeerKind.INTERNAL && source.kind() == Source.Kind.INTERNAL;
    byte[] from = blocks.array(block);
    int begin = blocks.begin(block);
    int end = begin + blocks.length(block);
    long due =
        isExternal ? dueOutside(blocks, block, terms) : dueInside(blocks, block, isReflected);
    due |= isAside ? duePath(blocks, block) : 0;
    due |= hop == Integer.BYTES ? bit(Code.NEXT_HOP) : 0;
    boolean hasNextHop = (blocks.flags(block) & AttributeBlocks.HAS_NEXT_HOP) != 0;
    int out = 0;
    for (int at = hasNextHop ? AttributeWalk.next(from, begin) : begin; at < end; ) {
      int code = AttributeWalk.code(from, at);
      for (; due != 0 && Long.numberOfTrailingZeros(due) < code; due &= due - 1) {
        int added = Long.numberOfTrailingZeros(due);
        out = add(added, blocks, block, terms, source, wish, to, out);
      }
      out =
          isExternal
              ? outside(code, from, at, terms, source, wish, to, out)
              : isAside
                  ? aside(code, from, at, terms, to, out)
                  : inside(code, from, at, terms, isReflected, to, out);
      at = AttributeWalk.next(from, at);
    }
    for (; due != 0; due &= due - 1) {
      int added = Long.numberOfTrailingZeros(due);
      out = add(added, blocks, block, terms, source, wish, to, out);
    }
    return out;
  }

  /// What is to be added, a bit for each code.
  private static long dueOutside(AttributeBlocks blocks, int block, ExportTerms terms) {
    boolean isMarkDue = terms.mark() != 0 && (blocks.flags(block) & AttributeBlocks.HAS_OTC) == 0;
    long due = isMarkDue ? bit(Code.ONLY_TO_CUSTOMER) : 0;
    return due | duePath(blocks, block);
  }

  private static long duePath(AttributeBlocks blocks, int block) {
    return blocks.find(block, Code.AS_PATH) == AttributeBlocks.NONE ? bit(Code.AS_PATH) : 0;
  }

  private static long bit(int code) {
    return 1L << code;
  }

  /// RFC 4456 §8.
  private static long dueInside(AttributeBlocks blocks, int block, boolean isReflected) {
    int flags = blocks.flags(block);
    long due = (flags & AttributeBlocks.HAS_LOCAL_PREF) == 0 ? bit(Code.LOCAL_PREF) : 0;
    if (isReflected) {
      due |= (flags & AttributeBlocks.HAS_ORIGINATOR_ID) == 0 ? bit(Code.ORIGINATOR_ID) : 0;
      due |= (flags & AttributeBlocks.HAS_CLUSTER_LIST) == 0 ? bit(Code.CLUSTER_LIST) : 0;
    }
    return due;
  }

  private static int add(
      int code,
      AttributeBlocks blocks,
      int block,
      ExportTerms terms,
      Source source,
      ExportWish wish,
      byte[] to,
      int out) {
    return switch (code) {
      case Code.AS_PATH ->
          isHidden(terms, source)
              ? AttributeWalk.header(to, out, WELL_KNOWN, code, 0)
              : AsPathBytes.alone(terms, to, out);
      case Code.NEXT_HOP -> nextHop(blocks, block, terms, source, wish, to, out);
      case Code.LOCAL_PREF -> number(WELL_KNOWN, code, FactScan.DEFAULT_LOCAL_PREF, to, out);
      case Code.ORIGINATOR_ID -> number(OPTIONAL, code, (int) source.identifier().low(), to, out);
      case Code.CLUSTER_LIST -> number(OPTIONAL, code, terms.clusterId(), to, out);
      case Code.ONLY_TO_CUSTOMER -> number(OPTIONAL_TRANSITIVE, code, terms.mark(), to, out);
      default -> throw new IllegalStateException("attribute " + code);
    };
  }

  private static int number(int flags, int code, int value, byte[] to, int out) {
    int at = AttributeWalk.header(to, out, flags, code, Integer.BYTES);
    Words.put32(to, at, value);
    return at + Integer.BYTES;
  }

  private static int nextHop(
      AttributeBlocks blocks,
      int block,
      ExportTerms terms,
      Source source,
      ExportWish wish,
      byte[] to,
      int out) {
    if (kept(blocks, block, terms, source, wish, Family.IPV4_UNICAST) == 0) {
      int at = AttributeWalk.header(to, out, WELL_KNOWN, Code.NEXT_HOP, Integer.BYTES);
      return terms.ownIpv4().copyTo(to, at);
    }
    byte[] from = blocks.array(block);
    int hop = Words.get32(from, AttributeWalk.value(from, blocks.begin(block)));
    return number(WELL_KNOWN, Code.NEXT_HOP, hop, to, out);
  }

  private static int outside(
      int code,
      byte[] from,
      int at,
      ExportTerms terms,
      Source source,
      ExportWish wish,
      byte[] to,
      int out) {
    boolean isHidden = isHidden(terms, source);
    return switch (code) {
      case Code.AS_PATH ->
          isHidden
              ? AsPathBytes.plain(from, at, terms.fourOctetAs(), to, out)
              : AsPathBytes.prepended(from, at, terms, to, out);
      case Code.MULTI_EXIT_DISC -> // RFC 4271 §5.1.4
          source.isLocal() || wish.keepsMed() || isHidden ? same(from, at, to, out) : out;
      case Code.LOCAL_PREF, Code.ORIGINATOR_ID, Code.CLUSTER_LIST -> out;
      case Code.AGGREGATOR -> aggregator(from, at, terms, to, out);
      case Code.EXTENDED_COMMUNITIES -> transitive(code, Long.BYTES, from, at, to, out);
      case Code.IPV6_EXTENDED_COMMUNITIES -> transitive(code, IPV6_COMMUNITY, from, at, to, out);
      default -> same(from, at, to, out);
    };
  }

  /// To another member of our confederation (RFC 5065 §4).
  private static int aside(int code, byte[] from, int at, ExportTerms terms, byte[] to, int out) {
    return switch (code) {
      case Code.AS_PATH -> AsPathBytes.prependedInConfederation(from, at, terms, to, out);
      case Code.ORIGINATOR_ID, Code.CLUSTER_LIST -> out;
      case Code.AGGREGATOR -> aggregator(from, at, terms, to, out);
      default -> same(from, at, to, out);
    };
  }

  private static int inside(
      int code, byte[] from, int at, ExportTerms terms, boolean isReflected, byte[] to, int out) {
    return switch (code) {
      case Code.AS_PATH -> path(from, at, terms, to, out);
      case Code.CLUSTER_LIST ->
          isReflected ? clusters(from, at, terms, to, out) : same(from, at, to, out);
      case Code.AGGREGATOR -> aggregator(from, at, terms, to, out);
      default -> same(from, at, to, out);
    };
  }

  /// RFC 7947 §2.2.
  private static boolean isHidden(ExportTerms terms, Source source) {
    return terms.transparent() && source.kind() == Source.Kind.EXTERNAL;
  }

  /// Without us in it.
  private static int path(byte[] from, int at, ExportTerms terms, byte[] to, int out) {
    int end = same(from, at, to, out);
    return terms.fourOctetAs() ? end : AsPathBytes.narrowed(end, to, out);
  }

  private static int same(byte[] from, int at, byte[] to, int out) {
    int length = AttributeWalk.next(from, at) - at;
    System.arraycopy(from, at, to, out, length);
    return out + length;
  }

  /// With ours in front.
  private static int clusters(byte[] from, int at, ExportTerms terms, byte[] to, int out) {
    int length = AttributeWalk.length(from, at);
    int value = AttributeWalk.header(to, out, OPTIONAL, Code.CLUSTER_LIST, length + Integer.BYTES);
    Words.put32(to, value, terms.clusterId());
    System.arraycopy(from, AttributeWalk.value(from, at), to, value + Integer.BYTES, length);
    return value + Integer.BYTES + length;
  }

  /// For two octets of AS number, with the four beside them if they do not fit (RFC 6793 §4.2.2).
  private static int aggregator(byte[] from, int at, ExportTerms terms, byte[] to, int out) {
    if (terms.fourOctetAs()) {
      return same(from, at, to, out);
    }
    int value = AttributeWalk.value(from, at);
    int as = Words.get32(from, value);
    int identifier = Words.get32(from, value + Integer.BYTES);
    boolean fits = Integer.compareUnsigned(as, MAX_TWO_OCTET) <= 0;
    int narrow =
        AttributeWalk.header(
            to,
            out,
            OPTIONAL_TRANSITIVE | (from[at] & PARTIAL),
            Code.AGGREGATOR,
            Short.BYTES + Integer.BYTES);
    Words.put16(to, narrow, fits ? as : AS_TRANS);
    Words.put32(to, narrow + Short.BYTES, identifier);
    int end = narrow + Short.BYTES + Integer.BYTES;
    if (fits) {
      return end;
    }
    int wide =
        AttributeWalk.header(to, end, OPTIONAL_TRANSITIVE, Code.AS4_AGGREGATOR, 2 * Integer.BYTES);
    Words.put32(to, wide, as);
    Words.put32(to, wide + Integer.BYTES, identifier);
    return wide + 2 * Integer.BYTES;
  }

  /// Only those that may leave the AS (RFC 4360 §2, RFC 5701 §2); nothing if none may.
  ///
  /// @param size of one community
  private static int transitive(int code, int size, byte[] from, int at, byte[] to, int out) {
    int end = AttributeWalk.next(from, at);
    int length = 0;
    for (int one = AttributeWalk.value(from, at); one < end; one += size) {
      length += isTransitive(from, one) ? size : 0;
    }
    if (length == 0) {
      return out;
    }
    int flags = OPTIONAL_TRANSITIVE | (from[at] & PARTIAL);
    int value = AttributeWalk.header(to, out, flags, code, length);
    for (int one = AttributeWalk.value(from, at); one < end; one += size) {
      if (isTransitive(from, one)) {
        System.arraycopy(from, one, to, value, size);
        value += size;
      }
    }
    return value;
  }

  private static boolean isTransitive(byte[] from, int community) {
    return (from[community] & NON_TRANSITIVE_COMMUNITY) == 0;
  }
}
