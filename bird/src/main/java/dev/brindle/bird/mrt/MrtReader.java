// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.mrt;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.wire.AttributeType;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.MessageCodec;
import dev.brindle.bird.wire.Octets;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerTerms;
import dev.brindle.bird.wire.Reading;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Records from bytes: what `MrtWriter` writes, and tables and messages of others, of IPv4 and IPv6
/// unicast. Whatever a length says, no more than `LONGEST` is waited for.
public final class MrtReader {

  /// Enough for some thousand paths of one prefix.
  public static final int LONGEST = 16 << 20;

  private static final int BGP4MP = 16;
  private static final int PREFIX_OCTETS = 17;
  private static final int LOCAL_PREF = 5;
  private static final int WELL_KNOWN = 0x40;

  private MrtReader() {}

  /// Reads one record; moves on only if it is understood.
  public static MrtReading read(ByteBuf in) {
    if (in.readableBytes() < MrtWriter.HEADER) {
      return new MrtReading.Incomplete();
    }
    int at = in.readerIndex();
    long length = in.getUnsignedInt(at + 8);
    if (length > LONGEST) {
      return new MrtReading.Refused("a record of %d octets".formatted(length));
    }
    if (in.readableBytes() < MrtWriter.HEADER + length) {
      return new MrtReading.Incomplete();
    }
    Instant time = Instant.ofEpochSecond(in.getUnsignedInt(at));
    ByteBuf body = in.slice(at + MrtWriter.HEADER, (int) length);
    try {
      MrtRecord item = body(time, in.getUnsignedShort(at + 4), in.getUnsignedShort(at + 6), body);
      in.skipBytes(MrtWriter.HEADER + (int) length);
      return new MrtReading.Understood(item);
    } catch (IndexOutOfBoundsException e) {
      return new MrtReading.Refused("a record of %d octets ends too soon".formatted(length));
    } catch (IllegalArgumentException e) {
      return new MrtReading.Refused(String.valueOf(e.getMessage()));
    }
  }

  private static MrtRecord body(Instant time, int type, int subtype, ByteBuf in) {
    return switch (type) {
      case MrtWriter.TABLE_DUMP_V2 ->
          switch (subtype) {
            case MrtWriter.PEER_INDEX -> index(time, in);
            case MrtWriter.RIB_IPV4 -> rib(time, Integer.BYTES, false, in);
            case MrtWriter.RIB_IPV6 -> rib(time, 2 * Long.BYTES, false, in);
            case MrtWriter.RIB_IPV4_ADDPATH -> rib(time, Integer.BYTES, true, in);
            case MrtWriter.RIB_IPV6_ADDPATH -> rib(time, 2 * Long.BYTES, true, in);
            default -> new MrtRecord.Other(time, type, subtype);
          };
      case BGP4MP -> session(time, type, subtype, in);
      case MrtWriter.BGP4MP_ET ->
          session(time.plusNanos(1000L * in.readUnsignedInt()), type, subtype, in);
      default -> new MrtRecord.Other(time, type, subtype);
    };
  }

  // ---- tables

