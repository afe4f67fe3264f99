// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.live;

import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.kernel.Links.LinkNews;
import dev.brindle.linux.kernel.RouteNews;
import dev.brindle.linux.libc.Libc;
import dev.brindle.linux.libc.NetlinkSocket;
import dev.brindle.linux.libc.NetlinkSocket.Buffers;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.netlink.AddressMessages;
import dev.brindle.linux.netlink.LinkMessages;
import dev.brindle.linux.netlink.MessageFlag;
import dev.brindle.linux.netlink.NetlinkMessage;
import dev.brindle.linux.netlink.RouteMessages;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Hears the news of routes, interfaces and addresses on one socket, so in their order, and on a
/// thread of its own.
final class RouteWatch implements AutoCloseable {

  private static final int LINKS = 1;
  private static final int IPV4_ADDRESSES = 0x10;
  private static final int IPV4_ROUTES = 0x40;
  private static final int IPV6_ROUTES = 0x400;
  private static final int GROUPS = LINKS | IPV4_ADDRESSES | IPV4_ROUTES | IPV6_ROUTES;

  private final Libc libc;
  private final NetlinkSocket socket;
  private final int stop;
  private final Consumer<RouteNews> listener;
  private final Thread thread;

  /// By index. Those of devices that went stay: a late word about their routes still has a name.
  private final Map<Integer, String> names = new HashMap<>();

  private RouteWatch(Libc libc, NetlinkSocket socket, Consumer<RouteNews> listener) {
    this.libc = libc;
    this.socket = socket;
    this.listener = listener;
    stop = libc.eventCounter();
    thread = Thread.ofPlatform().daemon().name("route-watch").unstarted(this::listen);
  }

  /// @param port of the socket whose doings are no news
  static RouteWatch start(
      Libc libc,
      NetworkNamespace namespace,
      Buffers buffers,
      Collection<Link> links,
      int port,
      Consumer<RouteNews> listener) {
    NetlinkSocket socket =
        namespace.call(
            () -> NetlinkSocket.listen(libc, NetlinkSocket.Family.ROUTE, GROUPS, buffers));
    socket.ignore(port);
    var watch = new RouteWatch(libc, socket, listener);
    links.forEach(link -> watch.names.put(link.index(), link.name()));
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
      listener.accept(new RouteNews.Lost());
    }
  }

  private Optional<RouteNews> news(NetlinkMessage message) {
    if (RouteMessages.isRoute(message)) {
      return RouteMessages.decodeAny(message, index -> Optional.of(name(index)))
          .map(
              route ->
                  RouteMessages.isGone(message)
                      ? new RouteNews.Went(route)
                      : new RouteNews.Came(route, message.has(MessageFlag.REPLACE)));
    }
    if (AddressMessages.isIpv4Gone(message)) {
      return Optional.of(new RouteNews.Addresses(name(AddressMessages.link(message))));
    }
    if (!LinkMessages.isLink(message)) {
      return Optional.empty(); // what comes with an address is told as routes
    }
    Link link = LinkMessages.decode(message);
    names.put(link.index(), link.name());
    return Optional.of(
        new RouteNews.Interface(
            message.type() == LinkMessages.NEW
                ? new LinkNews.Changed(link)
                : new LinkNews.Gone(link.index(), link.name())));
  }

  private String name(int index) {
    return names.getOrDefault(index, "#" + index);
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
