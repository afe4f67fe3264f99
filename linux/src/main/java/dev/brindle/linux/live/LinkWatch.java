// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.live;

import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.kernel.Links.LinkNews;
import dev.brindle.linux.libc.Libc;
import dev.brindle.linux.libc.NetlinkSocket;
import dev.brindle.linux.libc.NetlinkSocket.Buffers;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.netlink.AddressMessages;
import dev.brindle.linux.netlink.LinkMessages;
import dev.brindle.linux.netlink.NetlinkMessage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.function.Consumer;

/// Hears the news of interfaces on a socket and a thread of its own.
final class LinkWatch implements AutoCloseable {

  private static final int LINKS = 1;
  private static final int IPV4_ADDRESSES = 0x10;
  private static final int IPV6_ADDRESSES = 0x100;

  private final Libc libc;
  private final NetlinkSocket socket;
  private final int stop;
  private final Consumer<LinkNews> listener;
  private final Thread thread;

  private LinkWatch(Libc libc, NetlinkSocket socket, Consumer<LinkNews> listener) {
    this.libc = libc;
    this.socket = socket;
    this.listener = listener;
    stop = libc.eventCounter();
    thread = Thread.ofPlatform().daemon().name("link-watch").unstarted(this::listen);
  }

  static LinkWatch start(
      Libc libc, NetworkNamespace namespace, Buffers buffers, Consumer<LinkNews> listener) {
    int groups = LINKS | IPV4_ADDRESSES | IPV6_ADDRESSES;
    NetlinkSocket socket =
        namespace.call(
            () -> NetlinkSocket.listen(libc, NetlinkSocket.Family.ROUTE, groups, buffers));
    var watch = new LinkWatch(libc, socket, listener);
    watch.thread.start();
    return watch;
  }

  /// The thread closes what it waits for, so that no descriptor is reused under its hands.
  private void listen() {
    try {
      while (socket.awaitNews(stop)) {
        hear();
      }
    } finally {
      socket.close();
      libc.close(stop);
    }
  }

  private void hear() {
    try {
      socket.receiveNews(message -> news(message).ifPresent(listener));
    } catch (KernelException e) {
      if (!e.errno().equals(Errno.ENOBUFS)) {
        throw e;
      }
      listener.accept(new LinkNews.Lost());
    }
  }

  private static Optional<LinkNews> news(NetlinkMessage message) {
    boolean isAddress =
        message.type() == AddressMessages.NEW || message.type() == AddressMessages.DELETE;
    if (isAddress) {
      return Optional.of(new LinkNews.AddressesChanged(AddressMessages.link(message)));
    }
    if (!LinkMessages.isLink(message)) {
      return Optional.empty();
    }
    Link link = LinkMessages.decode(message);
    return Optional.of(
        message.type() == LinkMessages.NEW
            ? new LinkNews.Changed(link)
            : new LinkNews.Gone(link.index(), link.name()));
  }

  /// Returns when the listener hears no more, unless the listener itself calls it.
  @Override
  public void close() {
    if (!thread.isAlive()) {
      return;
    }
    libc.write(stop, ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder()).putLong(0, 1));
    if (!Thread.currentThread().equals(thread)) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // it has been told; whoever waits for us is in a hurry
      }
    }
  }
}
