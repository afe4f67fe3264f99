// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.wire.AfiSafi;
import dev.brindle.bird.wire.Family;
import io.netty.buffer.ByteBuf;
import java.util.Optional;

/// Of which family the routes in an UPDATE are, by its octets, which may be any.
final class UpdateFamily {

  private static final int HEADER = 19;
  private static final int LENGTHS = 4;
  private static final int EXTENDED_LENGTH = 0x10;
  private static final int MP_REACH = 14;
  private static final int MP_UNREACH = 15;

  private UpdateFamily() {}

  /// @return the first that is spoken of; empty if none is, or it ends too soon
  static Optional<Family> of(ByteBuf message) {
    ByteBuf in = message.duplicate();
    int end = in.writerIndex();
    if (in.readableBytes() < HEADER + LENGTHS) {
      return Optional.empty();
    }
    in.skipBytes(HEADER);
    int withdrawn = in.readUnsignedShort();
    if (withdrawn > in.readableBytes() - Short.BYTES) {
      return Optional.empty();
    }
    in.skipBytes(withdrawn);
    int attributes = in.readUnsignedShort();
    if (withdrawn > 0 || attributes < in.readableBytes()) {
      return Optional.of(Family.IPV4_UNICAST);
    }
    while (in.readableBytes() >= LENGTHS) {
      int flags = in.readUnsignedByte();
      int code = in.readUnsignedByte();
      boolean isLong = (flags & EXTENDED_LENGTH) != 0;
      int length = isLong ? in.readUnsignedShort() : in.readUnsignedByte();
      if (length > end - in.readerIndex()) {
        return Optional.empty();
      }
      if ((code == MP_REACH || code == MP_UNREACH) && length >= 3) {
        return Family.of(new AfiSafi(in.readUnsignedShort(), in.readUnsignedByte()));
      }
      in.skipBytes(length);
    }
    return Optional.empty();
  }
}
