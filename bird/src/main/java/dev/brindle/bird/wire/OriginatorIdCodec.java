// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import static dev.brindle.bird.wire.ErrorAction.TREAT_AS_WITHDRAW;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.wire.PathAttribute.OriginatorId;
import io.netty.buffer.ByteBuf;

/// ORIGINATOR_ID (code 9): an identifier. Errors: RFC 7606 §7.9.
enum OriginatorIdCodec implements AttributeCodec<OriginatorId> {
  INSTANCE;

  @Override
  public AttributeType type() {
    return AttributeType.ORIGINATOR_ID;
  }

  @Override
  public boolean isIgnoredFrom(PeerTerms terms) {
    return !terms.isInternal(); // it is about one AS, and a member of a confederation is another
  }

  @Override
  public Decoded<OriginatorId> decode(ByteBuf value, PeerTerms terms) {
    if (value.readableBytes() != Integer.BYTES) {
      return Decoded.malformed(
          TREAT_AS_WITHDRAW, "length is %d, not 4".formatted(value.readableBytes()));
    }
    return new Decoded.Valid<>(new OriginatorId(IpAddress.ofIpv4(value.readUnsignedInt())));
  }

  @Override
  public void encode(OriginatorId attribute, ByteBuf out, PeerTerms terms) {
    out.writeInt((int) attribute.identifier().low());
  }
}
