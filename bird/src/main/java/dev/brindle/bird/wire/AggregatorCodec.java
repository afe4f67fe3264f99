// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import static dev.brindle.bird.wire.ErrorAction.DISCARD_ATTRIBUTE;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.wire.PathAttribute.Aggregator;
import io.netty.buffer.ByteBuf;

/// AGGREGATOR (code 7): AS number of two or four octets as agreed, then an identifier. Errors:
/// RFC 7606 §7.7, AS 0: RFC 7607.
enum AggregatorCodec implements AttributeCodec<Aggregator> {
  INSTANCE;

  @Override
  public AttributeType type() {
    return AttributeType.AGGREGATOR;
  }

  private static final int MAX_TWO_OCTET = 0xffff;

  @Override
  public Decoded<Aggregator> decode(ByteBuf value, PeerTerms terms) {
    int width = terms.fourOctetAs() ? Integer.BYTES : Short.BYTES;
    if (value.readableBytes() != width + Integer.BYTES) {
      return Decoded.malformed(
          DISCARD_ATTRIBUTE,
          "length is %d, not %d".formatted(value.readableBytes(), width + Integer.BYTES));
    }
    long as = terms.fourOctetAs() ? value.readUnsignedInt() : value.readUnsignedShort();
    return as == 0
        ? Decoded.malformed(DISCARD_ATTRIBUTE, "AS 0")
        : new Decoded.Valid<>(
            new Aggregator(new AsNumber(as), IpAddress.ofIpv4(value.readUnsignedInt())));
  }

  @Override
  public void encode(Aggregator attribute, ByteBuf out, PeerTerms terms) {
    long as = attribute.as().value();
    if (terms.fourOctetAs()) {
      out.writeInt((int) as);
    } else {
      out.writeShort((int) (as > MAX_TWO_OCTET ? AsNumber.AS_TRANS.value() : as));
    }
    out.writeInt((int) attribute.identifier().low());
  }
}
