// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/// Prefixes as NLRI (RFC 4271 §4.3): the length in bits, then only the octets it covers.
///
/// `10.64.0.0/10` is `0a 0a 40`. The family is not on the wire; it is the message's. Where add-path
/// was agreed on, four octets of path identifier stand before each (RFC 7911 §3).
final class PrefixCodec {

  private PrefixCodec() {}

  /// Reads until the end. Bits beyond a prefix's length are cleared: they mean nothing (§4.3).
  ///
  /// @param hasIds a path identifier stands before each
  /// @param overrun the subcode if octets are missing
  static Nlri readAll(IpFamily family, boolean hasIds, ByteBuf in, int overrun)
      throws MalformedMessage {
    if (!in.isReadable()) {
      return Nlri.NONE;
    }
    List<Cidr> prefixes = new ArrayList<>(in.readableBytes() / 4 + 1);
    List<Integer> ids = new ArrayList<>();
    while (in.isReadable()) {
      if (hasIds) {
        ids.add(id(in));
      }
      int length = in.readUnsignedByte();
      if (length > family.bits()) {
        throw new MalformedMessage(
            NotificationCode.UPDATE,
            NotificationCode.NETWORK_FIELD,
            "prefix length %d is not in 0..%d".formatted(length, family.bits()));
      }
      int octets = octets(length);
      if (in.readableBytes() < octets) {
        throw new MalformedMessage(
            NotificationCode.UPDATE,
            overrun,
            "prefix of %d octets, %d left".formatted(octets, in.readableBytes()));
      }
      prefixes.add(new Cidr(address(family, in, octets), length));
    }
    return new Nlri(prefixes, ids);
  }

  /// A prefix has at least the octet of its length.
  private static int id(ByteBuf in) throws MalformedMessage {
    if (in.readableBytes() <= Integer.BYTES) {
      throw new MalformedMessage(
          NotificationCode.UPDATE,
          NotificationCode.NETWORK_FIELD,
          "path identifier and prefix in %d octets".formatted(in.readableBytes()));
    }
    return in.readInt();
  }

  private static IpAddress address(IpFamily family, ByteBuf in, int octets) {
    return switch (family) {
      case IPV4 -> IpAddress.ofIpv4(bits(in, octets, Integer.BYTES));
      case IPV6 -> {
        long high = bits(in, Math.min(octets, Long.BYTES), Long.BYTES);
        yield IpAddress.ofIpv6(high, bits(in, Math.max(0, octets - Long.BYTES), Long.BYTES));
      }
    };
  }

  private static long bits(ByteBuf in, int octets, int size) {
    long bits = 0;
    for (int i = 0; i < octets; i++) {
      bits = (bits << Byte.SIZE) | in.readUnsignedByte();
    }
    return octets == 0 ? 0 : bits << ((size - octets) * Byte.SIZE);
  }

  /// @param withIds a path identifier stands before each
  static void writeAll(Nlri nlri, boolean withIds, ByteBuf out) {
    for (int i = 0; i < nlri.prefixes().size(); i++) {
      if (withIds) {
        out.writeInt(nlri.id(i));
      }
      write(nlri.prefixes().get(i), out);
    }
  }

  private static void write(Cidr prefix, ByteBuf out) {
    out.writeByte(prefix.length());
    int octets = octets(prefix.length());
    IpAddress address = prefix.address();
    for (int i = 0; i < octets; i++) {
      boolean isHigh = address.isIpv6() && i < Long.BYTES;
      int size = address.isIpv4() ? Integer.BYTES : Long.BYTES;
      long word = isHigh ? address.high() : address.low();
      out.writeByte((int) (word >>> ((size - 1 - i % Long.BYTES) * Byte.SIZE)));
    }
  }

  /// How much room a prefix takes.
  static int size(Cidr prefix) {
    return 1 + octets(prefix.length());
  }

  private static int octets(int bits) {
    return Math.ceilDiv(bits, Byte.SIZE);
  }
}
