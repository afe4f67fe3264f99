// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.model;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One entry of a routing table.
///
/// Two routes with the same destination, table and metric exclude each other in the kernel.
///
/// @param table 254 is the main table
/// @param metric smaller wins; 0 is the kernel's default (for IPv6 the kernel turns 0 into 1024)
/// @param source preferred source address
/// @param hops where packets go: one for an ordinary route, several for multipath, none for
///     `BLACKHOLE`, `UNREACHABLE`, `PROHIBIT` and `THROW`
public record Route(
    Cidr destination,
    RouteOwner owner,
    Type type,
    Scope scope,
    int table,
    int metric,
    Optional<IpAddress> source,
    List<Hop> hops) {

  public static final int MAIN_TABLE = 254;

  private static final int IPV6_METRIC = 1024;

  /// @throws IllegalArgumentException if the type and the number of hops do not fit
  public Route {
    hops = List.copyOf(hops);
    if (type.hasHops() == hops.isEmpty()) {
      throw new IllegalArgumentException("a %s route has %d hops".formatted(type, hops.size()));
    }
  }

  /// Written out because tables of them are compared, see `IpAddress`.
  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof Route that
            && metric == that.metric
            && table == that.table
            && destination.equals(that.destination)
            && owner.protocol() == that.owner.protocol()
            && type == that.type
            && scope == that.scope
            && source.equals(that.source)
            && hops.equals(that.hops));
  }

  /// What tells routes of one kernel apart. IPv6 has the same local ones on every interface.
  @Override
  public int hashCode() {
    int where = hops.isEmpty() ? 0 : hops.getFirst().device().hashCode();
    return 31 * (31 * (31 * destination.hashCode() + table) + metric) + where;
  }

  /// `destination via gateway dev device`, in the main table.
  public static Route via(
      Cidr destination, RouteOwner owner, IpAddress gateway, String device, boolean onlink) {
    return new Route(
        destination,
        owner,
        Type.UNICAST,
        Scope.UNIVERSE,
        MAIN_TABLE,
        0,
        Optional.empty(),
        List.of(new Hop(Optional.of(gateway), device, onlink)));
  }

  /// `destination dev device scope link`, in the main table.
  public static Route onDevice(Cidr destination, RouteOwner owner, String device) {
    return new Route(
        destination,
        owner,
        Type.UNICAST,
        Scope.LINK,
        MAIN_TABLE,
        0,
        Optional.empty(),
        List.of(new Hop(Optional.empty(), device, false)));
  }

  /// `blackhole destination`, in the main table.
  public static Route blackhole(Cidr destination, RouteOwner owner) {
    return new Route(
        destination,
        owner,
        Type.BLACKHOLE,
        Scope.UNIVERSE,
        MAIN_TABLE,
        0,
        Optional.empty(),
        List.of());
  }

  public Route withMetric(int changed) {
    return new Route(destination, owner, type, scope, table, changed, source, hops);
  }

  /// As the kernel reports it once it is written, with hops in a fixed order: an IPv6 route has no
  /// scope, and the metric 1024 if none was given. Two routes are the same to the kernel if these
  /// are equal.
  public Route installed() {
    boolean isIpv6 = destination.address().isIpv6();
    boolean isSo = !isIpv6 || (scope == Scope.UNIVERSE && metric != 0);
    if (isSo && hops.size() < 2) {
      return this;
    }
    return new Route(
        destination,
        owner,
        type,
        isIpv6 ? Scope.UNIVERSE : scope,
        table,
        isIpv6 && metric == 0 ? IPV6_METRIC : metric,
        source,
        hops.stream().sorted(Comparator.comparing(Hop::toString)).toList());
  }

  /// Where packets go.
  ///
  /// @param gateway absent: the destination is on the link; may be of the other family (RFC 8950)
  /// @param device name of the interface
  /// @param onlink the gateway counts as reachable though no address of the device says so
  public record Hop(Optional<IpAddress> gateway, String device, boolean onlink) {

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Hop that
          && onlink == that.onlink
          && device.equals(that.device)
          && gateway.equals(that.gateway);
    }

    @Override
    public int hashCode() {
      return 31 * device.hashCode() + gateway.hashCode();
    }
  }

  /// What becomes of packets.
  public enum Type {
    UNICAST(1),
    LOCAL(2),
    BLACKHOLE(6),
    UNREACHABLE(7),
    PROHIBIT(8),
    THROW(9);

    private final int number;

    Type(int number) {
      this.number = number;
    }

    /// `RTN_...` of rtnetlink.h.
    public int number() {
      return number;
    }

    boolean hasHops() {
      return this == UNICAST || this == LOCAL;
    }
  }

  /// How far the destination is.
  public enum Scope {
    UNIVERSE(0),
    LINK(253),
    HOST(254);

    private final int number;

    Scope(int number) {
      this.number = number;
    }

    /// `RT_SCOPE_...` of rtnetlink.h.
    public int number() {
      return number;
    }
  }
}
