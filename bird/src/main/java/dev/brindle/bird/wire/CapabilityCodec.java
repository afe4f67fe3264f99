// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import dev.brindle.api.net.AsNumber;
import dev.brindle.bird.wire.Capability.AddPath;
import dev.brindle.bird.wire.Capability.AddPathFamily;
import dev.brindle.bird.wire.Capability.BgpRole;
import dev.brindle.bird.wire.Capability.EnhancedRouteRefresh;
import dev.brindle.bird.wire.Capability.ExtendedMessage;
import dev.brindle.bird.wire.Capability.ExtendedNextHop;
import dev.brindle.bird.wire.Capability.FourOctetAs;
import dev.brindle.bird.wire.Capability.GracefulRestart;
import dev.brindle.bird.wire.Capability.LongLivedFamily;
import dev.brindle.bird.wire.Capability.LongLivedRestart;
import dev.brindle.bird.wire.Capability.Multiprotocol;
import dev.brindle.bird.wire.Capability.NextHopFamily;
import dev.brindle.bird.wire.Capability.RestartFamily;
import dev.brindle.bird.wire.Capability.RouteRefresh;
import dev.brindle.bird.wire.Capability.Unknown;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/// Capabilities: code, length, value (RFC 5492 §4). One with a length it cannot have is as good as
/// unknown, except where reading on would be a guess: families and the AS number.
final class CapabilityCodec {

  private static final int MULTIPROTOCOL = 1;
  private static final int ROUTE_REFRESH = 2;
  private static final int EXTENDED_NEXT_HOP = 5;
  private static final int EXTENDED_MESSAGE = 6;
  private static final int ROLE = 9;
  private static final int GRACEFUL_RESTART = 64;
  private static final int FOUR_OCTET_AS = 65;
  private static final int ADD_PATH = 69;
  private static final int ENHANCED_ROUTE_REFRESH = 70;
  private static final int LONG_LIVED_RESTART = 71;

  private static final int FAMILY_OCTETS = 4;
  private static final int NEXT_HOP_FAMILY_OCTETS = 6;
  private static final int RESTARTING = 0x8000;
  private static final int NOTIFICATION = 0x4000;
  private static final int SECONDS = 0x0fff;
  private static final int FORWARDING = 0x80;
  private static final int LONG_LIVED_OCTETS = 7;

  private CapabilityCodec() {}

  static void decodeAll(ByteBuf in, List<Capability> out) throws MalformedMessage {
    while (in.isReadable()) {
      int code = in.readUnsignedByte();
      int length = OpenCodec.checked(in, 1).readUnsignedByte();
      out.add(decode(code, OpenCodec.checked(in, length).readSlice(length)));
    }
  }

  private static Capability decode(int code, ByteBuf value) throws MalformedMessage {
    int length = value.readableBytes();
    return switch (code) {
      case MULTIPROTOCOL -> {
        expect(FAMILY_OCTETS, length, "multiprotocol");
        yield new Multiprotocol(family(value, true));
      }
      case FOUR_OCTET_AS -> {
        expect(Integer.BYTES, length, "four-octet AS");
        yield new FourOctetAs(new AsNumber(value.readUnsignedInt()));
      }
      case ROUTE_REFRESH -> length == 0 ? new RouteRefresh() : unknown(code, value);
      case ENHANCED_ROUTE_REFRESH ->
          length == 0 ? new EnhancedRouteRefresh() : unknown(code, value);
      case EXTENDED_MESSAGE -> length == 0 ? new ExtendedMessage() : unknown(code, value);
      case EXTENDED_NEXT_HOP ->
          length % NEXT_HOP_FAMILY_OCTETS == 0 ? extendedNextHop(value) : unknown(code, value);
      case ROLE -> length == 1 ? new BgpRole(value.readUnsignedByte()) : unknown(code, value);
      case GRACEFUL_RESTART ->
          length % FAMILY_OCTETS == 2 ? gracefulRestart(value) : unknown(code, value);
      case LONG_LIVED_RESTART ->
          length % LONG_LIVED_OCTETS == 0 ? longLived(value) : unknown(code, value);
      case ADD_PATH ->
          length % FAMILY_OCTETS == 0 && hasAddPathModes(value)
              ? addPath(value)
              : unknown(code, value);
      default -> unknown(code, value);
    };
  }

  private static void expect(int expected, int found, String name) throws MalformedMessage {
    if (found != expected) {
      throw OpenCodec.malformed(
          "%s capability has %d octets, not %d".formatted(name, found, expected));
    }
  }

  private static Unknown unknown(int code, ByteBuf value) {
    return new Unknown(code, Octets.readAll(value));
  }

  private static AfiSafi family(ByteBuf in, boolean reservedBetween) {
    int afi = in.readUnsignedShort();
    if (reservedBetween) {
      in.skipBytes(1);
    }
    return new AfiSafi(afi, in.readUnsignedByte());
  }

