// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import static dev.brindle.bird.wire.ErrorAction.DISCARD_ATTRIBUTE;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.wire.PathAttribute.MpReach;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import io.netty.buffer.ByteBuf;
import java.util.Optional;

/// MP_REACH_NLRI (code 14): AFI (2), SAFI (1), next hop with its length (1), reserved (1), prefixes
/// (RFC 4760 §3; two addresses: RFC 2545 §3; IPv6 ones for IPv4 prefixes: RFC 8950 §3). Errors:
/// RFC 7606 §7.11.
enum MpReachCodec implements AttributeCodec<MpReach> {
  INSTANCE;

  @Override
  public AttributeType type() {
    return AttributeType.MP_REACH_NLRI;
  }

  private static final int FIXED = 5;
  private static final int IPV6 = 16;
  private static final int IPV6_WITH_LINK_LOCAL = 32;

  @Override
  public Decoded<MpReach> decode(ByteBuf value, PeerTerms terms) {
    if (value.readableBytes() < FIXED) {
      return reset("length is %d, less than %d".formatted(value.readableBytes(), FIXED));
    }
    AfiSafi wire = new AfiSafi(value.readUnsignedShort(), value.readUnsignedByte());
    int length = value.readUnsignedByte();
    if (value.readableBytes() < length + 1) {
      return reset("next hop of %d octets, %d left".formatted(length, value.readableBytes()));
    }
    Optional<Family> family = Family.of(wire).filter(terms.families()::contains);
    if (family.isEmpty()) {
      return Decoded.malformed(DISCARD_ATTRIBUTE, "family %s was not negotiated".formatted(wire));
    }
    Optional<NextHop> nextHop =
        nextHop(family.get(), value.readSlice(length), terms.extendedNextHop());
    if (nextHop.isEmpty()) {
      return reset("next hop of %d octets fits no %s route".formatted(length, family.get()));
    }
    value.skipBytes(1);
    try {
      return new Decoded.Valid<>(
          new MpReach(
              family.get(),
              nextHop.get(),
              PrefixCodec.readAll(
                  family.get().ip(),
                  terms.addPath().isReceived(family.get()),
                  value,
                  NotificationCode.ATTRIBUTE_LIST)));
    } catch (MalformedMessage e) {
      return Decoded.reset(e.notification().subcode(), e.reason());
    }
  }

  private static Decoded<MpReach> reset(String reason) {
    return Decoded.reset(NotificationCode.ATTRIBUTE_LIST, reason);
  }

  private static Optional<NextHop> nextHop(Family family, ByteBuf in, boolean isExtended) {
    int length = in.readableBytes();
    boolean isIpv6 = length == IPV6 || length == IPV6_WITH_LINK_LOCAL;
    boolean fits =
        switch (family) {
          case IPV4_UNICAST -> length == Integer.BYTES || (isIpv6 && isExtended);
          case IPV6_UNICAST -> isIpv6;
        };
    if (!fits) {
      return Optional.empty();
    }
    IpAddress address = length == Integer.BYTES ? IpAddress.ofIpv4(in.readUnsignedInt()) : ipv6(in);
    Optional<IpAddress> linkLocal =
        in.isReadable() ? Optional.of(ipv6(in)).filter(IpAddress::isLinkLocal) : Optional.empty();
    if (address.isUnspecified()) {
      return linkLocal.map(NextHop::of); // BIRD says so where it has no other address
    }
    return address.isMulticast() ? Optional.empty() : Optional.of(new NextHop(address, linkLocal));
  }

  private static IpAddress ipv6(ByteBuf in) {
    return IpAddress.ofIpv6(in.readLong(), in.readLong());
  }

  @Override
  public void encode(MpReach attribute, ByteBuf out, PeerTerms terms) {
    AfiSafi wire = attribute.family().wire();
    out.writeShort(wire.afi()).writeByte(wire.safi());
    byte[] address = attribute.nextHop().address().bytes();
    byte[] linkLocal =
        attribute.nextHop().linkLocal().map(IpAddress::bytes).orElseGet(() -> new byte[0]);
    out.writeByte(address.length + linkLocal.length);
    out.writeBytes(address).writeBytes(linkLocal).writeByte(0);
    PrefixCodec.writeAll(attribute.nlri(), terms.addPath().isSent(attribute.family()), out);
  }
}
