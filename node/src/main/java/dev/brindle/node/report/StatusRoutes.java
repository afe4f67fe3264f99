// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.report;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.bird.rib.Path;
import dev.brindle.bird.speaker.PeerReport;
import dev.brindle.bird.speaker.RoutePage;
import dev.brindle.bird.table.ListedPath;
import dev.brindle.bird.topology.PeerType;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.Route.Hop;
import dev.brindle.linux.model.RouteOwner;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Routes as a CalicoNodeStatus has them: `FIB` is what packets follow, `RIB` what is known
/// besides.
///
/// @param fields `routesV4` and `routesV6`, each only if there are some
/// @param isWhole whether all that were asked for are there
record StatusRoutes(Map<String, Object> fields, boolean isWhole) {

  /// Where there is no gateway.
  private static final String NO_GATEWAY = "N/A";

  private static final Cidr LINK_LOCAL = Cidr.parse("fe80::/10");
  private static final Cidr MULTICAST = Cidr.parse("ff00::/8");

  /// One line.
  private record Line(
      Cidr destination,
      boolean isForwarding,
      String gateway,
      String device,
      String source,
      Optional<IpAddress> peer) {

    Map<String, Object> fields() {
      Map<String, Object> learned = new LinkedHashMap<>();
      learned.put("sourceType", source);
      peer.ifPresent(it -> learned.put("peerIP", it.toString()));
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("type", isForwarding ? "FIB" : "RIB");
      fields.put("destination", destination.toString());
      fields.put("gateway", gateway);
      fields.put("interface", device);
      fields.put("learnedFrom", learned);
      return fields;
    }
  }

  /// @param peers those that the routes may come from
  /// @param most of each family
  static StatusRoutes of(RouteFacts facts, List<PeerReport> peers, int most) {
    List<Line> lines = new ArrayList<>();
    List<Route> others = facts.others().stream().filter(StatusRoutes::isWorthTelling).toList();
    lines.addAll(kernels(others));
    Set<Cidr> inKernel = others.stream().map(Route::destination).collect(Collectors.toSet());
    Map<String, PeerReport> byName =
        peers.stream().collect(Collectors.toMap(PeerReport::name, Function.identity()));
    for (RoutePage.Entry entry : facts.known()) {
      Optional<Route> own = Optional.ofNullable(facts.own().get(entry.prefix()));
      for (ListedPath listed : entry.paths()) {
        boolean isToldTwice =
            listed.path().source().isLocal() && own.isEmpty() && inKernel.contains(entry.prefix());
        if (!isToldTwice) {
          lines.add(line(entry.prefix(), listed, own, others, byName));
        }
      }
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    boolean isWhole = facts.isWhole();
    for (IpFamily family : IpFamily.values()) {
      List<Line> ofFamily =
          lines.stream()
              .filter(line -> line.destination().family() == family)
              .sorted(Comparator.comparing(Line::destination))
              .toList();
      isWhole &= ofFamily.size() <= most;
      if (!ofFamily.isEmpty()) {
        fields.put(
            "routesV" + family.version(), ofFamily.stream().limit(most).map(Line::fields).toList());
      }
    }
    return new StatusRoutes(fields, isWhole);
  }

  private static boolean isWorthTelling(Route route) {
    boolean isPlain = route.type() != Route.Type.LOCAL && route.type() != Route.Type.THROW;
    return isPlain
        && route.table() == Route.MAIN_TABLE
        && !LINK_LOCAL.contains(route.destination())
        && !MULTICAST.contains(route.destination());
  }

  private static List<Line> kernels(List<Route> routes) {
    List<Line> lines = new ArrayList<>();
    Set<Cidr> taken = new HashSet<>();
    List<Route> bestFirst = routes.stream().sorted(Comparator.comparingInt(Route::metric)).toList();
    for (Route route : bestFirst) {
      boolean isBest = taken.add(route.destination());
      String source = route.owner().equals(RouteOwner.KERNEL) ? "Direct" : "Kernel";
      if (route.hops().isEmpty()) {
        lines.add(nowhere(route, isBest, source));
      }
      for (Hop hop : route.hops()) {
        lines.add(
            new Line(
                route.destination(),
                isBest,
                hop.gateway().map(IpAddress::toString).orElse(NO_GATEWAY),
                hop.device(),
                source,
                Optional.empty()));
      }
    }
    return lines;
  }

  private static Line nowhere(Route route, boolean isForwarding, String source) {
    return new Line(
        route.destination(),
        isForwarding,
        NO_GATEWAY,
        route.type().name().toLowerCase(Locale.ROOT),
        source,
        Optional.empty());
  }

  /// @param own what the kernel has of BGP for this prefix
  private static Line line(
      Cidr prefix,
      ListedPath listed,
      Optional<Route> own,
      List<Route> others,
      Map<String, PeerReport> peers) {
    Path path = listed.path();
    if (path.source().isLocal()) {
      return new Line(prefix, own.isPresent(), NO_GATEWAY, "blackhole", "Static", Optional.empty());
    }
    boolean isMesh =
        Optional.ofNullable(peers.get(path.source().name()))
            .filter(peer -> peer.type() == PeerType.MESH)
            .isPresent();
    boolean isForwarding = listed.isEqual() && own.isPresent();
    Optional<IpAddress> next = path.attributes().nextHop().map(hop -> hop.address());
    Optional<Hop> way =
        isForwarding
            ? own.flatMap(route -> way(route, next))
            : next.flatMap(address -> towards(address, others));
    return new Line(
        prefix,
        isForwarding,
        way.flatMap(Hop::gateway)
            .or(() -> way.flatMap(_ -> next))
            .map(IpAddress::toString)
            .orElse(NO_GATEWAY),
        way.map(Hop::device).orElse(isForwarding ? "blackhole" : "unreachable"),
        isMesh ? "NodeMesh" : "BGPPeer",
        Optional.of(path.source().address()));
  }

  /// The hop that a path became.
  private static Optional<Hop> way(Route own, Optional<IpAddress> next) {
    return own.hops().stream()
        .filter(hop -> hop.gateway().equals(next))
        .findFirst()
        .or(() -> own.hops().stream().findFirst());
  }

  /// How packets to a next hop would go.
  private static Optional<Hop> towards(IpAddress next, List<Route> others) {
    return others.stream()
        .filter(route -> route.destination().contains(next))
        .max(
            Comparator.<Route>comparingInt(route -> route.destination().length())
                .thenComparing(Comparator.comparingInt(Route::metric).reversed()))
        .flatMap(route -> route.hops().stream().findFirst());
  }
}
