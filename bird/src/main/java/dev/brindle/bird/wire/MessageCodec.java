// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import dev.brindle.bird.wire.Message.Keepalive;
import dev.brindle.bird.wire.Message.Notification;
import dev.brindle.bird.wire.Message.Open;
import dev.brindle.bird.wire.Message.RouteRefresh;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.Reading.Refused;
import dev.brindle.bird.wire.Reading.Understood;
import io.netty.buffer.ByteBuf;

/// Messages to bytes and back.
///
/// ```
/// +----------------+------------+----------+---------------------+
/// | marker (16)    | length (2) | type (1) | body                |
/// | all ones       | of all     |          | by type             |
/// +----------------+------------+----------+---------------------+
/// ```
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc4271#section-4">RFC 4271 §4</a>
public final class MessageCodec {

  private static final int MARKER_LENGTH = 16;

  private MessageCodec() {}

  /// Any bytes give a value.
  ///
  /// @param frame exactly one message whose header `Header.peek` found whole
  public static Reading decode(ByteBuf frame, PeerTerms terms) {
    ByteBuf whole = frame.duplicate();
    try {
      frame.skipBytes(MARKER_LENGTH + Short.BYTES);
      int code = frame.readUnsignedByte();
      MessageType type = MessageType.of(code);
      if (type == null) {
        throw new MalformedMessage(
            NotificationCode.HEADER, NotificationCode.BAD_TYPE, "message type " + code);
      }
      return new Understood(
          switch (type) {
            case OPEN -> OpenCodec.decode(frame);
            case UPDATE -> UpdateCodec.decode(frame, terms);
            case NOTIFICATION ->
                new Notification(
                    frame.readUnsignedByte(), frame.readUnsignedByte(), Octets.readAll(frame));
            case KEEPALIVE -> new Keepalive();
            case ROUTE_REFRESH -> refresh(frame, whole);
          });
    } catch (MalformedMessage e) {
      return new Refused(e.notification(), e.reason());
    }
  }

  /// What of a subtype that we do not know follows is not looked at. Of one that we know nothing
  /// may: we do not offer filters of others (RFC 5291).
  private static RouteRefresh refresh(ByteBuf body, ByteBuf whole) throws MalformedMessage {
    int afi = body.readUnsignedShort();
    int subtype = body.readUnsignedByte();
    AfiSafi family = new AfiSafi(afi, body.readUnsignedByte());
    if (body.isReadable() && subtype <= RouteRefresh.END) {
      throw new MalformedMessage(
          new Notification(
              NotificationCode.ROUTE_REFRESH,
              NotificationCode.REFRESH_LENGTH,
              Octets.readSome(whole, Notification.MAX_DATA)),
          "ROUTE-REFRESH is %d octets too long".formatted(body.readableBytes()));
    }
    return new RouteRefresh(family, subtype);
  }

  /// Appends one message.
  ///
  /// @throws IllegalArgumentException if it is longer than the terms allow: the caller splits
  public static void encode(Message message, PeerTerms terms, ByteBuf out) {
    int start = out.writerIndex();
    out.writeLong(-1L).writeLong(-1L).writeShort(0);
    switch (message) {
      case Open open -> OpenCodec.encode(open, out.writeByte(MessageType.OPEN.code()));
      case Update update ->
          UpdateCodec.encode(update, terms, out.writeByte(MessageType.UPDATE.code()));
      case Notification notification -> {
        out.writeByte(MessageType.NOTIFICATION.code());
        out.writeByte(notification.code()).writeByte(notification.subcode());
        notification.data().writeTo(out);
      }
      case Keepalive() -> out.writeByte(MessageType.KEEPALIVE.code());
      case RouteRefresh refresh -> {
        out.writeByte(MessageType.ROUTE_REFRESH.code());
        out.writeShort(refresh.family().afi()).writeByte(refresh.subtype());
        out.writeByte(refresh.family().safi());
      }
    }
    int length = out.writerIndex() - start;
    if (length > terms.maxMessage()) {
      throw new IllegalArgumentException(
          "message of %d octets is longer than %d".formatted(length, terms.maxMessage()));
    }
    out.setShort(start + MARKER_LENGTH, length);
  }
}
