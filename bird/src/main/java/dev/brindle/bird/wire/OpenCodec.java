// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.wire.Message.Notification;
import dev.brindle.bird.wire.Message.Open;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/// OPEN (RFC 4271 §4.2), with the long form of its parameters (RFC 9072).
///
/// ```
/// | version (1) | AS (2) | hold time (2) | identifier (4) | length (1) | parameters     |
/// | version (1) | AS (2) | hold time (2) | identifier (4) | 255 | 255 | length (2) | ... |
/// ```
final class OpenCodec {

  private static final int VERSION = 4;
  private static final int CAPABILITIES = 2;
  private static final int EXTENDED = 255;
  private static final int MAX_TWO_OCTET = 0xffff;

  private OpenCodec() {}

  static Open decode(ByteBuf body) throws MalformedMessage {
    int version = body.readUnsignedByte();
    if (version != VERSION) {
      throw new MalformedMessage(
          new Notification(
              NotificationCode.OPEN, NotificationCode.BAD_VERSION, Octets.of(0, VERSION)),
          "BGP version is %d, not %d".formatted(version, VERSION));
    }
    AsNumber as = new AsNumber(body.readUnsignedShort());
    int holdTime = body.readUnsignedShort();
    IpAddress identifier = IpAddress.ofIpv4(body.readUnsignedInt());
    List<Capability> capabilities = parameters(body);
    for (Capability capability : capabilities) {
      // a zero in the short field is no AS whatever comes behind it (RFC 7607 §2)
      if (as.value() != 0 && capability instanceof Capability.FourOctetAs(var fourOctets)) {
        as = fourOctets;
      }
    }
    return new Open(as, holdTime, identifier, capabilities);
  }

  private static List<Capability> parameters(ByteBuf body) throws MalformedMessage {
    int length = body.readUnsignedByte();
    boolean isExtended =
        length != 0 && body.isReadable() && body.getUnsignedByte(body.readerIndex()) == EXTENDED;
    if (isExtended) {
      body.skipBytes(1);
      length = checked(body, Short.BYTES).readUnsignedShort();
    }
    if (length != body.readableBytes()) {
      throw malformed("parameters have %d octets, not %d".formatted(body.readableBytes(), length));
    }
    List<Capability> capabilities = new ArrayList<>();
    while (body.isReadable()) {
      int type = body.readUnsignedByte();
      int size =
          isExtended
              ? checked(body, Short.BYTES).readUnsignedShort()
              : checked(body, 1).readUnsignedByte();
      ByteBuf parameter = checked(body, size).readSlice(size);
      if (type != CAPABILITIES) {
        throw new MalformedMessage(
            NotificationCode.OPEN,
            NotificationCode.UNSUPPORTED_PARAMETER,
            "optional parameter %d is not supported".formatted(type));
      }
      CapabilityCodec.decodeAll(parameter, capabilities);
    }
    return capabilities;
  }

  static ByteBuf checked(ByteBuf in, int needed) throws MalformedMessage {
    if (in.readableBytes() < needed) {
      throw malformed("%d octets needed, %d left".formatted(needed, in.readableBytes()));
    }
    return in;
  }

  static MalformedMessage malformed(String reason) {
    return new MalformedMessage(NotificationCode.OPEN, NotificationCode.UNSPECIFIC, reason);
  }

  static void encode(Open open, ByteBuf out) {
    long as = open.as().value();
    out.writeByte(VERSION);
    out.writeShort((int) (as > MAX_TWO_OCTET ? AsNumber.AS_TRANS.value() : as));
    out.writeShort(open.holdTime());
    out.writeInt((int) open.identifier().low());
    ByteBuf capabilities = Unpooled.buffer();
    open.capabilities().forEach(capability -> CapabilityCodec.encode(capability, capabilities));
    int length = capabilities.readableBytes();
    if (length == 0) {
      out.writeByte(0);
    } else if (length + 2 < EXTENDED) {
      out.writeByte(length + 2).writeByte(CAPABILITIES).writeByte(length);
    } else {
      out.writeByte(EXTENDED).writeByte(EXTENDED).writeShort(length + 3);
      out.writeByte(CAPABILITIES).writeShort(length);
    }
    out.writeBytes(capabilities);
  }
}
