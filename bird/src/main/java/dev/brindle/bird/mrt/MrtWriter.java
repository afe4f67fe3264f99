// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.mrt;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.bird.wire.Message;
import dev.brindle.bird.wire.MessageCodec;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerTerms;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoField;
import java.util.List;

/// Records as bytes. Each is as long as it must be; a count or length that its field cannot hold is
/// an error, never a shorter record.
///
/// ```
/// | seconds (4) | type (2) | subtype (2) | length of the rest (4) | [microseconds (4)] | ... |
/// ```
public final class MrtWriter {

  static final int TABLE_DUMP_V2 = 13;
  static final int PEER_INDEX = 1;
  static final int RIB_IPV4 = 2;
  static final int RIB_IPV6 = 4;
  static final int BGP4MP_ET = 17;
  static final int STATE_CHANGE_AS4 = 5;
  static final int MESSAGE = 1;
  static final int MESSAGE_AS4 = 4;
  static final int MESSAGE_LOCAL = 6;
  static final int MESSAGE_AS4_LOCAL = 7;

  /// Behind the subtypes of messages, in the same order (RFC 8050 §3).
  static final int MESSAGE_ADDPATH = 8;

  static final int MESSAGE_AS4_ADDPATH = 9;
  static final int MESSAGE_LOCAL_ADDPATH = 10;
  static final int MESSAGE_AS4_LOCAL_ADDPATH = 11;
  static final int RIB_IPV4_ADDPATH = 8;
  static final int RIB_IPV6_ADDPATH = 10;

  static final int HEADER = 12;

  /// Behind the header and two lengths, where nothing is withdrawn.
  static final int UPDATE_ATTRIBUTES = 23;

  static final int MP_REACH = 14;
  static final int OPTIONAL = 0x80;
  static final int EXTENDED_LENGTH = 0x10;

  private static final int AS_TRANS = 23_456;
  private static final int IPV6_PEER = 1;
  private static final int AS4_PEER = 2;
  private static final int MOST = 0xffff;

  private MrtWriter() {}

  /// @throws IllegalArgumentException if a count or length does not fit its field
  public static void write(MrtRecord item, ByteBuf out) {
    switch (item) {
      case MrtRecord.Index index -> index(index, out);
      case MrtRecord.Rib rib -> rib(rib, out);
      case MrtRecord.Message message -> message(message, out);
      case MrtRecord.StateChange change -> change(change, out);
      case MrtRecord.Other other ->
          throw new IllegalArgumentException("no record of type %d".formatted(other.type()));
    }
  }

  // ---- tables

  private static void index(MrtRecord.Index index, ByteBuf out) {
    int start = begin(index.time(), TABLE_DUMP_V2, PEER_INDEX, out);
    out.writeBytes(index.collector().bytes());
    byte[] view = index.view().getBytes(StandardCharsets.UTF_8);
    out.writeShort(checked("view", view.length)).writeBytes(view);
    out.writeShort(checked("peers", index.peers().size()));
    for (MrtPeer peer : index.peers()) {
      out.writeByte(AS4_PEER | (peer.address().isIpv6() ? IPV6_PEER : 0));
      out.writeBytes(peer.identifier().bytes()).writeBytes(peer.address().bytes());
      out.writeInt((int) peer.as().value());
    }
    end(start, out);
  }

  private static void rib(MrtRecord.Rib rib, ByteBuf out) {
    boolean isIpv4 = rib.prefix().address().isIpv4();
    int start = begin(rib.time(), TABLE_DUMP_V2, subtype(rib, isIpv4), out);
    out.writeInt((int) rib.sequence());
    prefix(rib.prefix(), out);
    out.writeShort(checked("entries", rib.entries().size()));
    for (MrtRecord.Entry entry : rib.entries()) {
      out.writeShort(entry.peer()).writeInt((int) entry.since().getEpochSecond());
      if (rib.hasPathIds()) {
        out.writeInt(entry.pathId());
      }
      int lengthAt = out.writerIndex();
      out.writeShort(0);
      attributes(rib.prefix(), entry.attributes(), out);
      out.setShort(lengthAt, checked("attributes", out.writerIndex() - lengthAt - 2));
    }
    end(start, out);
  }

  private static int subtype(MrtRecord.Rib rib, boolean isIpv4) {
    if (rib.hasPathIds()) {
      return isIpv4 ? RIB_IPV4_ADDPATH : RIB_IPV6_ADDPATH;
    }
    return isIpv4 ? RIB_IPV4 : RIB_IPV6;
  }

