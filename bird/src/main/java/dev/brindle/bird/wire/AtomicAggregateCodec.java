// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import static dev.brindle.bird.wire.ErrorAction.DISCARD_ATTRIBUTE;

import dev.brindle.bird.wire.PathAttribute.AtomicAggregate;
import io.netty.buffer.ByteBuf;

/// ATOMIC_AGGREGATE (code 6): no value. Errors: RFC 7606 §7.6.
enum AtomicAggregateCodec implements AttributeCodec<AtomicAggregate> {
  INSTANCE;

  @Override
  public AttributeType type() {
    return AttributeType.ATOMIC_AGGREGATE;
  }

  @Override
  public Decoded<AtomicAggregate> decode(ByteBuf value, PeerTerms terms) {
    return value.isReadable()
        ? Decoded.malformed(
            DISCARD_ATTRIBUTE, "length is %d, not 0".formatted(value.readableBytes()))
        : new Decoded.Valid<>(new AtomicAggregate());
  }

  @Override
  public void encode(AtomicAggregate attribute, ByteBuf out, PeerTerms terms) {
    // the attribute itself is the message
  }
}
