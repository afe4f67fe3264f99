// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.topology.ListenAddress;
import dev.brindle.bird.topology.PeerConfig;
import java.util.Optional;
import java.util.regex.Pattern;

/// Where a neighbour is and how it is reached: `address`, `port`, `sourceAddress`, `multihop`,
/// `ttlSecurity`.
final class PathFields {

  private static final int MAX_PORT = 65_535;
  private static final long FIRST_MULTICAST = 0xe000_0000L;
  private static final long IPV4_IN_IPV6 = 0xffff;
  private static final int MAX_HOPS = 255;
  private static final int MOST_SECURED_HOPS = 254;

  /// What the kernel takes for an interface's name.
  private static final Pattern ZONE = Pattern.compile("[^\\s/:%]{1,15}");

  private PathFields() {}

  /// @param address unspecified if only the interface is known
  /// @param zone the interface of a link-local address
  record Place(IpAddress address, Optional<String> zone, int port) {

    /// `192.0.2.1`, `fe80::1%eth0`, `eth0`, `192.0.2.1 port 1790`.
    static String text(PeerConfig peer) {
      return new Place(peer.address(), peer.zone(), peer.port()).toString();
    }

    @Override
    public String toString() {
      String host = host("%");
      return port == ListenAddress.BGP_PORT ? host : host + " port " + port;
    }

    private String host(String separator) {
      return zone.map(it -> address.isUnspecified() ? it : address + separator + it)
          .orElseGet(address::toString);
    }
  }

  /// `fe80::1%eth0`: a link-local address, and only such, has an interface.
  static Place place(Field neighbor) {
    return neighbor.get("address").read(text -> place(text, port(neighbor)));
  }

  static int port(Field neighbor) {
    return neighbor
        .find("port")
        .map(it -> (int) it.number(1, MAX_PORT))
        .orElse(ListenAddress.BGP_PORT);
  }

  private static Place place(String text, int port) {
    int percent = text.indexOf('%');
    IpAddress address = IpAddress.parse(percent < 0 ? text : text.substring(0, percent));
    Optional<String> zone =
        percent < 0 ? Optional.empty() : Optional.of(text.substring(percent + 1));
    boolean isLinkLocal = address.isIpv6() && address.isLinkLocal();
    if (isLinkLocal != zone.isPresent()) {
      throw new IllegalArgumentException(
          isLinkLocal
              ? "'%s' is on every link; say which, as in %s%%eth0".formatted(text, address)
              : "'%s' names an interface, which is for link-local addresses only".formatted(text));
    }
    if (!isRoutersAddress(address)) {
      throw new IllegalArgumentException("'%s' is no address that a router has".formatted(text));
    }
    return new Place(address, zone.map(PathFields::link), port);
  }

  /// Not unspecified, multicast, class E or broadcast, nor an IPv4 address in IPv6's clothes.
  private static boolean isRoutersAddress(IpAddress address) {
    return address.isIpv4()
        ? !address.isUnspecified() && address.low() < FIRST_MULTICAST
        : !address.isUnspecified()
            && !address.isMulticast()
            && !(address.high() == 0 && address.low() >>> 32 == IPV4_IN_IPV6);
  }

  /// The name of an interface.
  static String link(String text) {
    if (!ZONE.matcher(text).matches() || text.equals(".") || text.equals("..")) {
      throw new IllegalArgumentException("'%s' is no interface's name".formatted(text));
    }
    return text;
  }

  /// Unique, and the same whatever other neighbours there are.
  static String name(Place place) {
    String name = "Peer_" + place.host("_").replace('.', '_').replace(':', '_');
    return place.port() == ListenAddress.BGP_PORT ? name : name + "_port_" + place.port();
  }

  static PeerConfig withPath(PeerConfig peer, Field neighbor) {
    return peer.withSource(neighbor.find("sourceAddress").map(it -> source(it, peer.address())))
        .withMultihop(multihop(neighbor).orElse(0))
        .withTtlSecurity(securedHops(neighbor));
  }

  private static IpAddress source(Field field, IpAddress peer) {
    IpAddress source = field.read(IpAddress::parse);
    if (source.family() != peer.family()) {
      throw field.wrong("%s cannot call %s: another family".formatted(source, peer));
    }
    if (source.isUnspecified() || source.isMulticast() || source.isLinkLocal()) {
      throw field.wrong("'%s' is no address to call from".formatted(source));
    }
    return source;
  }

  static boolean isMultihop(Field neighbor) {
    return Math.max(multihop(neighbor).orElse(0), securedHops(neighbor)) > 1;
  }

  private static Optional<Integer> multihop(Field neighbor) {
    return neighbor.find("multihop").map(it -> (int) it.number(1, MAX_HOPS));
  }

  /// `true` for as many as `multihop` says, or one.
  private static int securedHops(Field neighbor) {
    Optional<Field> found = neighbor.find("ttlSecurity");
    if (found.isEmpty()) {
      return 0;
    }
    Field field = found.get();
    Optional<Integer> multihop = multihop(neighbor);
    return switch (field.text()) {
      case "true" -> multihop.orElse(1);
      case "false" -> 0;
      default -> {
        int hops = (int) field.number(1, MOST_SECURED_HOPS);
        if (multihop.filter(it -> it != hops).isPresent()) {
          throw field.wrong(
              "%d is not the %d of multihop; say true, or leave multihop out"
                  .formatted(hops, multihop.get()));
        }
        yield hops;
      }
    };
  }
}
