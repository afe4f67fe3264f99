// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import dev.brindle.bird.wire.Message.Notification;
import io.netty.buffer.ByteBuf;

/// The 19 octets before each message: marker, length, type (RFC 4271 §4.1).
public sealed interface Header {

  int LENGTH = 19;

  /// @param length of the whole message, header included
  record Whole(int length) implements Header {}

  /// More octets must come first.
  record Incomplete() implements Header {}

  record Bad(Notification notification, String reason) implements Header {}

  /// Looks at the header where `in` stands and moves nothing. We always offer extended messages,
  /// so long ones of the types of RFC 8654 §4 are welcome.
  static Header peek(ByteBuf in) {
    if (in.readableBytes() < LENGTH) {
      return new Incomplete();
    }
    int at = in.readerIndex();
    if (in.getLong(at) != -1L || in.getLong(at + Long.BYTES) != -1L) {
      return new Bad(
          Notification.of(NotificationCode.HEADER, NotificationCode.NOT_SYNCHRONIZED),
          "marker is not all ones");
    }
    int length = in.getUnsignedShort(at + 16);
    if (length < LENGTH) {
      return badLength(length, "message of %d octets is shorter than its header".formatted(length));
    }
    int type = in.getUnsignedByte(at + 18);
    MessageType known = MessageType.of(type);
    if (known == null) {
      return new Bad(
          new Notification(NotificationCode.HEADER, NotificationCode.BAD_TYPE, Octets.of(type)),
          "message type %d is not in 1..5".formatted(type));
    }
    if (length < known.minLength() || length > known.maxLength()) {
      return badLength(
          length,
          "%s of %d octets is not in %d..%d"
              .formatted(known, length, known.minLength(), known.maxLength()));
    }
    return in.readableBytes() < length ? new Incomplete() : new Whole(length);
  }

  private static Bad badLength(int length, String reason) {
    Octets data = Octets.of(length >>> 8, length);
    return new Bad(
        new Notification(NotificationCode.HEADER, NotificationCode.BAD_LENGTH, data), reason);
  }
}
