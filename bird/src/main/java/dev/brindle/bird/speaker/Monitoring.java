// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.bmp.BmpPeer;
import dev.brindle.bird.bmp.BmpTarget;
import dev.brindle.bird.bmp.BmpView;
import dev.brindle.bird.rib.Path;
import dev.brindle.bird.table.IntakeWatch;
import dev.brindle.bird.table.RouteEngine;
import dev.brindle.bird.table.RouteView;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.bird.wire.Message.Announcement;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerTerms;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Those who watch sessions and routes: who they are, and which of them are shown what. On the
/// speaker's thread. Where nobody watches, it costs a look.
@SuppressWarnings("FutureReturnValueIgnored") // nobody waits for the end
final class Monitoring implements IntakeWatch {

  private final EventExecutor speaker;
  private final InstantSource clock;
  private final BatchPool batches;
  private final Map<Integer, MonitoredPeer> peers = new LinkedHashMap<>();
  private final List<Station> stations = new ArrayList<>();
  private IpAddress identifier = IpAddress.ofIpv4(0);
  private @Nullable EventLoop loop;
  private @Nullable RouteEngine engine;
  private final MessageLog log;

  /// @param speaker its thread
  /// @param batches told whether messages are to be kept as they come
  /// @param log where messages are written down
  Monitoring(EventExecutor speaker, InstantSource clock, BatchPool batches, MessageLog log) {
    this.log = log;
    this.speaker = speaker;
    this.clock = clock;
    this.batches = batches;
  }

  void follow(RouteEngine followed) {
    engine = followed;
  }

  // ---- configuration

  /// Stations that stay notice nothing, unless it is us who become another.
  void reconfigure(SpeakerConfig config) {
    identifier = config.identifier();
    BmpPeer ourselves = BmpPeer.local(config.as(), config.identifier());
    for (Station station : List.copyOf(stations)) {
      if (!config.bmp().contains(station.target()) || !station.ourselves().equals(ourselves)) {
        stations.remove(station);
        station.close();
      }
    }
    for (BmpTarget target : config.bmp()) {
      if (stations.stream().noneMatch(it -> it.target().equals(target))) {
        stations.add(new Station(target, ourselves, this, speaker, loop(), clock));
      }
    }
    batches.keepOctets(shows(BmpView.PRE_POLICY) || config.mrt().messages().isPresent());
    Objects.requireNonNull(engine).watch(keepsHeard() ? this : null);
  }

  private EventLoop loop() {
    EventLoop running = loop;
    if (running == null) {
      running =
          new MultiThreadIoEventLoopGroup(
                  1, new DefaultThreadFactory("bmp", true), NioIoHandler.newFactory())
              .next();
      loop = running;
    }
    return running;
  }

  /// Tells the stations that it is over.
  void close() {
    stations.forEach(Station::close);
    stations.clear();
    EventLoop running = loop;
    EventLoopGroup group = running == null ? null : running.parent();
    if (running != null && group != null) {
      // behind what is still to be said: it closes channels first
      running.execute(() -> group.shutdownGracefully(0, 2, TimeUnit.SECONDS));
    }
  }

  private boolean shows(BmpView view) {
    for (int i = 0; i < stations.size(); i++) {
      if (stations.get(i).target().views().contains(view)) {
        return true;
      }
    }
    return false;
  }

  /// Whether somebody wants to see what peers told.
  boolean keepsHeard() {
    return shows(BmpView.PRE_POLICY) || shows(BmpView.POST_POLICY);
  }

  /// Whether somebody wants to see what peers are told.
  boolean watchesSaid() {
    return shows(BmpView.ADJ_OUT) || log.says();
  }

  // ---- sessions

  Collection<MonitoredPeer> peers() {
    return peers.values();
  }

  RouteEngine engine() {
    return Objects.requireNonNull(engine);
  }

  void up(SessionTap tap, PeerTerms terms, PeerRoutes routes) {
    BmpPeer identity =
        BmpPeer.of(tap.peer().address(), terms.peerAs(), terms.identifier(), !terms.fourOctetAs());
    MonitoredPeer peer = new MonitoredPeer(tap, identity, terms, clock.instant(), routes);
    tap.establish(peer);
    peers.put(routes.paths().source(), peer);
    stations.forEach(it -> it.up(peer));
  }

