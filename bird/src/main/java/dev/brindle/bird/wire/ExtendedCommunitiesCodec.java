// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import static dev.brindle.bird.wire.ErrorAction.TREAT_AS_WITHDRAW;

import dev.brindle.bird.wire.PathAttribute.ExtendedCommunities;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/// EXTENDED_COMMUNITIES (code 16): a list, 8 octets each, at least one. Errors: RFC 7606 §7.14.
enum ExtendedCommunitiesCodec implements AttributeCodec<ExtendedCommunities> {
  INSTANCE;

  @Override
  public AttributeType type() {
    return AttributeType.EXTENDED_COMMUNITIES;
  }

  private static final int SIZE = 8;

  @Override
  public Decoded<ExtendedCommunities> decode(ByteBuf value, PeerTerms terms) {
    if (!value.isReadable() || value.readableBytes() % SIZE != 0) {
      return Decoded.malformed(
          TREAT_AS_WITHDRAW,
          "length is %d, not a multiple of %d".formatted(value.readableBytes(), SIZE));
    }
    List<ExtendedCommunity> values = new ArrayList<>(value.readableBytes() / SIZE);
    while (value.isReadable()) {
      values.add(new ExtendedCommunity(value.readLong()));
    }
    return new Decoded.Valid<>(new ExtendedCommunities(values));
  }

  @Override
  public void encode(ExtendedCommunities attribute, ByteBuf out, PeerTerms terms) {
    for (ExtendedCommunity it : attribute.values()) {
      out.writeLong(it.value());
    }
  }
}
