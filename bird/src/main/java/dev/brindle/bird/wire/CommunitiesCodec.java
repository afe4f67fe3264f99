// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import static dev.brindle.bird.wire.ErrorAction.TREAT_AS_WITHDRAW;

import dev.brindle.bird.wire.PathAttribute.Communities;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/// COMMUNITIES (code 8): a list, 4 octets each, at least one. Errors: RFC 7606 §7.8.
enum CommunitiesCodec implements AttributeCodec<Communities> {
  INSTANCE;

  @Override
  public AttributeType type() {
    return AttributeType.COMMUNITIES;
  }

  private static final int SIZE = 4;

  @Override
  public Decoded<Communities> decode(ByteBuf value, PeerTerms terms) {
    if (!value.isReadable() || value.readableBytes() % SIZE != 0) {
      return Decoded.malformed(
          TREAT_AS_WITHDRAW,
          "length is %d, not a multiple of %d".formatted(value.readableBytes(), SIZE));
    }
    List<Community> values = new ArrayList<>(value.readableBytes() / SIZE);
    while (value.isReadable()) {
      values.add(new Community(value.readInt()));
    }
    return new Decoded.Valid<>(new Communities(values));
  }

  @Override
  public void encode(Communities attribute, ByteBuf out, PeerTerms terms) {
    for (Community it : attribute.values()) {
      out.writeInt(it.value());
    }
  }
}
