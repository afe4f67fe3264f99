// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.bird.wire.Family;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// Puts prefixes and ready attributes into UPDATE messages (RFC 4271 §4.3, RFC 4760), as few as
/// will hold them.
///
/// ```
/// IPv4: | marker | length | 2 | withdrawn | attributes | prefixes |
/// else: | marker | length | 2 | 0 0       | MP_REACH or MP_UNREACH with prefixes, attributes |
/// ```
///
/// IPv4 prefixes with an IPv6 next hop (RFC 8950) are announced as others, and taken back as IPv4.
final class UpdateFramer {

  /// The longest prefix on the wire, without a path identifier.
  private static final int LONGEST_PREFIX = 17;

  private static final int HEADER = 19;
  private static final int UPDATE = 2;
  private static final int OPTIONAL_EXTENDED = 0x90;
  private static final int MP_REACH = 14;
  private static final int MP_UNREACH = 15;

  private final PrefixIndex prefixes;
  private final Family family;
  private final int longest;
  private final @Nullable ToldPaths paths;
  private final int longestPrefix;

  /// @param longest a message may be, in octets
  /// @param paths what is told is paths, with their identifiers; null: prefixes
  UpdateFramer(PrefixIndex prefixes, Family family, int longest, @Nullable ToldPaths paths) {
    this.prefixes = prefixes;
    this.family = family;
    this.longest = longest;
    this.paths = paths;
    this.longestPrefix = LONGEST_PREFIX + (paths == null ? 0 : Integer.BYTES);
  }

  /// Whether a prefix fits a message beside these.
  boolean hasRoom(int attributes, int nextHop) {
    int fixed = HEADER + 4 + attributes;
    int reach = isPlain(nextHop) ? 0 : 9 + nextHop;
    return fixed + reach + longestPrefix <= longest;
  }

  /// Writes one message with as many prefixes as go in.
  ///
  /// @param entry of the bucket to begin with
  /// @return the entry to go on with; `END` if all are in
  int announce(
      WordBuckets buckets,
      int entry,
      byte[] attributes,
      int length,
      byte[] nextHop,
      int nextHopLength,
      ByteBuf out) {
    return isPlain(nextHopLength)
        ? announceIpv4(buckets, entry, attributes, length, out)
        : announceMulti(buckets, entry, attributes, length, nextHop, nextHopLength, out);
  }

  /// Whether prefixes and next hop have places of their own (RFC 4271), outside MP_REACH_NLRI.
  private boolean isPlain(int nextHop) {
    return family == Family.IPV4_UNICAST && nextHop == Integer.BYTES;
  }

  private int announceIpv4(
      WordBuckets buckets, int entry, byte[] attributes, int length, ByteBuf out) {
    int start = header(out);
    out.writeShort(0).writeShort(length).writeBytes(attributes, 0, length);
    int next = fill(buckets, entry, start, out);
    end(start, out);
    return next;
  }

  private int announceMulti(
      WordBuckets buckets,
      int entry,
      byte[] attributes,
      int length,
      byte[] nextHop,
      int nextHopLength,
      ByteBuf out) {
    int start = header(out);
    out.writeShort(0).writeShort(0);
    int region = out.writerIndex();
    out.writeByte(OPTIONAL_EXTENDED).writeByte(MP_REACH).writeShort(0);
    int value = out.writerIndex();
    out.writeShort(family.wire().afi()).writeByte(family.wire().safi());
    out.writeByte(nextHopLength).writeBytes(nextHop, 0, nextHopLength).writeByte(0);
    int next = fill(buckets, entry, start - length, out);
    out.setShort(value - 2, out.writerIndex() - value);
    out.writeBytes(attributes, 0, length);
    out.setShort(region - 2, out.writerIndex() - region);
    end(start, out);
    return next;
  }

  /// @param start where the message begins; earlier if room is to be kept behind the prefixes
  private int fill(WordBuckets buckets, int entry, int start, ByteBuf out) {
    int next = entry;
    while (next != WordBuckets.END && out.writerIndex() - start + longestPrefix <= longest) {
      nlri(buckets.prefix(next), out);
      next = buckets.next(next);
    }
    return next;
  }

  /// Writes one message that takes back as many prefixes as go in.
  ///
  /// @param from of the ids to begin with
  /// @return the index to go on with
  int withdraw(int[] ids, int from, int to, ByteBuf out) {
    int start = header(out);
    boolean isIpv4 = family == Family.IPV4_UNICAST;
    int region = out.writerIndex() + (isIpv4 ? 2 : 4);
    out.writeInt(0);
    if (isIpv4) {
      out.writerIndex(region);
    } else {
      out.writeByte(OPTIONAL_EXTENDED).writeByte(MP_UNREACH).writeShort(0);
      out.writeShort(family.wire().afi()).writeByte(family.wire().safi());
    }
    int next = from;
    while (next < to && out.writerIndex() - start + longestPrefix + 2 <= longest) {
      nlri(ids[next++], out);
    }
    out.setShort(region - 2, out.writerIndex() - region);
    if (isIpv4) {
      out.writeShort(0);
    } else {
      out.setShort(region + 2, out.writerIndex() - region - 4);
    }
    end(start, out);
    return next;
  }

  private static int header(ByteBuf out) {
    int start = out.writerIndex();
    out.writeLong(-1).writeLong(-1).writeShort(0).writeByte(UPDATE);
    return start;
  }

  private static void end(int start, ByteBuf out) {
    out.setShort(start + 16, out.writerIndex() - start);
  }

  private void nlri(int item, ByteBuf out) {
    if (paths == null) {
      prefix(item, out);
    } else {
      out.writeInt(paths.pathId(item));
      prefix(paths.prefix(item), out);
    }
  }

  private void prefix(int id, ByteBuf out) {
    int length = prefixes.length(id);
    int octets = (length + 7) >>> 3;
    out.writeByte(length);
    long high = prefixes.high(id);
    if (family == Family.IPV4_UNICAST) {
      for (int i = 0; i < octets; i++) {
        out.writeByte((int) (high >>> (24 - 8 * i)));
      }
      return;
    }
    for (int i = 0; i < octets && i < Long.BYTES; i++) {
      out.writeByte((int) (high >>> (56 - 8 * i)));
    }
    long low = prefixes.low(id);
    for (int i = Long.BYTES; i < octets; i++) {
      out.writeByte((int) (low >>> (120 - 8 * i)));
    }
  }
}
