// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.bird.rib.Source;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Octets;

/// The next hop that the peers of a group are told for a path: ours, or the one that we were told,
/// if it is kept, means something elsewhere too, and is one that they take for the family.
final class NextHopBytes {

  private static final int IPV6 = 16;
  private static final int LINK_LOCAL = 0xfe80 >>> 6;
  private static final int NOT_KEPT = 0;

  private final AttributeBlocks blocks;
  private final ExportTerms terms;
  private final Family family;
  private final Octets own;

  NextHopBytes(AttributeBlocks blocks, ExportTerms terms, Family family) {
    this.blocks = blocks;
    this.terms = terms;
    this.family = family;
    this.own = terms.own(family);
  }

  /// Whether any path can be told: with ours, if not with its own.
  boolean isAlwaysThere() {
    return own.size() > 0;
  }

  /// How many octets it has, 0 if there is none to tell. One of four is an attribute of IPv4
  /// routes, NEXT_HOP; all others stand in MP_REACH_NLRI.
  int length(int block, Source source, ExportWish wish) {
    int kept = kept(block, source, wish);
    return kept == NOT_KEPT ? own.size() : kept;
  }

  /// @return where what was written ends
  int write(int block, Source source, ExportWish wish, byte[] to, int out) {
    int kept = kept(block, source, wish);
    if (kept == NOT_KEPT) {
      return own.copyTo(to, out);
    }
    byte[] from = blocks.array(block);
    System.arraycopy(from, AttributeWalk.value(from, blocks.begin(block)), to, out, kept);
    return out + kept;
  }

  /// How many octets the next hop has that we were told, if it is passed on.
  private int kept(int block, Source source, ExportWish wish) {
    boolean isKept =
        wish.keepsNextHop(terms, source) && (blocks.flags(block) & BlockFlags.HAS_NEXT_HOP) != 0;
    if (!isKept) {
      return NOT_KEPT;
    }
    byte[] from = blocks.array(block);
    int begin = blocks.begin(block);
    boolean isOfIpv4 = family == Family.IPV4_UNICAST;
    if (AttributeWalk.length(from, begin) == Integer.BYTES) {
      return isOfIpv4 ? Integer.BYTES : NOT_KEPT;
    }
    boolean isLinkLocal = Words.get16(from, AttributeWalk.value(from, begin)) >>> 6 == LINK_LOCAL;
    return isLinkLocal || (isOfIpv4 && !terms.extendedNextHop()) ? NOT_KEPT : IPV6;
  }
}
