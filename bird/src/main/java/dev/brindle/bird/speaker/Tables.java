// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.HeededBlackhole;
import dev.brindle.bird.rib.Path;
import dev.brindle.bird.rib.Source;
import dev.brindle.bird.table.AttributeBudget;
import dev.brindle.bird.table.RouteEngine;
import dev.brindle.bird.table.RouteListener;
import dev.brindle.bird.table.RouteView;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttributes;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The routes, and their way out to the kernel. On the speaker's thread.
final class Tables implements RouteListener {

  private static final Logger LOG = LoggerFactory.getLogger(Tables.class);

  private final RouteEngine engine;
  private final TableLimits limits;
  private final RouteSink sink;
  private final int ourselves;
  private int multipath = SpeakerConfig.MAX_MULTIPATH;
  private final OriginValidation validation;
  private final Monitoring monitoring;
  private final Map<Family, BitSet> given = new EnumMap<>(Family.class);
  private final List<RouteUpdate> updates = new ArrayList<>();
  private final Map<String, String> links = new HashMap<>();

  /// Peers who may ask for packets to be dropped.
  private final Set<String> heeded = new HashSet<>();
  private final Map<Cidr, RouteUpdate> owed = new LinkedHashMap<>();

  /// @param seed that no peer knows
  /// @param validation what the RPKI says
  /// @param monitoring those who watch
  Tables(
      RouteSink sink,
      int maxPaths,
      AttributeBudget budget,
      IpAddress identifier,
      long seed,
      OriginValidation validation,
      Monitoring monitoring) {
    this.monitoring = monitoring;
    this.sink = sink;
    this.validation = validation;
    this.engine = new RouteEngine(this, PooledByteBufAllocator.DEFAULT, seed);
    this.limits = new TableLimits(engine, maxPaths, budget);
    monitoring.follow(engine);
    engine.judgeBy(validation.origins());
    this.ourselves = engine.addSource(Source.local(identifier));
    for (Family family : Family.values()) {
      given.put(family, new BitSet());
    }
  }

  RouteEngine engine() {
    return engine;
  }

  Monitoring monitoring() {
    return monitoring;
  }

  OriginValidation validation() {
    return validation;
  }

  TableLimits limits() {
    return limits;
  }

  /// Over how many paths as good as each other packets may be spread.
  void spread(int most) {
    if (most == multipath) {
      return;
    }
    multipath = most;
    showAll();
  }

  private void showAll() {
    for (Family family : Family.values()) {
      RouteView routes = engine.routes(family);
      for (int prefix = 0; prefix < routes.limit(); prefix++) {
        if (routes.hasPath(prefix)) {
          changed(routes, prefix);
        }
      }
    }
    shown();
  }

  // ---- our own routes

  void identify(IpAddress identifier) {
    engine.setSource(ourselves, Source.local(identifier));
  }

  void announce(Cidr prefix, PathAttributes attributes) {
    engine.put(ourselves, prefix, attributes);
  }

  void withdraw(Cidr prefix) {
    engine.remove(ourselves, prefix);
  }

  // ---- peers

  /// @param link the interface the peer is on, if that matters
  void place(String peer, Optional<String> link) {
    if (link.isPresent()) {
      links.put(peer, link.get());
    } else {
      links.remove(peer);
    }
  }

  /// Whether packets to what this peer marks BLACKHOLE are dropped.
  void heedBlackhole(String peer, boolean isHeeded) {
    if (isHeeded ? heeded.add(peer) : heeded.remove(peer)) {
      showAll();
    }
  }

  // ---- out

  /// Hands what has changed to the sink.
  void show() {
    engine.show();
  }

  /// Hands what has changed to the peers.
  ///
  /// @return how often something was sent to a peer that now knows everything
  int tell() {
    return engine.tell();
  }

  @Override
  public void changed(RouteView routes, int prefix) {
    monitoring.chosen(routes, prefix);
    if (!sink.isListening()) {
      return;
    }
    BitSet there = given.get(routes.family());
    List<Path> equals = routes.equals(prefix, multipath);
    // a prefix of our own has no gateway: whoever announces it routes it
    boolean isThere = !equals.isEmpty() && !equals.getFirst().source().isLocal();
    if (isThere) {
      updates.add(reachable(routes.cidr(prefix), equals));
    } else if (there != null && there.get(prefix)) {
      updates.add(new RouteUpdate.Gone(routes.cidr(prefix)));
    }
    if (there != null) {
      there.set(prefix, isThere);
    }
  }

  private RouteUpdate reachable(Cidr prefix, List<Path> equals) {
    Path best = equals.getFirst();
    if (heeded.contains(best.source().name())
        && HeededBlackhole.isAsked(prefix, best.attributes())) {
      return new RouteUpdate.Discarded(prefix);
    }
    Set<IpAddress> gateways = new LinkedHashSet<>();
    Set<LinkGateway> onLinks = new LinkedHashSet<>();
    for (Path path : equals) {
      path.attributes()
          .nextHop()
          .ifPresent(hop -> gateway(hop, links.get(path.source().name()), gateways, onLinks));
    }
    boolean isInternal = best.source().kind() == Source.Kind.INTERNAL;
    return new RouteUpdate.Reachable(
        prefix, List.copyOf(gateways), isInternal, best.localPref(), List.copyOf(onLinks));
  }

  /// Of a peer on a link the link-local address counts, if it told one. From others such an address
  /// means nothing.
  private static void gateway(
      NextHop hop, @Nullable String link, Set<IpAddress> gateways, Set<LinkGateway> onLinks) {
    boolean isLinkLocal = hop.address().isIpv6() && hop.address().isLinkLocal();
    Optional<IpAddress> linkLocal = isLinkLocal ? Optional.of(hop.address()) : hop.linkLocal();
    if (link != null && linkLocal.isPresent()) {
      onLinks.add(new LinkGateway(linkLocal.get(), link));
    } else if (!isLinkLocal) {
      gateways.add(hop.address());
    }
  }

  /// What the sink did not take is told again with the next news, in its newest form: the peers'
  /// sessions have nothing to do with it.
  @Override
  public void shown() {
    if (updates.isEmpty()) {
      return;
    }
    updates.forEach(update -> owed.put(update.prefix(), update));
    updates.clear();
    try {
      sink.apply(List.copyOf(owed.values()));
      owed.clear();
    } catch (RuntimeException e) {
      LOG.error("{} routes did not get to where packets find them", owed.size(), e);
    }
  }

  // ---- reports

  List<RouteReport> routes() {
    List<RouteReport> reports = new ArrayList<>();
    for (Family family : Family.values()) {
      RouteView routes = engine.routes(family);
      for (int prefix = 0; prefix < routes.limit(); prefix++) {
        if (routes.hasPath(prefix)) {
          reports.add(report(routes, prefix));
        }
      }
    }
    return reports;
  }

  Optional<RouteReport> route(Cidr prefix) {
    RouteView routes = engine.routes(Family.of(prefix.family()));
    int found = routes.find(prefix);
    return found >= 0 && routes.hasPath(found)
        ? Optional.of(report(routes, found))
        : Optional.empty();
  }

  private static RouteReport report(RouteView routes, int prefix) {
    return new RouteReport(
        routes.cidr(prefix), routes.paths(prefix), routes.choice(prefix).orElseThrow());
  }
}
