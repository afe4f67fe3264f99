// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.live;

import dev.brindle.linux.kernel.Links.LinkNews;
import dev.brindle.linux.libc.Libc;
import dev.brindle.linux.libc.NetlinkSocket;
import dev.brindle.linux.libc.NetlinkSocket.Buffers;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.netlink.AddressMessages;
import dev.brindle.linux.netlink.LinkMessages;
import dev.brindle.linux.netlink.NetlinkMessage;
import java.util.Optional;
import java.util.function.Consumer;

/// The news of interfaces.
final class LinkWatch {

  private static final int LINKS = 1;
  private static final int IPV4_ADDRESSES = 0x10;
  private static final int IPV6_ADDRESSES = 0x100;

  private LinkWatch() {}

  /// @return ends the watch when it is closed
  static NewsThread start(
      Libc libc, NetworkNamespace namespace, Buffers buffers, Consumer<LinkNews> listener) {
    int groups = LINKS | IPV4_ADDRESSES | IPV6_ADDRESSES;
    NetlinkSocket socket =
        namespace.call(
            () -> NetlinkSocket.listen(libc, NetlinkSocket.Family.ROUTE, groups, buffers));
    return NewsThread.start(
        libc,
        socket,
        "link-watch",
        message -> news(message).ifPresent(listener),
        () -> listener.accept(new LinkNews.Lost()));
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
}
