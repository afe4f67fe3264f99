// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.bird.rib.Source;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.PeerKind;

/// Sets of attributes as the peers of a group read them, from bytes to bytes: the rules of
/// `bird.rib.ExportRules` in the form of `bird.wire`. Whether a path may be told at all is not
/// asked here, but for its next hop.
///
/// The octets depend on the block, the terms, the family, the kind of the source, what a filter
/// wants, and for a path that is reflected on the source's identifier; on nothing else.
///
/// ```
/// canonical:  next hop | ORIGIN | AS_PATH | MED | LOCAL_PREF | ... in order of their codes
///             what is due comes in between: NEXT_HOP, LOCAL_PREF, ORIGINATOR_ID, ...
/// ```
public final class Rewrite {

  /// There is no next hop of the family to offer: the path is not told.
  public static final int NOT_TOLD = -1;

  private static final int WELL_KNOWN = 0x40;
  private static final int OPTIONAL = 0x80;
  private static final int OPTIONAL_TRANSITIVE = 0xc0;

  /// What all that is added can take, headers that grow included.
  private static final int GROWTH = 64;

  private final AttributeBlocks blocks;
  private final ExportTerms terms;
  private final NextHopBytes nextHops;

  public Rewrite(AttributeBlocks blocks, ExportTerms terms, Family family) {
    this.blocks = blocks;
    this.terms = terms;
    this.nextHops = new NextHopBytes(blocks, terms, family);
  }

  /// How long a target `write` needs for a block of that length: AS numbers may be written twice.
  public static int room(int length) {
    return 2 * length + GROWTH;
  }

  /// The next hop as it goes into MP_REACH_NLRI. One of four octets goes into NEXT_HOP instead,
  /// which `write` writes.
  ///
  /// @param source who told the path
  /// @param wish what a filter wants
  /// @return how many octets were written, or `NOT_TOLD`
  public int nextHop(int block, Source source, ExportWish wish, byte[] to) {
    int length = nextHops.write(block, source, wish, to, 0);
    return length == 0 ? NOT_TOLD : length;
  }

  /// Whether there is one to tell: the path's own where it is kept, else ours.
  boolean hasNextHop(int block, Source source, ExportWish wish) {
    return nextHops.isAlwaysThere() || nextHops.length(block, source, wish) > 0;
  }

  /// All attributes for an UPDATE of IPv4 prefixes with an IPv4 next hop, or those beside
  /// MP_REACH_NLRI for any others.
  ///
  /// @param source who told the path
  /// @param wish what a filter wants
  /// @param to at least `room(length)` long
  /// @return how many octets were written, or `NOT_TOLD`
  public int write(int block, Source source, ExportWish wish, byte[] to) {
    int hop = nextHops.length(block, source, wish);
    if (hop == 0) {
      return NOT_TOLD;
    }
    boolean isReflected =
        terms.kind() == PeerKind.INTERNAL && source.kind() == Source.Kind.INTERNAL;
    byte[] from = blocks.array(block);
    int begin = blocks.begin(block);
    int end = begin + blocks.length(block);
    long due = due(block, isReflected) | (hop == Integer.BYTES ? bit(Code.NEXT_HOP) : 0);
    boolean hasNextHop = (blocks.flags(block) & BlockFlags.HAS_NEXT_HOP) != 0;
    int out = 0;
    for (int at = hasNextHop ? AttributeWalk.next(from, begin) : begin; at < end; ) {
      int code = AttributeWalk.code(from, at);
      for (; due != 0 && Long.numberOfTrailingZeros(due) < code; due &= due - 1) {
        out = add(Long.numberOfTrailingZeros(due), block, source, wish, to, out);
      }
      out =
          switch (terms.kind()) {
            case EXTERNAL -> outside(code, from, at, source, wish, to, out);
            case CONFEDERATION -> aside(code, from, at, to, out);
            case INTERNAL -> inside(code, from, at, isReflected, to, out);
          };
      at = AttributeWalk.next(from, at);
    }
    for (; due != 0; due &= due - 1) {
      out = add(Long.numberOfTrailingZeros(due), block, source, wish, to, out);
    }
    return out;
  }

  // ---- what is added

  /// A bit for the code of each attribute that the block does not have and the peers are to read.
  private long due(int block, boolean isReflected) {
    int flags = blocks.flags(block);
    return switch (terms.kind()) {
      case EXTERNAL -> duePath(block) | dueMark(flags);
      case CONFEDERATION -> duePath(block) | dueInside(flags, false);
      case INTERNAL -> dueInside(flags, isReflected);
    };
  }

  private long duePath(int block) {
    return blocks.find(block, Code.AS_PATH) == AttributeBlocks.NONE ? bit(Code.AS_PATH) : 0;
  }