  void down(SessionTap tap) {
    MonitoredPeer peer = tap.established();
    if (peer != null && peers.remove(peer.routes().paths().source(), peer)) {
      stations.forEach(it -> it.down(peer, tap.ended()));
    }
  }

  MessageLog log() {
    return log;
  }

  // ---- messages

  /// @param message is not kept
  void said(SessionTap tap, ByteBuf message) {
    log.said(tap, message);
    MonitoredPeer peer = tap.established();
    if (peer != null && SessionTap.isUpdate(message)) {
      show(peer, BmpView.ADJ_OUT, peer.isLegacyAs(), message);
    }
  }

  /// @param message is not kept
  void heard(SessionTap tap, ByteBuf message) {
    log.heard(tap, message);
    MonitoredPeer peer = tap.established();
    if (peer == null || !SessionTap.isUpdate(message)) {
      return;
    }
    show(peer, BmpView.PRE_POLICY, peer.isLegacyAs(), message);
    if (SessionTap.isEndOfRib(message)) {
      show(peer, BmpView.POST_POLICY, peer.isLegacyAs(), message);
    }
  }

  private void show(MonitoredPeer peer, BmpView view, boolean isLegacyAs, ByteBuf message) {
    for (int i = 0; i < stations.size(); i++) {
      stations.get(i).show(peer.identity(), view, isLegacyAs, message);
    }
  }

  // ---- routes

  @Override
  public void taken(int source, int pathId, Cidr prefix, PathAttributes attributes) {
    show(source, BmpView.POST_POLICY, announce(pathId, prefix, attributes));
  }

  @Override
  public void dropped(int source, int pathId, Cidr prefix) {
    show(source, BmpView.POST_POLICY, withdraw(pathId, prefix));
  }

  @Override
  public void forgotten(int source, int pathId, Cidr prefix) {
    Update gone = withdraw(pathId, prefix);
    show(source, BmpView.PRE_POLICY, gone);
    show(source, BmpView.POST_POLICY, gone);
  }

  /// One path, with its identifier where the session has them.
  static Update announce(int pathId, Cidr prefix, PathAttributes attributes) {
    return new Update(
        List.of(),
        List.of(new Announcement(attributes, List.of(prefix), List.of(pathId))),
        Optional.empty(),
        List.of());
  }

  private static Update withdraw(int pathId, Cidr prefix) {
    return new Update(List.of(prefix), List.of(), Optional.empty(), List.of(), List.of(pathId));
  }

  private void show(int source, BmpView view, Update update) {
    MonitoredPeer peer = peers.get(source);
    for (int i = 0; peer != null && i < stations.size(); i++) {
      stations.get(i).show(peer.identity(), view, peer.recordTerms(), update);
    }
  }

  /// What is our own has no next hop; records must have one.
  PathAttributes complete(Cidr prefix, PathAttributes attributes) {
    return attributes.nextHop().isPresent()
        ? attributes
        : attributes.with(NextHop.of(ourNextHop(prefix, identifier)));
  }

  /// Our identifier, for IPv6 as `::ffff:a.b.c.d`.
  static IpAddress ourNextHop(Cidr prefix, IpAddress identifier) {
    return prefix.address().isIpv4()
        ? identifier
        : IpAddress.ofIpv6(0, 0xffff_0000_0000L | identifier.low());
  }

  /// What we choose is another, or nothing any more.
  void chosen(RouteView routes, int prefix) {
    if (!shows(BmpView.LOC_RIB)) {
      return;
    }
    List<Path> best = routes.equals(prefix, 1);
    Cidr cidr = routes.cidr(prefix);
    Update update =
        best.isEmpty()
            ? Update.withdraw(List.of(cidr))
            : Update.announce(complete(cidr, best.getFirst().attributes()), List.of(cidr));
    stations.forEach(it -> it.show(it.ourselves(), BmpView.LOC_RIB, Station.UNLIMITED, update));
  }
}
