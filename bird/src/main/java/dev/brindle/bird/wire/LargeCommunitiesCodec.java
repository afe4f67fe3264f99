// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import static dev.brindle.bird.wire.ErrorAction.TREAT_AS_WITHDRAW;

import dev.brindle.bird.wire.PathAttribute.LargeCommunities;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/// LARGE_COMMUNITIES (code 32): a list, 12 octets each, at least one; duplicates go. Errors: RFC
/// 8092 §6.
enum LargeCommunitiesCodec implements AttributeCodec<LargeCommunities> {
  INSTANCE;

  @Override
  public AttributeType type() {
    return AttributeType.LARGE_COMMUNITIES;
  }

  private static final int SIZE = 12;

  @Override
  public Decoded<LargeCommunities> decode(ByteBuf value, PeerTerms terms) {
    if (!value.isReadable() || value.readableBytes() % SIZE != 0) {
      return Decoded.malformed(
          TREAT_AS_WITHDRAW,
          "length is %d, not a multiple of %d".formatted(value.readableBytes(), SIZE));
    }
    List<LargeCommunity> values = new ArrayList<>(value.readableBytes() / SIZE);
    while (value.isReadable()) {
      values.add(new LargeCommunity(value.readInt(), value.readInt(), value.readInt()));
    }
    return new Decoded.Valid<>(new LargeCommunities(values.stream().distinct().toList()));
  }

  @Override
  public void encode(LargeCommunities attribute, ByteBuf out, PeerTerms terms) {
    for (LargeCommunity it : attribute.values()) {
      out.writeInt(it.administrator()).writeInt(it.first()).writeInt(it.second());
    }
  }
}
