// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import io.netty.buffer.ByteBuf;

/// The value of one attribute: both directions and its errors.
interface AttributeCodec<A extends PathAttribute> {

  AttributeType type();

  /// @param value exactly the attribute's octets
  Decoded<A> decode(ByteBuf value, PeerTerms terms);

  void encode(A attribute, ByteBuf out, PeerTerms terms);

  /// Some attributes mean nothing from some peers, however they look: RFC 7606 §7.5, §7.9, §7.10,
  /// RFC 6793 §4.1.
  default boolean isIgnoredFrom(PeerTerms terms) {
    return false;
  }
}
