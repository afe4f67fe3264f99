// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// Whether one attribute of a peer's is beyond doubt, as bytes. Stricter than the codecs of
/// `bird.wire`: what they mend, drop or object to is odd here.
final class AttributeCheck {

  /// For the exact codec.
  static final int ODD = -1;

  /// Good, and not passed on: MP_UNREACH_NLRI, and what is optional, unknown and not transitive.
  static final int DROPPED = -2;

  /// NEXT_HOP or MP_REACH_NLRI; `nextHop` says more.
  static final int NEXT_HOP = -3;

  /// Where in MP_REACH_NLRI the next hop begins.
  static final int MP_REACH_HOP = 4;

  /// What our own decoder keeps of one path.
  private static final int MAX_AS_NUMBERS = 750;

  /// More are compared by the exact codec.
  private static final int MAX_LARGE = 16;

  private static final int LARGE = 12;
  private static final int IPV6_COMMUNITY = 20;

  private static final int WELL_KNOWN = 0x40;
  private static final int OPTIONAL = 0x80;
  private static final int TRANSITIVE = 0x40;
  private static final int OPTIONAL_TRANSITIVE = 0xc0;
  private static final int PARTIAL = 0x20;

  private static final int IPV4 = 4;
  private static final int IPV6 = 16;
  private static final int AFI_IPV4 = 1;
  private static final int AFI_IPV6 = 2;
  private static final int UNICAST = 1;

  private AttributeCheck() {}

  /// @param found the flags on the wire, without the one for two octets of length
  /// @return the flags it has in canonical form, or `ODD`, `DROPPED` or `NEXT_HOP`
  static int flags(int code, int found, byte[] wire, int value, int size, boolean external) {
    return switch (code) {
      case Code.ORIGIN ->
          expect(WELL_KNOWN, found, size == 1 && wire[value] >= 0 && wire[value] <= 2);
      case Code.AS_PATH -> expect(WELL_KNOWN, found, isPath(wire, value, value + size));
      case Code.NEXT_HOP -> found == WELL_KNOWN ? NEXT_HOP : ODD;
      case Code.MP_REACH_NLRI -> found == OPTIONAL ? NEXT_HOP : ODD;
      case Code.MP_UNREACH_NLRI ->
          found == OPTIONAL && size >= MP_REACH_HOP - 1 && family(wire, value) != 0 ? DROPPED : ODD;
      case Code.MULTI_EXIT_DISC -> expect(OPTIONAL, found, size == Integer.BYTES);
      case Code.LOCAL_PREF -> expect(WELL_KNOWN, found, !external && size == Integer.BYTES);
      case Code.ATOMIC_AGGREGATE -> expect(WELL_KNOWN, found, size == 0);
      case Code.AGGREGATOR ->
          passedOn(found, size == 2 * Integer.BYTES && Words.get32(wire, value) != 0);
      case Code.COMMUNITIES -> passedOn(found, isList(size, Integer.BYTES));
      case Code.ORIGINATOR_ID -> expect(OPTIONAL, found, !external && size == Integer.BYTES);
      case Code.CLUSTER_LIST -> expect(OPTIONAL, found, !external && isList(size, Integer.BYTES));
      case Code.EXTENDED_COMMUNITIES -> passedOn(found, isList(size, Long.BYTES));
      case Code.LARGE_COMMUNITIES ->
          passedOn(found, isList(size, LARGE) && areDistinct(wire, value, size));
      case Code.ONLY_TO_CUSTOMER ->
          passedOn(found, size == Integer.BYTES && Words.get32(wire, value) != 0);
      case Code.IPV6_EXTENDED_COMMUNITIES -> passedOn(found, isList(size, IPV6_COMMUNITY));
      case Code.NEXT_HOP_FIRST,
          Code.AS4_PATH,
          Code.AS4_AGGREGATOR,
          Code.PMSI_TUNNEL,
          Code.TUNNEL_ENCAPSULATION,
          Code.NEXT_HOP_CHARACTERISTICS,
          Code.PREFIX_SID ->
          ODD;
      case Code.AIGP, Code.BGP_LS, Code.BGPSEC_PATH ->
          unknown(found) == DROPPED ? DROPPED : ODD; // never passed on, whatever the flags say
      default -> unknown(found);
    };
  }

