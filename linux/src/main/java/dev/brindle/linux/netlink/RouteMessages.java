// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.netlink;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.Route.Hop;
import dev.brindle.linux.model.Route.Scope;
import dev.brindle.linux.model.RouteOwner;
import dev.brindle.linux.model.RouteSelection;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;

/// RTM_NEWROUTE, RTM_DELROUTE and RTM_GETROUTE (rtnetlink(7)).
public final class RouteMessages {

  private static final int NEW = 24;
  private static final int DELETE = 25;
  private static final int GET = 26;
  private static final int FIXED = 12;
  private static final int ANY_SCOPE = 255;
  private static final int ONLINK = 4;
  private static final int CLONED = 0x200;

  private static final int DESTINATION = 1;
  private static final int OUT_DEVICE = 4;
  private static final int GATEWAY = 5;
  private static final int PRIORITY = 6;
  private static final int PREFERRED_SOURCE = 7;
  private static final int MULTIPATH = 9;
  private static final int TABLE = 15;
  private static final int VIA = 18;

  private RouteMessages() {}

  /// Add, or replace what has the same destination, table and metric.
  ///
  /// @param indexes of devices by name
  /// @throws IllegalArgumentException if the kernel has no way to express the route
  public static void put(MessageWriter out, Route route, ToIntFunction<String> indexes) {
    write(out, route, MessageFlag.CREATE | MessageFlag.REPLACE, indexes);
  }

  /// Add, unless there is something with the same destination, table and metric.
  ///
  /// @param indexes of devices by name
  /// @throws IllegalArgumentException if the kernel has no way to express the route
  public static void add(MessageWriter out, Route route, ToIntFunction<String> indexes) {
    write(out, route, MessageFlag.CREATE | MessageFlag.EXCLUSIVE, indexes);
  }

  private static void write(
      MessageWriter out, Route route, int flags, ToIntFunction<String> indexes) {
    List<Hop> hops = route.hops();
    int[] devices = new int[hops.size()];
    for (int i = 0; i < devices.length; i++) {
      check(route, hops.get(i));
      devices[i] = indexes.applyAsInt(hops.get(i).device());
    }
    boolean isSingle = hops.size() == 1;
    header(out, NEW, flags, route, route.scope().number(), route.type().number());
    out.u32(isSingle && hops.getFirst().onlink() ? ONLINK : 0);
    key(out, route);
    route.source().ifPresent(source -> out.bytes(PREFERRED_SOURCE, source.bytes()));
    if (isSingle) {
      gateway(out, route, hops.getFirst());
      out.attribute32(OUT_DEVICE, devices[0]);
    } else if (!hops.isEmpty()) {
      multipath(out, route, devices);
    }
    out.end();
  }

  private static void check(Route route, Hop hop) {
    boolean isBackwards =
        route.destination().family() == IpFamily.IPV6
            && hop.gateway().filter(IpAddress::isIpv4).isPresent();
    if (isBackwards) {
      throw new IllegalArgumentException(
          "route %s: an IPv6 destination cannot have the IPv4 gateway %s"
              .formatted(route.destination(), hop.gateway().get()));
    }
  }

  /// Remove the owner's route to the destination in the table with the metric, whatever its hops.
  public static void remove(MessageWriter out, Route route) {
    header(out, DELETE, 0, route, ANY_SCOPE, 0);
    out.u32(0);
    key(out, route);
    out.end();
  }

  /// Ask for all routes of the main table.
  public static void list(MessageWriter out, IpFamily family) {
    out.begin(GET, MessageFlag.DUMP).u8(Families.number(family)).zeros(3);
    out.u8(Route.MAIN_TABLE).zeros(FIXED - 5).end();
  }

  /// Ask for the routes of the main table that have a hop on a device.
  public static void listOn(MessageWriter out, IpFamily family, int device) {
    out.begin(GET, MessageFlag.DUMP).u8(Families.number(family)).zeros(3);
    out.u8(Route.MAIN_TABLE).zeros(FIXED - 5).attribute32(OUT_DEVICE, device).end();
  }

  /// Ask for some routes.
  ///
  /// @param device 0 for any
  public static void list(MessageWriter out, RouteSelection which, int device) {
    out.begin(GET, MessageFlag.DUMP)
        .u8(Families.number(which.family()))
        .zeros(3)
        .u8(which.table() <= 0xff ? which.table() : 0)
        .u8(which.owner().map(RouteOwner::protocol).orElse(0))
        .zeros(FIXED - 6)
        .attribute32(TABLE, which.table());
    if (device != 0) {
      out.attribute32(OUT_DEVICE, device);
    }
    out.end();
  }

  /// Whether the message is about a route.
  public static boolean isRoute(NetlinkMessage message) {
    return message.type() == NEW || message.type() == DELETE;
  }

  public static boolean isGone(NetlinkMessage message) {
    return message.type() == DELETE;
  }

  private static void header(
      MessageWriter out, int message, int flags, Route route, int scope, int type) {
    Cidr destination = route.destination();
    out.begin(message, flags)
        .u8(Families.number(destination.family()))
        .u8(destination.length())
        .u8(0)
        .u8(0)
        .u8(route.table() <= 0xff ? route.table() : 0)
        .u8(route.owner().protocol())
        .u8(scope)
        .u8(type);
  }

