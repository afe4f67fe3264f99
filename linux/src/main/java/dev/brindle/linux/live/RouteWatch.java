// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.live;

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
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// The news of routes, interfaces and addresses, on one socket, so in their order. On the thread
/// that hears them.
final class RouteWatch {

  private static final int LINKS = 1;
  private static final int IPV4_ADDRESSES = 0x10;
  private static final int IPV4_ROUTES = 0x40;
  private static final int IPV6_ROUTES = 0x400;
  private static final int GROUPS = LINKS | IPV4_ADDRESSES | IPV4_ROUTES | IPV6_ROUTES;

  /// By index. Those of devices that went stay: a late word about their routes still has a name.
  private final Map<Integer, String> names = new HashMap<>();

  private RouteWatch(Collection<Link> links) {
    links.forEach(link -> names.put(link.index(), link.name()));
  }

  /// @param links there are
  /// @param port of the socket whose doings are no news
  /// @return ends the watch when it is closed
  static NewsThread start(
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
    var watch = new RouteWatch(links);
    return NewsThread.start(
        libc,
        socket,
        "route-watch",
        message -> watch.news(message).ifPresent(listener),
        () -> listener.accept(new RouteNews.Lost()));
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
}
