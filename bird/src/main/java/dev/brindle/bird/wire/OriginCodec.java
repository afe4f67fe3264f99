// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import static dev.brindle.bird.wire.ErrorAction.TREAT_AS_WITHDRAW;

import dev.brindle.bird.wire.PathAttribute.Origin;
import io.netty.buffer.ByteBuf;

/// ORIGIN (code 1): one octet, 0 to 2. Errors: RFC 7606 §7.1.
enum OriginCodec implements AttributeCodec<Origin> {
  INSTANCE;

  @Override
  public AttributeType type() {
    return AttributeType.ORIGIN;
  }

  @Override
  public Decoded<Origin> decode(ByteBuf value, PeerTerms terms) {
    if (value.readableBytes() != 1) {
      return Decoded.malformed(
          TREAT_AS_WITHDRAW, "length is %d, not 1".formatted(value.readableBytes()));
    }
    int code = value.readUnsignedByte();
    Origin.Source[] sources = Origin.Source.values();
    return code < sources.length
        ? new Decoded.Valid<>(new Origin(sources[code]))
        : Decoded.malformed(TREAT_AS_WITHDRAW, "value %d is not in 0..2".formatted(code));
  }

  @Override
  public void encode(Origin attribute, ByteBuf out, PeerTerms terms) {
    out.writeByte(
        switch (attribute.source()) {
          case IGP -> 0;
          case EGP -> 1;
          case INCOMPLETE -> 2;
        });
  }
}
