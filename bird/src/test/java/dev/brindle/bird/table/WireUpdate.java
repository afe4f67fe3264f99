// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.bird.wire.MessageCodec;
import dev.brindle.bird.wire.PeerKind;
import dev.brindle.bird.wire.PeerTerms;
import dev.brindle.bird.wire.Reading;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/// An UPDATE as a peer sends it: attributes, and perhaps an IPv4 prefix behind them.
final class WireUpdate {

  private static final byte[] PREFIX = {24, 10, 1, 2};

  private final byte[] region;
  private final boolean hasIpv4Prefix;

  WireUpdate(byte[] region, boolean hasIpv4Prefix) {
    this.region = region;
    this.hasIpv4Prefix = hasIpv4Prefix;
  }

  byte[] region() {
    return region;
  }

  /// What the exact codec makes of it.
  Reading read(PeerKind kind) {
    ByteBuf frame = Unpooled.buffer();
    frame.writeLong(-1L).writeLong(-1L).writeShort(0).writeByte(2);
    frame.writeShort(0).writeShort(region.length).writeBytes(region);
    if (hasIpv4Prefix) {
      frame.writeBytes(PREFIX);
    }
    frame.setShort(16, frame.readableBytes());
    return MessageCodec.decode(frame, PeerTerms.beforeOpen(kind).withExtendedNextHop(true));
  }

  /// What `CanonicalForm.scan` asks its caller to see to. Headers and lengths must be good.
  boolean isFitForScan() {
    int reach = AttributeWalk.find(region, 0, region.length, Code.MP_REACH_NLRI);
    int unreach = AttributeWalk.find(region, 0, region.length, Code.MP_UNREACH_NLRI);
    if (reach != AttributeWalk.NONE) {
      int value = AttributeWalk.value(region, reach);
      int prefixes = value + 5 + (region[value + 3] & 0xff);
      if (hasIpv4Prefix || !arePrefixes(value, prefixes, AttributeWalk.next(region, reach))) {
        return false;
      }
    }
    int value = unreach == AttributeWalk.NONE ? 0 : AttributeWalk.value(region, unreach);
    return unreach == AttributeWalk.NONE
        || arePrefixes(value, value + 3, AttributeWalk.next(region, unreach));
  }

  private boolean arePrefixes(int family, int from, int end) {
    int bits = Words.get16(region, family) == 1 ? 32 : 128;
    int at = from;
    while (at < end) {
      int length = region[at] & 0xff;
      if (length > bits) {
        return false;
      }
      at += 1 + Math.ceilDiv(length, Byte.SIZE);
    }
    return at == end;
  }
}