  private static MrtRecord index(Instant time, ByteBuf in) {
    IpAddress collector = address(Integer.BYTES, in);
    byte[] view = octets(in.readUnsignedShort(), in);
    int count = in.readUnsignedShort();
    List<MrtPeer> peers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int kind = in.readByte();
      IpAddress identifier = address(Integer.BYTES, in);
      IpAddress address = address((kind & 1) != 0 ? 2 * Long.BYTES : Integer.BYTES, in);
      long as = (kind & 2) != 0 ? in.readUnsignedInt() : in.readUnsignedShort();
      peers.add(new MrtPeer(identifier, address, new AsNumber(as)));
    }
    return new MrtRecord.Index(time, collector, new String(view, StandardCharsets.UTF_8), peers);
  }

  private static MrtRecord rib(Instant time, int width, boolean hasPathIds, ByteBuf in) {
    long sequence = in.readUnsignedInt();
    int length = in.readUnsignedByte();
    byte[] address = new byte[width];
    int octets = Math.ceilDiv(length, Byte.SIZE);
    if (octets > width) {
      throw new IllegalArgumentException("prefix length %d".formatted(length));
    }
    in.readBytes(address, 0, octets);
    Cidr prefix = new Cidr(IpAddress.ofBytes(address), length);
    int count = in.readUnsignedShort();
    List<MrtRecord.Entry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int peer = in.readUnsignedShort();
      Instant since = Instant.ofEpochSecond(in.readUnsignedInt());
      int pathId = hasPathIds ? in.readInt() : 0;
      ByteBuf attributes = in.readSlice(in.readUnsignedShort());
      entries.add(new MrtRecord.Entry(peer, since, attributes(prefix, attributes), pathId));
    }
    return new MrtRecord.Rib(time, sequence, prefix, entries, hasPathIds);
  }

  /// As an UPDATE of a peer of our own AS would have them, with this prefix; a LOCAL_PREF is lent.
  private static PathAttributes attributes(Cidr prefix, ByteBuf in) {
    boolean isIpv4 = prefix.address().isIpv4();
    ByteBuf update = Unpooled.buffer(in.readableBytes() + 64);
    update.writeLong(-1).writeLong(-1).writeShort(0).writeByte(2).writeShort(0).writeShort(0);
    boolean hasLocalPref = false;
    boolean hasReach = false;
    while (in.isReadable()) {
      int flags = in.readUnsignedByte();
      int code = in.readUnsignedByte();
      boolean isLong = (flags & MrtWriter.EXTENDED_LENGTH) != 0;
      ByteBuf value = in.readSlice(isLong ? in.readUnsignedShort() : in.readUnsignedByte());
      hasLocalPref |= code == LOCAL_PREF;
      hasReach |= code == MrtWriter.MP_REACH;
      if (code == MrtWriter.MP_REACH) {
        reach(prefix, value, update);
      } else {
        update.writeByte(flags | MrtWriter.EXTENDED_LENGTH).writeByte(code);
        update.writeShort(value.readableBytes()).writeBytes(value);
      }
    }
    if (!hasLocalPref) {
      update.writeByte(WELL_KNOWN).writeByte(LOCAL_PREF).writeByte(4).writeInt(0);
    }
    int end = update.writerIndex();
    update.setShort(MrtWriter.UPDATE_ATTRIBUTES - 2, end - MrtWriter.UPDATE_ATTRIBUTES);
    if (isIpv4 && !hasReach) {
      nlri(prefix, update);
    }
    update.setShort(16, update.writerIndex());
    if (MessageCodec.decode(update, PeerTerms.unlimited())
            instanceof Reading.Understood(Update read)
        && !read.announced().isEmpty()) {
      PathAttributes attributes = read.announced().getFirst().attributes();
      return hasLocalPref ? attributes : attributes.without(AttributeType.LOCAL_PREF);
    }
    throw new IllegalArgumentException(
        "attributes of %s that no UPDATE may have".formatted(prefix));
  }

  /// Of others it may be whole, with family and prefixes (§4.3.4 is often read so): a next hop
  /// never has length 0, a family always begins with it.
  private static void reach(Cidr prefix, ByteBuf value, ByteBuf out) {
    boolean isWhole = value.getByte(value.readerIndex()) == 0;
    if (isWhole) {
      value.skipBytes(3);
    }
    ByteBuf nextHop = value.readSlice(value.readUnsignedByte());
    out.writeByte(MrtWriter.OPTIONAL | MrtWriter.EXTENDED_LENGTH).writeByte(MrtWriter.MP_REACH);
    int lengthAt = out.writerIndex();
    out.writeShort(0).writeShort(prefix.address().isIpv4() ? 1 : 2).writeByte(1);
    out.writeByte(nextHop.readableBytes()).writeBytes(nextHop).writeByte(0);
    nlri(prefix, out);
    out.setShort(lengthAt, out.writerIndex() - lengthAt - 2);
  }

  private static void nlri(Cidr prefix, ByteBuf out) {
    out.ensureWritable(PREFIX_OCTETS).writeByte(prefix.length());
    out.writeBytes(prefix.address().bytes(), 0, Math.ceilDiv(prefix.length(), Byte.SIZE));
  }

  // ---- messages

  private static MrtRecord session(Instant time, int type, int subtype, ByteBuf in) {
    boolean hasPathIds =
        subtype >= MrtWriter.MESSAGE_ADDPATH && subtype <= MrtWriter.MESSAGE_AS4_LOCAL_ADDPATH;
    int plain = hasPathIds ? withoutPathIds(subtype) : subtype;
    boolean isFourOctetAs =
        plain == MrtWriter.MESSAGE_AS4
            || plain == MrtWriter.MESSAGE_AS4_LOCAL
            || plain == MrtWriter.STATE_CHANGE_AS4;
    boolean isLocal = plain == MrtWriter.MESSAGE_LOCAL || plain == MrtWriter.MESSAGE_AS4_LOCAL;
    boolean isMessage = isLocal || plain == MrtWriter.MESSAGE || plain == MrtWriter.MESSAGE_AS4;
    if (!isMessage && subtype != MrtWriter.STATE_CHANGE_AS4) {
      return new MrtRecord.Other(time, type, subtype);
    }
    AsNumber peerAs = as(isFourOctetAs, in);
    AsNumber localAs = as(isFourOctetAs, in);
    in.skipBytes(Short.BYTES);
    int width = in.readUnsignedShort() == 1 ? Integer.BYTES : 2 * Long.BYTES;
    IpAddress peer = address(width, in);
    IpAddress local = address(width, in);
    return isMessage
        ? new MrtRecord.Message(
            time,
            peerAs,
            localAs,
            peer,
            local,
            isFourOctetAs,
            isLocal,
            Octets.readAll(in),
            hasPathIds)
        : new MrtRecord.StateChange(
            time, peerAs, localAs, peer, local, in.readUnsignedShort(), in.readUnsignedShort());
  }

  private static int withoutPathIds(int subtype) {
    return switch (subtype) {
      case MrtWriter.MESSAGE_ADDPATH -> MrtWriter.MESSAGE;
      case MrtWriter.MESSAGE_AS4_ADDPATH -> MrtWriter.MESSAGE_AS4;
      case MrtWriter.MESSAGE_LOCAL_ADDPATH -> MrtWriter.MESSAGE_LOCAL;
      default -> MrtWriter.MESSAGE_AS4_LOCAL;
    };
  }

  // ---- parts

  private static AsNumber as(boolean isFourOctets, ByteBuf in) {
    return new AsNumber(isFourOctets ? in.readUnsignedInt() : in.readUnsignedShort());
  }

  private static IpAddress address(int width, ByteBuf in) {
    return IpAddress.ofBytes(octets(width, in));
  }

  /// Not before it is there is room taken for it.
  private static byte[] octets(int count, ByteBuf in) {
    ByteBuf part = in.readSlice(count);
    byte[] octets = new byte[count];
    part.readBytes(octets);
    return octets;
  }
}
