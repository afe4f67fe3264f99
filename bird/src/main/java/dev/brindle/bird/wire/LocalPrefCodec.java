// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import static dev.brindle.bird.wire.ErrorAction.TREAT_AS_WITHDRAW;

import dev.brindle.bird.wire.PathAttribute.LocalPref;
import io.netty.buffer.ByteBuf;

/// LOCAL_PREF (code 5): four octets, unsigned, network order. Errors: RFC 7606 §7.5.
enum LocalPrefCodec implements AttributeCodec<LocalPref> {
  INSTANCE;

  @Override
  public AttributeType type() {
    return AttributeType.LOCAL_PREF;
  }

  @Override
  public Decoded<LocalPref> decode(ByteBuf value, PeerTerms terms) {
    if (value.readableBytes() != Integer.BYTES) {
      return Decoded.malformed(
          TREAT_AS_WITHDRAW, "length is %d, not 4".formatted(value.readableBytes()));
    }
    return new Decoded.Valid<>(new LocalPref(value.readUnsignedInt()));
  }

  @Override
  public void encode(LocalPref attribute, ByteBuf out, PeerTerms terms) {
    out.writeInt((int) attribute.value());
  }

  @Override
  public boolean isIgnoredFrom(PeerTerms terms) {
    return terms.isExternal();
  }
}
