// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import static dev.brindle.bird.wire.ErrorAction.DISCARD_ATTRIBUTE;

import dev.brindle.bird.wire.PathAttribute.As4Path;
import io.netty.buffer.ByteBuf;

/// AS4_PATH (code 17): as AS_PATH, always four octets. Damage costs only this attribute, and
/// confederation segments, which must not be there, are left out (RFC 6793 §6).
enum As4PathCodec implements AttributeCodec<As4Path> {
  INSTANCE;

  @Override
  public AttributeType type() {
    return AttributeType.AS4_PATH;
  }

  @Override
  public boolean isIgnoredFrom(PeerTerms terms) {
    return terms.fourOctetAs();
  }

  @Override
  public Decoded<As4Path> decode(ByteBuf value, PeerTerms terms) {
    return switch (AsPathCodec.decode(value, Integer.BYTES)) {
      case Decoded.Valid<AsPath>(var path) ->
          new Decoded.Valid<>(new As4Path(path.withoutConfederation()));
      case Decoded.Malformed<AsPath>(_, var reason, _) ->
          Decoded.malformed(DISCARD_ATTRIBUTE, reason);
    };
  }

  @Override
  public void encode(As4Path attribute, ByteBuf out, PeerTerms terms) {
    AsPathCodec.encode(attribute.path(), out, true);
  }
}
