// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.bgp;

import dev.brindle.api.net.Cidr;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.Route.Hop;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// What becomes of the packets to a prefix. Shared by all prefixes of which the same becomes.
///
/// @param hops in a fixed order: that of the kernel says nothing
/// @param isPlain as we write routes: without a preferred source, and of no narrow scope
record Way(Route.Type type, List<Hop> hops, boolean isPlain) {

  static final Way BLACKHOLE = new Way(Route.Type.BLACKHOLE, List.of(), true);

  Way {
    hops =
        hops.size() < 2
            ? List.copyOf(hops)
            : hops.stream().sorted(Comparator.comparing(Hop::toString)).toList();
  }

  static Way through(List<Hop> hops) {
    return new Way(Route.Type.UNICAST, hops, true);
  }

  static Way of(Route route) {
    return new Way(route.type(), route.hops(), isPlain(route));
  }

  private static boolean isPlain(Route route) {
    return route.source().isEmpty() && route.scope() == Route.Scope.UNIVERSE;
  }

  Route to(Cidr prefix, FibSettings settings) {
    return new Route(
        prefix,
        settings.owner(),
        type,
        Route.Scope.UNIVERSE,
        settings.table(),
        settings.metric(),
        Optional.empty(),
        hops);
  }

  /// Whether it is surely that of the route. Quick; may say no if there are several hops.
  boolean isOf(Route route) {
    return type == route.type() && hops.equals(route.hops()) && isPlain == isPlain(route);
  }

  /// What is left when some hops go; empty if nothing is.
  Optional<Way> without(List<Hop> gone) {
    List<Hop> left = new ArrayList<>(hops);
    left.removeAll(gone);
    return left.isEmpty() ? Optional.empty() : Optional.of(new Way(type, left, isPlain));
  }

  /// `via 192.0.2.2 dev eth0, via 192.0.2.3 dev eth1`, or `blackhole`.
  String text() {
    return hops.isEmpty()
        ? type.name().toLowerCase(Locale.ROOT)
        : hops.stream().map(Way::text).collect(Collectors.joining(", "));
  }

  private static String text(Hop hop) {
    String gateway = hop.gateway().map(it -> "via " + it + " ").orElse("");
    return gateway + "dev " + hop.device() + (hop.onlink() ? " onlink" : "");
  }
}
