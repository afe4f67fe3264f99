// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.netlink;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.MacAddress;
import dev.brindle.linux.model.ForwardingEntry;
import dev.brindle.linux.model.Neighbour;
import java.nio.ByteBuffer;
import java.util.Optional;

/// RTM_NEWNEIGH, RTM_DELNEIGH and RTM_GETNEIGH (rtnetlink(7), neighbour.h): permanent entries only.
public final class NeighbourMessages {

  private static final int NEW = 28;
  private static final int DELETE = 29;
  private static final int GET = 30;
  private static final int FIXED = 12;
  private static final int BRIDGE = 7;
  private static final int PERMANENT = 0x80;
  private static final int SELF = 2;
  private static final int DESTINATION = 1;
  private static final int MAC = 2;
  private static final int PUT = MessageFlag.CREATE | MessageFlag.REPLACE;

  private NeighbourMessages() {}

  public static void put(MessageWriter out, int device, Neighbour neighbour) {
    int family = Families.number(neighbour.address().family());
    header(out, NEW, PUT, family, device, 0)
        .bytes(DESTINATION, neighbour.address().bytes())
        .bytes(MAC, neighbour.mac().bytes())
        .end();
  }

  public static void remove(MessageWriter out, int device, Neighbour neighbour) {
    int family = Families.number(neighbour.address().family());
    header(out, DELETE, 0, family, device, 0).bytes(DESTINATION, neighbour.address().bytes()).end();
  }

  public static void put(MessageWriter out, int device, ForwardingEntry entry) {
    header(out, NEW, PUT, BRIDGE, device, SELF)
        .bytes(MAC, entry.mac().bytes())
        .bytes(DESTINATION, entry.remote().bytes())
        .end();
  }

  public static void remove(MessageWriter out, int device, ForwardingEntry entry) {
    header(out, DELETE, 0, BRIDGE, device, SELF)
        .bytes(MAC, entry.mac().bytes())
        .bytes(DESTINATION, entry.remote().bytes())
        .end();
  }

  /// Asks for the neighbours of every interface: older kernels do not filter.
  public static void listNeighbours(MessageWriter out) {
    out.begin(GET, MessageFlag.DUMP).zeros(FIXED).end();
  }

  public static void listForwarding(MessageWriter out) {
    out.begin(GET, MessageFlag.DUMP).u8(BRIDGE).zeros(FIXED - 1).end();
  }

  /// `struct ndmsg`.
  private static MessageWriter header(
      MessageWriter out, int type, int flags, int family, int device, int own) {
    return out.begin(type, flags).u8(family).zeros(3).u32(device).u16(PERMANENT).u8(own).u8(0);
  }

  /// @return empty for other interfaces, and for what is not permanent
  public static Optional<Neighbour> neighbour(NetlinkMessage message, int index, String device) {
    int family = message.body().get(0);
    if (!isPermanent(message, index) || (family != 2 && family != 10)) {
      return Optional.empty();
    }
    Attributes attributes = Attributes.of(message.body(), FIXED);
    return address(attributes)
        .flatMap(address -> mac(attributes).map(mac -> new Neighbour(device, address, mac)));
  }

  /// @return empty for other interfaces, and for what is not permanent
  public static Optional<ForwardingEntry> forwarding(
      NetlinkMessage message, int index, String device) {
    if (!isPermanent(message, index) || message.body().get(0) != BRIDGE) {
      return Optional.empty();
    }
    Attributes attributes = Attributes.of(message.body(), FIXED);
    return address(attributes)
        .flatMap(address -> mac(attributes).map(mac -> new ForwardingEntry(device, mac, address)));
  }

  private static boolean isPermanent(NetlinkMessage message, int index) {
    ByteBuffer body = message.body();
    return message.type() == NEW && body.getInt(4) == index && (body.getShort(8) & PERMANENT) != 0;
  }

  private static Optional<IpAddress> address(Attributes attributes) {
    return attributes.bytes(DESTINATION).map(IpAddress::ofBytes);
  }

  private static Optional<MacAddress> mac(Attributes attributes) {
    return attributes.bytes(MAC).filter(mac -> mac.length == 6).map(MacAddress::ofBytes);
  }
}
