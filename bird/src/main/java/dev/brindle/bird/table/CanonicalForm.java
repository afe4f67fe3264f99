// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.wire.AttributeRegion;
import dev.brindle.bird.wire.AttributeType;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttributes;
import java.util.Objects;
import java.util.Optional;

/// One way to write a set of attributes, so that equal sets have equal bytes: as a peer with AS
/// numbers of four octets would get them, in order of code, but the next hop first:
///
/// ```
/// | 0 | 0 | 4, 16 or 32 | next hop; 32: with a link-local one | ORIGIN | AS_PATH | MED ... |
/// ```
///
/// NEXT_HOP, MP_REACH_NLRI and MP_UNREACH_NLRI are not in it. A path of our own may have no next
/// hop.
public final class CanonicalForm {

  /// The region is for the exact codec.
  public static final int SLOW = -1;

  /// The next hop of IPv4, which the scan reserves before it sees one.
  private static final int MARGIN = 7;

  private static final int IPV4 = 4;
  private static final int IPV6 = 16;

  private CanonicalForm() {}

  /// The fast way from the wire, for an UPDATE that announces prefixes. What is accepted means the
  /// same to the exact codec; anything it would mend, drop or refuse is `SLOW`, and so are both
  /// NEXT_HOP and MP_REACH_NLRI in one UPDATE.
  ///
  /// Only the attributes are looked at. The caller has checked the prefixes, those of MP_REACH_NLRI
  /// and MP_UNREACH_NLRI as well, that the families and IPv6 next hops for IPv4 (RFC 8950) were
  /// agreed on, and that prefixes outside
  /// MP_REACH_NLRI do not come together with it.
  ///
  /// @param external the peer is in another AS
  /// @param fourOctet AS numbers have four octets; otherwise everything is `SLOW`
  /// @param to has `room(length)` from `at` on; its content there is undefined if it is `SLOW`
  /// @return how many octets were written, or `SLOW`
  public static int scan(
      byte[] wire, int from, int length, boolean external, boolean fourOctet, byte[] to, int at) {
    Objects.checkFromIndexSize(from, length, wire.length);
    Objects.checkFromIndexSize(at, room(length), to.length);
    return fourOctet ? RegionScan.scan(wire, from, length, external, to, at) : SLOW;
  }

  public static int scan(
      byte[] wire, int from, int length, boolean external, boolean fourOctet, byte[] to) {
    return scan(wire, from, length, external, fourOctet, to, 0);
  }

  /// How much room `scan` needs for a region of that length.
  public static int room(int length) {
    return length + MARGIN;
  }

  /// @throws IllegalArgumentException if an attribute is longer than the wire allows
  public static byte[] of(PathAttributes attributes) {
    byte[] rest = AttributeRegion.write(attributes.without(AttributeType.NEXT_HOP), true);
    byte[] hop = attributes.nextHop().map(CanonicalForm::octets).orElseGet(() -> new byte[0]);
    if (hop.length == 0) {
      return rest;
    }
    byte[] bytes = new byte[AttributeWalk.HEADER + hop.length + rest.length];
    int at = AttributeWalk.header(bytes, 0, 0, Code.NEXT_HOP_FIRST, hop.length);
    System.arraycopy(hop, 0, bytes, at, hop.length);
    System.arraycopy(rest, 0, bytes, at + hop.length, rest.length);
    return bytes;
  }

  /// Without a header.
  static byte[] octets(NextHop hop) {
    byte[] address = hop.address().bytes();
    if (hop.linkLocal().isEmpty()) {
      return address;
    }
    byte[] both = new byte[2 * IPV6];
    System.arraycopy(address, 0, both, 0, IPV6);
    System.arraycopy(hop.linkLocal().get().bytes(), 0, both, IPV6, IPV6);
    return both;
  }

  /// @throws IllegalArgumentException if the bytes are not canonical
  public static PathAttributes attributes(byte[] canonical, int from, int length) {
    boolean hasNextHop = length > 0 && AttributeWalk.code(canonical, from) == Code.NEXT_HOP_FIRST;
    if (!hasNextHop) {
      return AttributeRegion.read(canonical, from, length);
    }
    int rest = AttributeWalk.next(canonical, from);
    return AttributeRegion.read(canonical, rest, from + length - rest)
        .with(nextHop(canonical, from));
  }

  /// Of canonical bytes that have one.
  static NextHop nextHop(byte[] canonical, int from) {
    int at = AttributeWalk.value(canonical, from);
    return switch (AttributeWalk.length(canonical, from)) {
      case IPV4 -> NextHop.of(IpAddress.ofIpv4(Words.get32(canonical, at)));
      case IPV6 -> NextHop.of(ipv6(canonical, at));
      case 2 * IPV6 -> new NextHop(ipv6(canonical, at), Optional.of(ipv6(canonical, at + IPV6)));
      default ->
          throw new IllegalArgumentException(
              "next hop of %d octets, not 4, 16 or 32"
                  .formatted(AttributeWalk.length(canonical, from)));
    };
  }

  private static IpAddress ipv6(byte[] bytes, int at) {
    return IpAddress.ofIpv6(Words.get64(bytes, at), Words.get64(bytes, at + Long.BYTES));
  }
}
