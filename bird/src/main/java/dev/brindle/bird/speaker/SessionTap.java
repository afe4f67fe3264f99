// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.bmp.BmpDown;
import dev.brindle.bird.table.UpdateBatch;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.wire.Octets;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What passes on one connection, as octets, for those who watch. On the speaker's thread.
final class SessionTap {

  private static final int LENGTH_AT = 16;
  private static final int TYPE_AT = 18;
  private static final int HEADER = 19;
  private static final int OPEN = 1;
  private static final int UPDATE = 2;
  private static final int NOTIFICATION = 3;
  private static final int MP_UNREACH = 15;
  private static final InetSocketAddress NOWHERE = SocketAddresses.of(IpAddress.ofIpv4(0), 0);

  private final Monitoring monitoring;
  private final PeerConfig peer;
  private final InetSocketAddress local;
  private final InetSocketAddress remote;
  private Octets ourOpen = Octets.EMPTY;
  private Octets theirOpen = Octets.EMPTY;
  private @Nullable BmpDown last;
  private @Nullable MonitoredPeer established;

  SessionTap(
      Monitoring monitoring,
      PeerConfig peer,
      @Nullable SocketAddress local,
      @Nullable SocketAddress remote) {
    this.monitoring = monitoring;
    this.peer = peer;
    this.local = local instanceof InetSocketAddress known ? known : NOWHERE;
    this.remote = remote instanceof InetSocketAddress known ? known : NOWHERE;
  }

  PeerConfig peer() {
    return peer;
  }

  IpAddress localAddress() {
    return SocketAddresses.from(local);
  }

  int localPort() {
    return local.getPort();
  }

  int remotePort() {
    return remote.getPort();
  }

  Octets ourOpen() {
    return ourOpen;
  }

  Octets theirOpen() {
    return theirOpen;
  }

  /// How the connection ended: the last NOTIFICATION of either side, if there was one.
  BmpDown ended() {
    return last == null ? new BmpDown.PeerLeft() : last;
  }

  void establish(MonitoredPeer with) {
    established = with;
  }

  @Nullable MonitoredPeer established() {
    return established;
  }

  // ---- what passes

  /// @param messages one after the other; not kept
  void said(ByteBuf messages) {
    boolean isUpdate = messages.getByte(messages.readerIndex() + TYPE_AT) == UPDATE;
    if (isUpdate && !monitoring.watchesSaid()) {
      return;
    }
    each(messages, this::saidOne);
  }

  private void saidOne(ByteBuf message) {
    switch (message.getByte(TYPE_AT)) {
      case OPEN -> ourOpen = Octets.readAll(message.duplicate());
      case NOTIFICATION -> last = new BmpDown.WeNotified(Octets.readAll(message.duplicate()));
      default -> {}
    }
    monitoring.said(this, message);
  }

  /// Each of several messages, one after the other.
  static void each(ByteBuf messages, Consumer<ByteBuf> consumer) {
    int at = messages.readerIndex();
    while (messages.writerIndex() - at >= HEADER) {
      int length = messages.getUnsignedShort(at + LENGTH_AT);
      consumer.accept(messages.slice(at, length));
      at += length;
    }
  }

  static boolean isUpdate(ByteBuf message) {
    return message.getByte(TYPE_AT) == UPDATE;
  }

  /// RFC 4724 §2: an UPDATE with nothing in it, or with nothing but an MP_UNREACH_NLRI without
  /// prefixes.
  static boolean isEndOfRib(ByteBuf message) {
    int length = message.readableBytes();
    int attributes = length - HEADER - 4;
    return length == HEADER + 4
        || (attributes >= 6
            && attributes <= 7
            && message.getUnsignedShort(HEADER) == 0
            && message.getUnsignedShort(HEADER + 2) == attributes
            && message.getUnsignedByte(HEADER + 5) == MP_UNREACH);
  }

  /// A message other than an UPDATE.
  void heard(Octets message) {
    ByteBuf octets = Unpooled.wrappedBuffer(message.toArray());
    switch (octets.getByte(TYPE_AT)) {
      case OPEN -> theirOpen = message;
      case NOTIFICATION -> last = new BmpDown.PeerNotified(message);
      default -> {}
    }
    monitoring.heard(this, octets);
  }

  /// UPDATEs, if they were kept as they came.
  void heard(UpdateBatch batch) {
    each(
        Unpooled.wrappedBuffer(batch.octets(), 0, batch.octetsEnd()),
        message -> monitoring.heard(this, message));
  }
}
