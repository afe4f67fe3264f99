// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import static dev.brindle.bird.wire.ErrorAction.DISCARD_ATTRIBUTE;

import dev.brindle.bird.wire.PathAttribute.MpUnreach;
import io.netty.buffer.ByteBuf;
import java.util.Optional;

/// MP_UNREACH_NLRI (code 15): AFI (2), SAFI (1), prefixes (RFC 4760 §4). Errors: RFC 7606 §7.12.
enum MpUnreachCodec implements AttributeCodec<MpUnreach> {
  INSTANCE;

  @Override
  public AttributeType type() {
    return AttributeType.MP_UNREACH_NLRI;
  }

  private static final int FIXED = 3;

  @Override
  public Decoded<MpUnreach> decode(ByteBuf value, PeerTerms terms) {
    if (value.readableBytes() < FIXED) {
      return Decoded.reset(
          NotificationCode.OPTIONAL_ATTRIBUTE,
          "length is %d, less than %d".formatted(value.readableBytes(), FIXED));
    }
    AfiSafi wire = new AfiSafi(value.readUnsignedShort(), value.readUnsignedByte());
    Optional<Family> family = Family.of(wire).filter(terms.families()::contains);
    if (family.isEmpty()) {
      return Decoded.malformed(DISCARD_ATTRIBUTE, "family %s was not negotiated".formatted(wire));
    }
    try {
      return new Decoded.Valid<>(
          new MpUnreach(
              family.get(),
              PrefixCodec.readAll(
                  family.get().ip(),
                  terms.addPath().isReceived(family.get()),
                  value,
                  NotificationCode.OPTIONAL_ATTRIBUTE)));
    } catch (MalformedMessage e) {
      return Decoded.reset(e.notification().subcode(), e.reason());
    }
  }

  @Override
  public void encode(MpUnreach attribute, ByteBuf out, PeerTerms terms) {
    AfiSafi wire = attribute.family().wire();
    out.writeShort(wire.afi()).writeByte(wire.safi());
    PrefixCodec.writeAll(attribute.nlri(), terms.addPath().isSent(attribute.family()), out);
  }
}
