// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.host;

import dev.brindle.linux.libc.Libc;
import dev.brindle.linux.libc.NetlinkSocket;
import dev.brindle.linux.netlink.MessageFlag;
import dev.brindle.linux.netlink.MessageWriter;
import dev.brindle.linux.netlink.Refusal;

/// The lab's switches: bridges, in the supervisor's own namespace. Only the lab has bridges, so the
/// two messages they need are here (rtnetlink(7), if_link.h).
final class Bridge {

  private static final int RTM_NEWLINK = 16;
  private static final int AFTER_FAMILY = 3;
  private static final int IFLA_IFNAME = 3;
  private static final int IFLA_MASTER = 10;
  private static final int IFLA_LINKINFO = 18;
  private static final int IFLA_INFO_KIND = 1;

  private Bridge() {}

  /// Makes a bridge, down and without ports.
  static void create(Libc libc, String name) {
    MessageWriter message = new MessageWriter();
    message.begin(RTM_NEWLINK, MessageFlag.CREATE | MessageFlag.EXCLUSIVE);
    link(message, 0);
    message.text(IFLA_IFNAME, name);
    message.open(IFLA_LINKINFO).text(IFLA_INFO_KIND, "bridge").close().end();
    run(libc, message, "add bridge " + name);
  }

  /// Makes an interface one of the bridge's ports.
  static void join(Libc libc, int port, int bridge) {
    MessageWriter message = new MessageWriter();
    message.begin(RTM_NEWLINK, 0);
    link(message, port);
    message.attribute32(IFLA_MASTER, bridge).end();
    run(libc, message, "plug interface %d into bridge %d".formatted(port, bridge));
  }

  /// `struct ifinfomsg`.
  private static void link(MessageWriter message, int index) {
    message.u8(0).zeros(AFTER_FAMILY).u32(index).u32(0).u32(0);
  }

  private static void run(Libc libc, MessageWriter message, String what) {
    try (NetlinkSocket socket = NetlinkSocket.open(libc, NetlinkSocket.Family.ROUTE)) {
      for (Refusal refusal : socket.run(message)) {
        throw refusal.asException(what);
      }
    }
  }
}
