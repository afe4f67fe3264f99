// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.netlink;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.MacAddress;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.model.Link.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/// RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK and RTM_SETLINK (rtnetlink(7), if_link.h).
public final class LinkMessages {

  public static final int NEW = 16;
  public static final int DELETE = 17;
  private static final int GET = 18;
  private static final int SET = 19;
  private static final int FIXED = 16;

  private static final int UP = 1;
  private static final int LOWER_UP = 0x1_0000;

  private static final int MAC = 1;
  private static final int NAME = 3;
  private static final int MTU = 4;
  private static final int KIND_ATTRIBUTES = 18;
  private static final int GROUP = 27;
  private static final int NAMESPACE = 28;
  private static final int EXTENSIONS = 29;
  private static final int SKIP_STATISTICS = 8;
  private static final int KIND = 1;
  private static final int KIND_DATA = 2;
  private static final int VETH_PEER = 1;

  private static final int VXLAN_ID = 1;
  private static final int VXLAN_LINK = 3;
  private static final int VXLAN_LOCAL = 4;
  private static final int VXLAN_LEARNING = 7;
  private static final int VXLAN_PORT = 15;
  private static final int VXLAN_LOCAL6 = 17;
  private static final int TUNNEL_LOCAL = 2;
  private static final int TUNNEL_REMOTE = 3;

  private LinkMessages() {}

  /// One end of a pair.
  public record End(String name, Optional<MacAddress> mac) {}

  /// @param namespace open descriptor of the peer's namespace
  public static void createVeth(
      MessageWriter out, End end, End peer, int mtu, int group, int namespace) {
    create(out, end.name(), end.mac(), mtu);
    out.attribute32(GROUP, group);
    out.open(KIND_ATTRIBUTES).text(KIND, "veth").open(KIND_DATA).open(VETH_PEER);
    out.zeros(FIXED).text(NAME, peer.name()).attribute32(MTU, mtu);
    peer.mac().ifPresent(mac -> out.bytes(MAC, mac.bytes()));
    out.attribute32(NAMESPACE, namespace).close().close().close().end();
  }

  public static void createVxlan(
      MessageWriter out, String name, Optional<MacAddress> mac, int mtu, Kind.Vxlan vxlan) {
    create(out, name, mac, mtu);
    out.open(KIND_ATTRIBUTES).text(KIND, "vxlan").open(KIND_DATA);
    out.attribute32(VXLAN_ID, vxlan.vni());
    if (vxlan.underlay() != 0) {
      out.attribute32(VXLAN_LINK, vxlan.underlay());
    }
    vxlan.local().ifPresent(a -> out.bytes(a.isIpv4() ? VXLAN_LOCAL : VXLAN_LOCAL6, a.bytes()));
    out.attribute8(VXLAN_LEARNING, vxlan.learning() ? 1 : 0).bigEndian16(VXLAN_PORT, vxlan.port());
    out.close().close().end();
  }

  public static void createIpip(MessageWriter out, String name, Kind.Ipip ipip) {
    header(out, NEW, MessageFlag.CREATE | MessageFlag.EXCLUSIVE, 0, 0, 0).text(NAME, name);
    out.open(KIND_ATTRIBUTES).text(KIND, "ipip").open(KIND_DATA);
    ipip.local().ifPresent(address -> out.bytes(TUNNEL_LOCAL, address.bytes()));
    ipip.remote().ifPresent(address -> out.bytes(TUNNEL_REMOTE, address.bytes()));
    out.close().close().end();
  }

  /// An interface whose packets come in anew where they came from (`ifb`).
  public static void createIfb(MessageWriter out, String name, int mtu) {
    create(out, name, Optional.empty(), mtu);
    out.open(KIND_ATTRIBUTES).text(KIND, "ifb").close().end();
  }

  private static void create(MessageWriter out, String name, Optional<MacAddress> mac, int mtu) {
    header(out, NEW, MessageFlag.CREATE | MessageFlag.EXCLUSIVE, 0, 0, 0)
        .text(NAME, name)
        .attribute32(MTU, mtu);
    mac.ifPresent(address -> out.bytes(MAC, address.bytes()));
  }

