// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import static dev.brindle.bird.wire.ErrorAction.TREAT_AS_WITHDRAW;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.wire.PathAttribute.Ipv6ExtendedCommunities;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/// IPV6_EXTENDED_COMMUNITIES (code 25): a list, 20 octets each, at least one. Errors:
/// RFC 7606 §7.15.
enum Ipv6ExtendedCommunitiesCodec implements AttributeCodec<Ipv6ExtendedCommunities> {
  INSTANCE;

  @Override
  public AttributeType type() {
    return AttributeType.IPV6_EXTENDED_COMMUNITIES;
  }

  private static final int SIZE = 20;

  @Override
  public Decoded<Ipv6ExtendedCommunities> decode(ByteBuf value, PeerTerms terms) {
    if (!value.isReadable() || value.readableBytes() % SIZE != 0) {
      return Decoded.malformed(
          TREAT_AS_WITHDRAW,
          "length is %d, not a multiple of %d".formatted(value.readableBytes(), SIZE));
    }
    List<Ipv6ExtendedCommunity> values = new ArrayList<>(value.readableBytes() / SIZE);
    while (value.isReadable()) {
      int kind = value.readUnsignedShort();
      IpAddress address = IpAddress.ofIpv6(value.readLong(), value.readLong());
      values.add(new Ipv6ExtendedCommunity(kind, address, value.readUnsignedShort()));
    }
    return new Decoded.Valid<>(new Ipv6ExtendedCommunities(values));
  }

  @Override
  public void encode(Ipv6ExtendedCommunities attribute, ByteBuf out, PeerTerms terms) {
    for (Ipv6ExtendedCommunity it : attribute.values()) {
      out.writeShort(it.type()).writeLong(it.address().high()).writeLong(it.address().low());
      out.writeShort(it.local());
    }
  }
}
