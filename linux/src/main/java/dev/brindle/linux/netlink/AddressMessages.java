// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.netlink;

import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.linux.model.LinkAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/// RTM_NEWADDR, RTM_DELADDR and RTM_GETADDR (rtnetlink(7)).
public final class AddressMessages {

  public static final int NEW = 20;
  public static final int DELETE = 21;
  private static final int GET = 22;
  private static final int FIXED = 8;
  private static final int ADDRESS = 1;
  private static final int LOCAL = 2;
  private static final int FLAGS = 8;
  private static final int NO_DUPLICATE_DETECTION = 2;
  private static final int PERMANENT = 0x80;
  private static final int HOST_SCOPE = 254;

  private AddressMessages() {}

  public static void add(MessageWriter out, int link, InterfaceAddress address) {
    write(out, NEW, MessageFlag.CREATE | MessageFlag.EXCLUSIVE, link, address);
  }

  public static void remove(MessageWriter out, int link, InterfaceAddress address) {
    write(out, DELETE, 0, link, address);
  }

  public static void list(MessageWriter out) {
    out.begin(GET, MessageFlag.DUMP).zeros(FIXED).end();
  }

  private static void write(
      MessageWriter out, int type, int flags, int link, InterfaceAddress address) {
    byte[] bytes = address.address().bytes();
    int scope = address.address().isLoopback() ? HOST_SCOPE : 0;
    int own = address.address().isIpv6() ? NO_DUPLICATE_DETECTION : 0;
    out.begin(type, flags)
        .u8(Families.number(address.address().family()))
        .u8(address.length())
        .u8(own)
        .u8(scope)
        .u32(link)
        .bytes(LOCAL, bytes)
        .bytes(ADDRESS, bytes)
        .end();
  }

  /// Whether it tells that an IPv4 address went.
  public static boolean isIpv4Gone(NetlinkMessage message) {
    return message.type() == DELETE && message.body().get(0) == Families.number(IpFamily.IPV4);
  }

  public static int link(NetlinkMessage message) {
    return message.body().getInt(4);
  }

  /// @return empty for what is neither an IPv4 nor an IPv6 address
  public static Optional<LinkAddress> decode(NetlinkMessage message) {
    ByteBuffer body = message.body();
    int family = body.get(0);
    if (message.type() != NEW || (family != 2 && family != 10)) {
      return Optional.empty();
    }
    Attributes attributes = Attributes.of(body, FIXED);
    int flags = attributes.number(FLAGS).orElse(body.get(2) & 0xff);
    // with a point-to-point peer ADDRESS is the peer's and LOCAL ours
    return attributes
        .bytes(LOCAL)
        .or(() -> attributes.bytes(ADDRESS))
        .map(IpAddress::ofBytes)
        .map(
            address ->
                new LinkAddress(
                    link(message),
                    new InterfaceAddress(address, body.get(1) & 0xff),
                    (flags & PERMANENT) != 0));
  }
}
