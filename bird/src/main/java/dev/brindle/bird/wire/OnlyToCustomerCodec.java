// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import static dev.brindle.bird.wire.ErrorAction.TREAT_AS_WITHDRAW;

import dev.brindle.api.net.AsNumber;
import dev.brindle.bird.wire.PathAttribute.OnlyToCustomer;
import io.netty.buffer.ByteBuf;

/// ONLY_TO_CUSTOMER (code 35): an AS number of four octets, whatever the peer knows of those.
/// Errors: RFC 9234 §5; AS 0 is nobody's.
enum OnlyToCustomerCodec implements AttributeCodec<OnlyToCustomer> {
  INSTANCE;

  @Override
  public AttributeType type() {
    return AttributeType.ONLY_TO_CUSTOMER;
  }

  @Override
  public Decoded<OnlyToCustomer> decode(ByteBuf value, PeerTerms terms) {
    if (value.readableBytes() != Integer.BYTES) {
      return Decoded.malformed(
          TREAT_AS_WITHDRAW, "length is %d, not 4".formatted(value.readableBytes()));
    }
    AsNumber as = new AsNumber(value.readUnsignedInt());
    return as.value() == 0
        ? Decoded.malformed(TREAT_AS_WITHDRAW, "AS 0")
        : new Decoded.Valid<>(new OnlyToCustomer(as));
  }

  @Override
  public void encode(OnlyToCustomer attribute, ByteBuf out, PeerTerms terms) {
    out.writeInt((int) attribute.as().value());
  }
}