  private static GracefulRestart gracefulRestart(ByteBuf value) {
    int flags = value.readUnsignedShort();
    List<RestartFamily> families = new ArrayList<>();
    while (value.isReadable()) {
      AfiSafi family = family(value, false);
      families.add(new RestartFamily(family, (value.readUnsignedByte() & FORWARDING) != 0));
    }
    return new GracefulRestart(
        (flags & RESTARTING) != 0, (flags & NOTIFICATION) != 0, flags & SECONDS, families);
  }

  /// SAFI has two octets here (RFC 8950 §4).
  private static ExtendedNextHop extendedNextHop(ByteBuf value) {
    List<NextHopFamily> families = new ArrayList<>();
    while (value.isReadable()) {
      AfiSafi family = new AfiSafi(value.readUnsignedShort(), value.readUnsignedShort());
      families.add(new NextHopFamily(family, value.readUnsignedShort()));
    }
    return new ExtendedNextHop(families);
  }

  private static LongLivedRestart longLived(ByteBuf value) {
    List<LongLivedFamily> families = new ArrayList<>();
    while (value.isReadable()) {
      AfiSafi family = family(value, false);
      boolean isForwarding = (value.readUnsignedByte() & FORWARDING) != 0;
      families.add(new LongLivedFamily(family, isForwarding, value.readUnsignedMedium()));
    }
    return new LongLivedRestart(families);
  }

  /// With any other the whole capability is not understood (RFC 7911 §4).
  private static boolean hasAddPathModes(ByteBuf value) {
    for (int at = FAMILY_OCTETS - 1; at < value.readableBytes(); at += FAMILY_OCTETS) {
      int mode = value.getUnsignedByte(value.readerIndex() + at);
      if (mode < AddPathFamily.RECEIVE || mode > AddPathFamily.BOTH) {
        return false;
      }
    }
    return true;
  }

  private static AddPath addPath(ByteBuf value) {
    List<AddPathFamily> families = new ArrayList<>();
    while (value.isReadable()) {
      families.add(new AddPathFamily(family(value, false), value.readUnsignedByte()));
    }
    return new AddPath(families);
  }

  static void encode(Capability capability, ByteBuf out) {
    switch (capability) {
      case Multiprotocol(var family) ->
          out.writeByte(MULTIPROTOCOL)
              .writeByte(FAMILY_OCTETS)
              .writeShort(family.afi())
              .writeByte(0)
              .writeByte(family.safi());
      case RouteRefresh() -> out.writeByte(ROUTE_REFRESH).writeByte(0);
      case EnhancedRouteRefresh() -> out.writeByte(ENHANCED_ROUTE_REFRESH).writeByte(0);
      case ExtendedMessage() -> out.writeByte(EXTENDED_MESSAGE).writeByte(0);
      case FourOctetAs(var as) ->
          out.writeByte(FOUR_OCTET_AS).writeByte(Integer.BYTES).writeInt((int) as.value());
      case ExtendedNextHop(var families) -> {
        out.writeByte(EXTENDED_NEXT_HOP).writeByte(families.size() * NEXT_HOP_FAMILY_OCTETS);
        for (var it : families) {
          out.writeShort(it.family().afi()).writeShort(it.family().safi()).writeShort(it.afi());
        }
      }
      case BgpRole(var role) -> out.writeByte(ROLE).writeByte(1).writeByte(role);
      case GracefulRestart restart -> encode(restart, out);
      case LongLivedRestart(var families) -> {
        out.writeByte(LONG_LIVED_RESTART).writeByte(families.size() * LONG_LIVED_OCTETS);
        for (var it : families) {
          out.writeShort(it.family().afi()).writeByte(it.family().safi());
          out.writeByte(it.forwardingKept() ? FORWARDING : 0).writeMedium(it.seconds());
        }
      }
      case AddPath(var families) -> {
        out.writeByte(ADD_PATH).writeByte(families.size() * FAMILY_OCTETS);
        for (var it : families) {
          out.writeShort(it.family().afi()).writeByte(it.family().safi()).writeByte(it.mode());
        }
      }
      case Unknown(var code, var value) -> {
        out.writeByte(code).writeByte(value.size());
        value.writeTo(out);
      }
    }
  }

  private static void encode(GracefulRestart restart, ByteBuf out) {
    out.writeByte(GRACEFUL_RESTART).writeByte(2 + restart.families().size() * FAMILY_OCTETS);
    out.writeShort(
        (restart.restarting() ? RESTARTING : 0)
            | (restart.notification() ? NOTIFICATION : 0)
            | (restart.seconds() & SECONDS));
    for (var it : restart.families()) {
      out.writeShort(it.family().afi()).writeByte(it.family().safi());
      out.writeByte(it.forwardingKept() ? FORWARDING : 0);
    }
  }
}
