// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import static dev.brindle.bird.wire.ErrorAction.TREAT_AS_WITHDRAW;

import dev.brindle.bird.wire.PathAttribute.MultiExitDisc;
import io.netty.buffer.ByteBuf;

/// MULTI_EXIT_DISC (code 4): four octets, unsigned, network order. Errors: RFC 7606 §7.4.
enum MultiExitDiscCodec implements AttributeCodec<MultiExitDisc> {
  INSTANCE;

  @Override
  public AttributeType type() {
    return AttributeType.MULTI_EXIT_DISC;
  }

  @Override
  public Decoded<MultiExitDisc> decode(ByteBuf value, PeerTerms terms) {
    if (value.readableBytes() != Integer.BYTES) {
      return Decoded.malformed(
          TREAT_AS_WITHDRAW, "length is %d, not 4".formatted(value.readableBytes()));
    }
    return new Decoded.Valid<>(new MultiExitDisc(value.readUnsignedInt()));
  }

  @Override
  public void encode(MultiExitDisc attribute, ByteBuf out, PeerTerms terms) {
    out.writeInt((int) attribute.value());
  }
}