  private static void key(MessageWriter out, Route route) {
    if (route.destination().length() > 0) {
      out.bytes(DESTINATION, route.destination().address().bytes());
    }
    out.attribute32(TABLE, route.table());
    if (route.metric() != 0) {
      out.attribute32(PRIORITY, route.metric());
    }
  }

  private static void gateway(MessageWriter out, Route route, Hop hop) {
    if (hop.gateway().isEmpty()) {
      return;
    }
    IpAddress gateway = hop.gateway().get();
    if (gateway.family() == route.destination().family()) {
      out.bytes(GATEWAY, gateway.bytes());
    } else {
      out.bytes(VIA, via(gateway));
    }
  }

  /// `struct rtvia`: the family in native order, then the address.
  private static byte[] via(IpAddress gateway) {
    byte[] address = gateway.bytes();
    return ByteBuffer.allocate(Short.BYTES + address.length)
        .order(ByteOrder.nativeOrder())
        .putShort((short) Families.number(gateway.family()))
        .put(address)
        .array();
  }

  /// Each hop is a `struct rtnexthop` whose length counts the attributes after it.
  private static void multipath(MessageWriter out, Route route, int[] devices) {
    var value = new MessageWriter();
    for (int i = 0; i < devices.length; i++) {
      Hop hop = route.hops().get(i);
      var attributes = new MessageWriter();
      gateway(attributes, route, hop);
      value.u16(8 + attributes.size()).u8(hop.onlink() ? ONLINK : 0).u8(0).u32(devices[i]);
      value.append(attributes);
    }
    out.bytes(MULTIPATH, Attributes.toBytes(value.bytes()));
  }

  /// @param names of devices by index, empty if there is none with that index
  /// @return empty for what is no route of ours to show: cached, broadcast, multicast, of another
  ///     table, or through devices that are gone
  public static Optional<Route> decode(
      NetlinkMessage message, IntFunction<Optional<String>> names) {
    return message.type() == NEW
        ? decodeAny(message, names).filter(route -> route.table() == Route.MAIN_TABLE)
        : Optional.empty();
  }

  /// The same of any table, also of a route that went.
  public static Optional<Route> decodeAny(
      NetlinkMessage message, IntFunction<Optional<String>> names) {
    ByteBuffer body = message.body();
    Optional<Route.Type> type =
        Arrays.stream(Route.Type.values())
            .filter(t -> t.number() == (body.get(7) & 0xff))
            .findFirst();
    boolean isCached = (body.getInt(8) & CLONED) != 0;
    if (!isRoute(message) || type.isEmpty() || isCached) {
      return Optional.empty();
    }
    Attributes attributes = Attributes.of(body, FIXED);
    int table = attributes.number(TABLE).orElse(body.get(4) & 0xff);
    boolean hasHops = type.get() == Route.Type.UNICAST || type.get() == Route.Type.LOCAL;
    List<Hop> hops = hasHops ? hops(body, attributes, names) : List.of();
    if (hasHops && hops.isEmpty()) {
      return Optional.empty();
    }
    IpFamily family = Families.of(body.get(0));
    IpAddress address =
        attributes.bytes(DESTINATION).map(IpAddress::ofBytes).orElse(Families.unspecified(family));
    return Optional.of(
        new Route(
            new Cidr(address, body.get(1) & 0xff),
            new RouteOwner(body.get(5) & 0xff),
            type.get(),
            scope(body.get(6) & 0xff),
            table,
            attributes.number(PRIORITY).orElse(0),
            attributes.bytes(PREFERRED_SOURCE).map(IpAddress::ofBytes),
            hops));
  }

  private static Scope scope(int number) {
    return Arrays.stream(Scope.values())
        .filter(scope -> scope.number() == number)
        .findFirst()
        .orElse(Scope.UNIVERSE); // site and private scopes: nobody uses them
  }

  private static List<Hop> hops(
      ByteBuffer body, Attributes attributes, IntFunction<Optional<String>> names) {
    Optional<ByteBuffer> several = attributes.get(MULTIPATH);
    var hops = new ArrayList<Hop>();
    if (several.isEmpty()) {
      int device = attributes.number(OUT_DEVICE).orElse(0);
      hop(device, body.getInt(8), attributes, names).ifPresent(hops::add);
      return hops;
    }
    ByteBuffer region = several.get();
    int at = 0;
    while (at + 8 <= region.limit()) {
      int length = region.getShort(at) & 0xffff;
      if (length < 8 || length > region.limit() - at) {
        throw new IllegalArgumentException("next hop of %d bytes".formatted(length));
      }
      Attributes own = Attributes.of(region.slice(at, length), 8);
      hop(region.getInt(at + 4), region.get(at + 2), own, names).ifPresent(hops::add);
      at += Attributes.align(length);
    }
    return hops;
  }

  private static Optional<Hop> hop(
      int device, int flags, Attributes attributes, IntFunction<Optional<String>> names) {
    Optional<IpAddress> gateway =
        attributes
            .bytes(GATEWAY)
            .or(() -> attributes.bytes(VIA).map(via -> Arrays.copyOfRange(via, 2, via.length)))
            .map(IpAddress::ofBytes);
    return names.apply(device).map(name -> new Hop(gateway, name, (flags & ONLINK) != 0));
  }
}
