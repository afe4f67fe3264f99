// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import static dev.brindle.bird.wire.ErrorAction.TREAT_AS_WITHDRAW;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import io.netty.buffer.ByteBuf;

/// NEXT_HOP (code 3): an IPv4 address. Errors: RFC 7606 §7.3. What no host can have (RFC 4271 §6.3)
/// is for the whole UPDATE to say, and loopback for the session, which knows whether the peer
/// itself is on it.
enum NextHopCodec implements AttributeCodec<NextHop> {
  INSTANCE;

  @Override
  public AttributeType type() {
    return AttributeType.NEXT_HOP;
  }

  @Override
  public Decoded<NextHop> decode(ByteBuf value, PeerTerms terms) {
    if (value.readableBytes() != Integer.BYTES) {
      return Decoded.malformed(
          TREAT_AS_WITHDRAW, "length is %d, not 4".formatted(value.readableBytes()));
    }
    return new Decoded.Valid<>(NextHop.of(IpAddress.ofIpv4(value.readUnsignedInt())));
  }

  /// Neither in 0.0.0.0/8 (RFC 1122 §3.2.1.3) nor multicast nor class E.
  static boolean isHost(IpAddress address) {
    long network = address.low() >>> 24;
    return network != 0 && network < 0xe0;
  }

  @Override
  public void encode(NextHop attribute, ByteBuf out, PeerTerms terms) {
    out.writeInt((int) attribute.address().low());
  }
}
