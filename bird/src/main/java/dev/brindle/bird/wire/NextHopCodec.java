// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import static dev.brindle.bird.wire.ErrorAction.TREAT_AS_WITHDRAW;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import io.netty.buffer.ByteBuf;

/// NEXT_HOP (code 3): an IPv4 address. Errors: RFC 7606 §7.3; what no host can have: RFC 4271 §6.3.
/// Loopback is left to the session, which knows whether the peer itself is on it.
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
    IpAddress address = IpAddress.ofIpv4(value.readUnsignedInt());
    boolean isHost = address.low() != 0 && address.low() >>> 28 < 0xe;
    return isHost
        ? new Decoded.Valid<>(NextHop.of(address))
        : Decoded.malformed(TREAT_AS_WITHDRAW, "%s is no host's address".formatted(address));
  }

  @Override
  public void encode(NextHop attribute, ByteBuf out, PeerTerms terms) {
    out.writeInt((int) attribute.address().low());
  }
}