  public static void setUp(MessageWriter out, int index, boolean up) {
    header(out, SET, 0, index, up ? UP : 0, UP).end();
  }

  public static void setMtu(MessageWriter out, int index, int mtu) {
    header(out, SET, 0, index, 0, 0).attribute32(MTU, mtu).end();
  }

  public static void setMac(MessageWriter out, int index, MacAddress mac) {
    header(out, SET, 0, index, 0, 0).bytes(MAC, mac.bytes()).end();
  }

  public static void setGroup(MessageWriter out, int index, int group) {
    header(out, SET, 0, index, 0, 0).attribute32(GROUP, group).end();
  }

  public static void delete(MessageWriter out, String name) {
    header(out, DELETE, 0, 0, 0, 0).text(NAME, name).end();
  }

  public static void deleteGroup(MessageWriter out, int group) {
    header(out, DELETE, 0, 0, 0, 0).attribute32(GROUP, group).end();
  }

  public static void list(MessageWriter out) {
    header(out, GET, MessageFlag.DUMP, 0, 0, 0).attribute32(EXTENSIONS, SKIP_STATISTICS).end();
  }

  public static void get(MessageWriter out, String name) {
    header(out, GET, 0, 0, 0, 0).attribute32(EXTENSIONS, SKIP_STATISTICS).text(NAME, name).end();
  }

  public static void get(MessageWriter out, int index) {
    header(out, GET, 0, index, 0, 0).attribute32(EXTENSIONS, SKIP_STATISTICS).end();
  }

  /// `struct ifinfomsg`.
  private static MessageWriter header(
      MessageWriter out, int type, int flags, int index, int state, int changed) {
    return out.begin(type, flags).u32(0).u32(index).u32(state).u32(changed);
  }

  /// Whether it is about an interface itself, and not about what it is as a bridge's port.
  public static boolean isLink(NetlinkMessage message) {
    return (message.type() == NEW || message.type() == DELETE) && message.body().get(0) == 0;
  }

  public static int index(NetlinkMessage message) {
    return message.body().getInt(4);
  }

  public static int group(NetlinkMessage message) {
    return Attributes.of(message.body(), FIXED).number(GROUP).orElse(0);
  }

  public static Link decode(NetlinkMessage message) {
    ByteBuffer body = message.body();
    Attributes attributes = Attributes.of(body, FIXED);
    int flags = body.getInt(8);
    return new Link(
        index(message),
        attributes.text(NAME).orElse(""),
        attributes.bytes(MAC).filter(mac -> mac.length == 6).map(MacAddress::ofBytes),
        attributes.number(MTU).orElse(0),
        (flags & UP) != 0,
        (flags & LOWER_UP) != 0,
        kind(attributes.nested(KIND_ATTRIBUTES)));
  }

  private static Kind kind(Attributes attributes) {
    String name = attributes.text(KIND).orElse("");
    Attributes data = attributes.nested(KIND_DATA);
    return switch (name) {
      case "veth" -> new Kind.Veth();
      case "vxlan" -> vxlan(data);
      case "ipip" -> new Kind.Ipip(address(data, TUNNEL_LOCAL), address(data, TUNNEL_REMOTE));
      case "ifb" -> new Kind.Ifb();
      default -> new Kind.Other(name);
    };
  }

  private static Kind vxlan(Attributes data) {
    return new Kind.Vxlan(
        data.number(VXLAN_ID).orElse(0),
        address(data, VXLAN_LOCAL).or(() -> address(data, VXLAN_LOCAL6)),
        data.number(VXLAN_LINK).orElse(0),
        data.get(VXLAN_PORT)
            .map(port -> port.order(ByteOrder.BIG_ENDIAN).getShort(0) & 0xffff)
            .orElse(0),
        data.get(VXLAN_LEARNING).map(learning -> learning.get(0) != 0).orElse(false));
  }

  private static Optional<IpAddress> address(Attributes data, int type) {
    return data.bytes(type).map(IpAddress::ofBytes).filter(address -> !address.isUnspecified());
  }
}
