// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import static dev.brindle.bird.wire.ErrorAction.DISCARD_ATTRIBUTE;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.wire.PathAttribute.As4Aggregator;
import io.netty.buffer.ByteBuf;

/// AS4_AGGREGATOR (code 18): four octets of AS number, then an identifier. Errors: RFC 6793 §6.
enum As4AggregatorCodec implements AttributeCodec<As4Aggregator> {
  INSTANCE;

  @Override
  public AttributeType type() {
    return AttributeType.AS4_AGGREGATOR;
  }

  private static final int LENGTH = 8;

  @Override
  public boolean isIgnoredFrom(PeerTerms terms) {
    return terms.fourOctetAs();
  }

  @Override
  public Decoded<As4Aggregator> decode(ByteBuf value, PeerTerms terms) {
    if (value.readableBytes() != LENGTH) {
      return Decoded.malformed(
          DISCARD_ATTRIBUTE, "length is %d, not %d".formatted(value.readableBytes(), LENGTH));
    }
    long as = value.readUnsignedInt();
    return as == 0
        ? Decoded.malformed(DISCARD_ATTRIBUTE, "AS 0")
        : new Decoded.Valid<>(
            new As4Aggregator(new AsNumber(as), IpAddress.ofIpv4(value.readUnsignedInt())));
  }

  @Override
  public void encode(As4Aggregator attribute, ByteBuf out, PeerTerms terms) {
    out.writeInt((int) attribute.as().value());
    out.writeInt((int) attribute.identifier().low());
  }
}