  private static int subtype(MrtRecord.Message message) {
    if (message.hasPathIds()) {
      return message.isFourOctetAs()
          ? (message.isLocal() ? MESSAGE_AS4_LOCAL_ADDPATH : MESSAGE_AS4_ADDPATH)
          : (message.isLocal() ? MESSAGE_LOCAL_ADDPATH : MESSAGE_ADDPATH);
    }
    return message.isFourOctetAs()
        ? (message.isLocal() ? MESSAGE_AS4_LOCAL : MESSAGE_AS4)
        : (message.isLocal() ? MESSAGE_LOCAL : MESSAGE);
  }

  private static void prefix(Cidr prefix, ByteBuf out) {
    out.writeByte(prefix.length());
    out.writeBytes(prefix.address().bytes(), 0, Math.ceilDiv(prefix.length(), Byte.SIZE));
  }

  /// As they stand in an UPDATE, but of MP_REACH_NLRI only the next hop (§4.3.4).
  private static void attributes(Cidr prefix, PathAttributes attributes, ByteBuf out) {
    ByteBuf update = Unpooled.buffer();
    MessageCodec.encode(
        Message.Update.announce(attributes, List.of(prefix)), PeerTerms.unlimited(), update);
    int at = UPDATE_ATTRIBUTES;
    int end = at + update.getUnsignedShort(at - 2);
    if (update.getUnsignedByte(at + 1) == MP_REACH) {
      boolean isLong = (update.getByte(at) & EXTENDED_LENGTH) != 0;
      int value = at + (isLong ? 4 : 3);
      int length = isLong ? update.getUnsignedShort(at + 2) : update.getUnsignedByte(at + 2);
      int nextHop = update.getUnsignedByte(value + 3);
      out.writeByte(OPTIONAL).writeByte(MP_REACH).writeByte(nextHop + 1);
      out.writeBytes(update, value + 3, nextHop + 1);
      at = value + length;
    }
    out.writeBytes(update, at, end - at);
  }

  // ---- messages

  private static void message(MrtRecord.Message message, ByteBuf out) {
    int start = beginExtended(message.time(), subtype(message), out);
    if (message.isFourOctetAs()) {
      out.writeInt((int) message.peerAs().value()).writeInt((int) message.localAs().value());
    } else {
      out.writeShort(twoOctets(message.peerAs())).writeShort(twoOctets(message.localAs()));
    }
    ends(message.peer(), message.local(), out);
    message.octets().writeTo(out);
    end(start, out);
  }

  private static void change(MrtRecord.StateChange change, ByteBuf out) {
    int start = beginExtended(change.time(), STATE_CHANGE_AS4, out);
    out.writeInt((int) change.peerAs().value()).writeInt((int) change.localAs().value());
    ends(change.peer(), change.local(), out);
    out.writeShort(change.before()).writeShort(change.after());
    end(start, out);
  }

  /// RFC 6793 §9: what two octets do not hold.
  private static int twoOctets(AsNumber as) {
    return as.value() > MOST ? AS_TRANS : (int) as.value();
  }

  private static void ends(IpAddress peer, IpAddress local, ByteBuf out) {
    IpAddress here = local.family() == peer.family() ? local : none(peer.family());
    out.writeShort(0).writeShort(peer.isIpv4() ? 1 : 2);
    out.writeBytes(peer.bytes()).writeBytes(here.bytes());
  }

  private static IpAddress none(IpFamily family) {
    return switch (family) {
      case IPV4 -> IpAddress.ofIpv4(0);
      case IPV6 -> IpAddress.ofIpv6(0, 0);
    };
  }

  // ---- parts

  private static int begin(Instant time, int type, int subtype, ByteBuf out) {
    int start = out.writerIndex();
    out.writeInt((int) time.getEpochSecond()).writeShort(type).writeShort(subtype).writeInt(0);
    return start;
  }

  private static int beginExtended(Instant time, int subtype, ByteBuf out) {
    int start = begin(time, BGP4MP_ET, subtype, out);
    out.writeInt(time.get(ChronoField.MICRO_OF_SECOND));
    return start;
  }

  private static void end(int start, ByteBuf out) {
    out.setInt(start + 8, out.writerIndex() - start - HEADER);
  }

  private static int checked(String what, int count) {
    if (count > MOST) {
      throw new IllegalArgumentException("%s: %d do not fit two octets".formatted(what, count));
    }
    return count;
  }
}