  /// RFC 9234 §5.
  private long dueMark(int flags) {
    boolean isMarkDue = terms.mark() != 0 && (flags & BlockFlags.HAS_OTC) == 0;
    return isMarkDue ? bit(Code.ONLY_TO_CUSTOMER) : 0;
  }

  /// RFC 4456 §8.
  private static long dueInside(int flags, boolean isReflected) {
    long due = (flags & BlockFlags.HAS_LOCAL_PREF) == 0 ? bit(Code.LOCAL_PREF) : 0;
    if (isReflected) {
      due |= (flags & BlockFlags.HAS_ORIGINATOR_ID) == 0 ? bit(Code.ORIGINATOR_ID) : 0;
      due |= (flags & BlockFlags.HAS_CLUSTER_LIST) == 0 ? bit(Code.CLUSTER_LIST) : 0;
    }
    return due;
  }

  private static long bit(int code) {
    return 1L << code;
  }

  private int add(int code, int block, Source source, ExportWish wish, byte[] to, int out) {
    return switch (code) {
      case Code.AS_PATH ->
          isHidden(source)
              ? AttributeWalk.header(to, out, WELL_KNOWN, code, 0)
              : AsPathBytes.alone(terms, to, out);
      case Code.NEXT_HOP -> {
        int value = AttributeWalk.header(to, out, WELL_KNOWN, code, Integer.BYTES);
        yield nextHops.write(block, source, wish, to, value);
      }
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

  // ---- what is there

  private int outside(
      int code, byte[] from, int at, Source source, ExportWish wish, byte[] to, int out) {
    boolean isHidden = isHidden(source);
    return switch (code) {
      case Code.AS_PATH ->
          isHidden
              ? AsPathBytes.plain(from, at, terms.fourOctetAs(), to, out)
              : AsPathBytes.prepended(from, at, terms, to, out);
      case Code.MULTI_EXIT_DISC -> // RFC 4271 §5.1.4
          source.isLocal() || wish.keepsMed() || isHidden ? same(from, at, to, out) : out;
      case Code.LOCAL_PREF, Code.ORIGINATOR_ID, Code.CLUSTER_LIST -> out;
      case Code.AGGREGATOR -> aggregator(from, at, to, out);
      case Code.EXTENDED_COMMUNITIES ->
          TransitiveCommunities.write(from, at, TransitiveCommunities.SIZE, to, out);
      case Code.IPV6_EXTENDED_COMMUNITIES ->
          TransitiveCommunities.write(from, at, TransitiveCommunities.IPV6_SIZE, to, out);
      default -> same(from, at, to, out);
    };
  }

  /// To another member of our confederation (RFC 5065 §4).
  private int aside(int code, byte[] from, int at, byte[] to, int out) {
    return switch (code) {
      case Code.AS_PATH -> AsPathBytes.prependedInConfederation(from, at, terms, to, out);
      case Code.ORIGINATOR_ID, Code.CLUSTER_LIST -> out;
      case Code.AGGREGATOR -> aggregator(from, at, to, out);
      default -> same(from, at, to, out);
    };
  }

  private int inside(int code, byte[] from, int at, boolean isReflected, byte[] to, int out) {
    return switch (code) {
      case Code.AS_PATH -> path(from, at, to, out);
      case Code.CLUSTER_LIST -> isReflected ? clusters(from, at, to, out) : same(from, at, to, out);
      case Code.AGGREGATOR -> aggregator(from, at, to, out);
      default -> same(from, at, to, out);
    };
  }

  /// RFC 7947 §2.2.
  private boolean isHidden(Source source) {
    return terms.transparent() && source.kind() == Source.Kind.EXTERNAL;
  }

  /// Without us in it.
  private int path(byte[] from, int at, byte[] to, int out) {
    int end = same(from, at, to, out);
    return terms.fourOctetAs() ? end : AsPathBytes.narrowed(end, to, out);
  }

  private int aggregator(byte[] from, int at, byte[] to, int out) {
    return terms.fourOctetAs()
        ? same(from, at, to, out)
        : AggregatorBytes.narrowed(from, at, to, out);
  }

  /// With ours in front.
  private int clusters(byte[] from, int at, byte[] to, int out) {
    int length = AttributeWalk.length(from, at);
    int value = AttributeWalk.header(to, out, OPTIONAL, Code.CLUSTER_LIST, length + Integer.BYTES);
    Words.put32(to, value, terms.clusterId());
    System.arraycopy(from, AttributeWalk.value(from, at), to, value + Integer.BYTES, length);
    return value + Integer.BYTES + length;
  }

  private static int same(byte[] from, int at, byte[] to, int out) {
    int length = AttributeWalk.next(from, at) - at;
    System.arraycopy(from, at, to, out, length);
    return out + length;
  }
}
