// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.host;

import dev.brindle.api.net.IpAddress;
import dev.brindle.linux.libc.Libc;
import dev.brindle.linux.libc.NetlinkSocket;
import dev.brindle.linux.netlink.MessageFlag;
import dev.brindle.linux.netlink.MessageWriter;
import dev.brindle.linux.netlink.Refusal;
import java.util.Optional;

/// A route to one address that takes only packets up to a size, as a way that narrows somewhere and
/// says so. Only the lab has such routes, so the messages are here (rtnetlink(7)).
///
/// @param gateway absent if the address is on the link
/// @param mtu of whole packets
public record NarrowRoute(
    Host host, String device, IpAddress to, Optional<IpAddress> gateway, int mtu) {

  private static final int RTM_NEWROUTE = 24;
  private static final int RTM_DELROUTE = 25;
  private static final int RTA_DST = 1;
  private static final int RTA_OIF = 4;
  private static final int RTA_GATEWAY = 5;
  private static final int RTA_METRICS = 8;
  private static final int RTAX_MTU = 2;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int MAIN_TABLE = 254;
  private static final int PROTOCOL_BOOT = 3;
  private static final int SCOPE_UNIVERSE = 0;
  private static final int SCOPE_LINK = 253;
  private static final int UNICAST = 1;
  private static final int ESRCH = 3;

  public void add(Libc libc) {
    MessageWriter message = new MessageWriter();
    message.begin(RTM_NEWROUTE, MessageFlag.CREATE | MessageFlag.EXCLUSIVE);
    write(message);
    run(libc, message);
  }

  /// It is no error if it is gone.
  public void remove(Libc libc) {
    MessageWriter message = new MessageWriter();
    message.begin(RTM_DELROUTE, 0);
    write(message);
    run(libc, message);
  }

  /// `struct rtmsg` and its attributes.
  private void write(MessageWriter message) {
    boolean isLink = gateway.isEmpty() && to.isIpv4();
    message
        .u8(to.isIpv4() ? AF_INET : AF_INET6)
        .u8(to.bytes().length * Byte.SIZE)
        .zeros(2)
        .u8(MAIN_TABLE)
        .u8(PROTOCOL_BOOT)
        .u8(isLink ? SCOPE_LINK : SCOPE_UNIVERSE)
        .u8(UNICAST)
        .u32(0)
        .bytes(RTA_DST, to.bytes())
        .attribute32(RTA_OIF, host.index(device));
    gateway.ifPresent(address -> message.bytes(RTA_GATEWAY, address.bytes()));
    message.open(RTA_METRICS).attribute32(RTAX_MTU, mtu).close().end();
  }

  private void run(Libc libc, MessageWriter message) {
    try (NetlinkSocket socket =
        host.inside(() -> NetlinkSocket.open(libc, NetlinkSocket.Family.ROUTE))) {
      for (Refusal refusal : socket.run(message)) {
        if (refusal.errno().number() != ESRCH) {
          throw refusal.asException("narrow route to %s by %s".formatted(to, device));
        }
      }
    }
  }
}