  private static int expect(int wanted, int found, boolean isGood) {
    return found == wanted && isGood ? wanted : ODD;
  }

  /// Partial, which says that somebody on the way did not know the attribute, stays (RFC 4271 §5).
  private static int passedOn(int found, boolean isGood) {
    return (found & ~PARTIAL) == OPTIONAL_TRANSITIVE && isGood ? found : ODD;
  }

  private static int unknown(int found) {
    if ((found & OPTIONAL) == 0 || (found & 0xf) != 0) {
      return ODD;
    }
    return (found & TRANSITIVE) == 0 ? DROPPED : OPTIONAL_TRANSITIVE | PARTIAL;
  }

  private static boolean isList(int size, int each) {
    return size > 0 && size % each == 0;
  }

  /// Sequences of numbers other than 0, nothing else.
  private static boolean isPath(byte[] wire, int from, int end) {
    int numbers = 0;
    int at = from;
    while (at < end) {
      if (end - at < AsSegment.HEADER || AsSegment.type(wire, at) != AsSegment.SEQUENCE) {
        return false;
      }
      int count = AsSegment.count(wire, at);
      int next = AsSegment.next(wire, at);
      numbers += count;
      if (count == 0 || next > end || numbers > MAX_AS_NUMBERS) {
        return false;
      }
      for (int number = at + AsSegment.HEADER; number < next; number += Integer.BYTES) {
        if (Words.get32(wire, number) == 0) {
          return false;
        }
      }
      at = next;
    }
    return true;
  }

  private static boolean areDistinct(byte[] wire, int from, int size) {
    if (size > MAX_LARGE * LARGE) {
      return false;
    }
    for (int one = from + LARGE; one < from + size; one += LARGE) {
      long head = Words.get64(wire, one);
      int tail = Words.get32(wire, one + Long.BYTES);
      for (int other = from; other < one; other += LARGE) {
        if (Words.get64(wire, other) == head && Words.get32(wire, other + Long.BYTES) == tail) {
          return false;
        }
      }
    }
    return true;
  }

  /// IPv6 for IPv4 prefixes counts as good: the caller knows whether that was agreed on (RFC 8950).
  ///
  /// @return how many octets the next hop has, or 0 if there is any doubt
  static int nextHop(int code, byte[] wire, int value, int size) {
    if (code == Code.NEXT_HOP) {
      return size == IPV4 && isHost(Words.get32(wire, value)) ? IPV4 : 0;
    }
    if (size <= MP_REACH_HOP) {
      return 0;
    }
    int hop = wire[value + MP_REACH_HOP - 1] & 0xff;
    int address = value + MP_REACH_HOP;
    if (size <= MP_REACH_HOP + hop) {
      return 0; // one more is reserved
    }
    boolean isGood =
        switch (family(wire, value)) {
          case AFI_IPV4 ->
              hop == IPV4 ? isHost(Words.get32(wire, address)) : isIpv6Hop(wire, address, hop);
          case AFI_IPV6 -> isIpv6Hop(wire, address, hop);
          default -> false;
        };
    return isGood ? hop : 0;
  }

  /// The AFI if we know the family, else 0.
  private static int family(byte[] wire, int value) {
    int afi = Words.get16(wire, value);
    return wire[value + 2] == UNICAST && (afi == AFI_IPV4 || afi == AFI_IPV6) ? afi : 0;
  }

  /// Neither in 0.0.0.0/8 nor multicast nor class E (RFC 4271 §6.3).
  private static boolean isHost(int address) {
    int network = address >>> 24;
    return network != 0 && network < 0xe0;
  }

  private static boolean isIpv6Host(byte[] wire, int address, int hop) {
    return hop >= IPV6
        && wire[address] != (byte) 0xff
        && (Words.get64(wire, address) | Words.get64(wire, address + Long.BYTES)) != 0;
  }

  private static boolean isIpv6Hop(byte[] wire, int address, int hop) {
    return isIpv6Host(wire, address, hop) && (hop == IPV6 || isPair(wire, address, hop));
  }

  /// The second is link-local, as RFC 2545 §3 wants.
  private static boolean isPair(byte[] wire, int address, int hop) {
    return hop == 2 * IPV6 && Words.get16(wire, address + IPV6) >>> 6 == 0xfe80 >>> 6;
  }
}
