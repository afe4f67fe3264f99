// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bmp;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.wire.Octets;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/// BMP messages as bytes (RFC 7854 §4).
///
/// ```
/// | version 3 (1) | length of all (4) | type (1) | [peer (42)] | ... |
/// ```
public final class BmpWriter {

  private static final int VERSION = 3;
  private static final int ROUTE_MONITORING = 0;
  private static final int STATISTICS = 1;
  private static final int PEER_DOWN = 2;
  private static final int PEER_UP = 3;
  private static final int INITIATION = 4;
  private static final int TERMINATION = 5;

  private static final int GLOBAL_PEER = 0;
  private static final int LOC_RIB_PEER = 3;

  private static final int IPV6 = 0x80;
  private static final int POST_POLICY = 0x40;
  private static final int LEGACY_AS = 0x20;
  private static final int ADJ_OUT = 0x10;

  private static final int TABLE_NAME = 3;
  private static final String TABLE = "global";

  private BmpWriter() {}

  public static void initiation(String description, String name, ByteBuf out) {
    int start = begin(INITIATION, out);
    text(1, description, out);
    text(2, name, out);
    end(start, out);
  }

  /// @param reason 0 administratively closed, 1 unspecified, 2 out of resources (§4.5)
  public static void termination(int reason, ByteBuf out) {
    int start = begin(TERMINATION, out);
    out.writeShort(1).writeShort(2).writeShort(reason);
    end(start, out);
  }

  /// @param local where the session ends here; unspecified for ourselves
  /// @param sent our OPEN, as it was sent
  /// @param received its OPEN, as it came
  public static void peerUp(
      BmpPeer peer,
      Instant since,
      IpAddress local,
      int localPort,
      int remotePort,
      Octets sent,
      Octets received,
      ByteBuf out) {
    int start = begin(PEER_UP, out);
    peer(peer, 0, since, out);
    address(local, out);
    out.writeShort(localPort).writeShort(remotePort);
    sent.writeTo(out);
    received.writeTo(out);
    if (peer.isLocal()) {
      text(TABLE_NAME, TABLE, out);
    }
    end(start, out);
  }

  public static void peerDown(BmpPeer peer, Instant now, BmpDown reason, ByteBuf out) {
    int start = begin(PEER_DOWN, out);
    peer(peer, 0, now, out);
    if (peer.isLocal()) {
      out.writeByte(6); // RFC 9069 §5.3
      text(TABLE_NAME, TABLE, out);
      end(start, out);
      return;
    }
    switch (reason) {
      case BmpDown.WeNotified(var notification) -> notification.writeTo(out.writeByte(1));
      case BmpDown.WeLeft(var event) -> out.writeByte(2).writeShort(event);
      case BmpDown.PeerNotified(var notification) -> notification.writeTo(out.writeByte(3));
      case BmpDown.PeerLeft() -> out.writeByte(4);
      case BmpDown.Unwatched() -> out.writeByte(5);
    }
    end(start, out);
  }

  /// @param update one UPDATE with its header; all that is readable
  /// @param isLegacyAs how AS numbers are written in this message
  public static void routes(
      BmpPeer peer, BmpView view, boolean isLegacyAs, Instant now, ByteBuf update, ByteBuf out) {
    int start = begin(ROUTE_MONITORING, out);
    int flags =
        switch (view) {
          case PRE_POLICY, LOC_RIB -> 0;
          case POST_POLICY -> POST_POLICY;
          case ADJ_OUT -> ADJ_OUT | POST_POLICY;
        };
    peer(peer, flags | (isLegacyAs ? LEGACY_AS : 0), now, out);
    out.writeBytes(update, update.readerIndex(), update.readableBytes());
    end(start, out);
  }

  public static void statistics(
      BmpPeer peer, Instant now, List<BmpStatistic> statistics, ByteBuf out) {
    int start = begin(STATISTICS, out);
    peer(peer, 0, now, out);
    out.writeInt(statistics.size());
    for (BmpStatistic statistic : statistics) {
      out.writeShort(statistic.type().code());
      if (statistic.type().isGauge()) {
        out.writeShort(Long.BYTES).writeLong(statistic.value());
      } else {
        out.writeShort(Integer.BYTES).writeInt((int) statistic.value());
      }
    }
    end(start, out);
  }

  // ---- parts

  private static int begin(int type, ByteBuf out) {
    int start = out.writerIndex();
    out.writeByte(VERSION).writeInt(0).writeByte(type);
    return start;
  }

  private static void end(int start, ByteBuf out) {
    out.setInt(start + 1, out.writerIndex() - start);
  }

  /// ```
  /// | type (1) | flags (1) | 0 (8) | address (16) | AS (4) | identifier (4) | s (4) | µs (4) |
  /// ```
  private static void peer(BmpPeer peer, int flags, Instant when, ByteBuf out) {
    if (peer.isLocal()) {
      out.writeByte(LOC_RIB_PEER).writeByte(0);
    } else {
      boolean isIpv6 = peer.address().isIpv6();
      out.writeByte(GLOBAL_PEER).writeByte(flags | (isIpv6 ? IPV6 : 0));
    }
    out.writeLong(0);
    address(peer.address(), out);
    out.writeInt((int) peer.as().value());
    out.writeBytes(peer.identifier().bytes());
    out.writeInt((int) when.getEpochSecond()).writeInt(when.getNano() / 1000);
  }

  private static void address(IpAddress address, ByteBuf out) {
    byte[] bytes = address.bytes();
    out.writeZero(16 - bytes.length).writeBytes(bytes);
  }

  private static void text(int type, String text, ByteBuf out) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeShort(type).writeShort(bytes.length).writeBytes(bytes);
  }
}
