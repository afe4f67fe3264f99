// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.Verdict;
import dev.brindle.bird.rib.AdjRibIn;
import dev.brindle.bird.rib.AdjRibOut;
import dev.brindle.bird.rib.Choice;
import dev.brindle.bird.rib.ExportRules;
import dev.brindle.bird.rib.ImportRules;
import dev.brindle.bird.rib.Neighbour;
import dev.brindle.bird.rib.Path;
import dev.brindle.bird.rib.RibChange;
import dev.brindle.bird.rib.Source;
import dev.brindle.bird.rib.UpdatePacker;
import dev.brindle.bird.session.Agreement;
import dev.brindle.bird.session.Collision;
import dev.brindle.bird.session.SessionEvent;
import dev.brindle.bird.session.SessionSettings;
import dev.brindle.bird.session.SessionState;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.bird.wire.Capability;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message.Announcement;
import dev.brindle.bird.wire.Message.Open;
import dev.brindle.bird.wire.Message.RouteRefresh;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One configured peer: its session, or two while they collide, and its routes in and out. On the
/// speaker's thread.
final class Peer implements SessionOwner {

  private static final Logger LOG = LoggerFactory.getLogger(Peer.class);
  private static final int BATCH = 2_000;

  private final PeerConfig config;
  private final Workshop workshop;
  private final Tables tables;
  private final Convergence convergence;
  private final AdjRibIn in = new AdjRibIn();
  private final AdjRibOut out = new AdjRibOut();
  private final Set<Family> untold = EnumSet.noneOf(Family.class);
  private final Set<Family> unheard = EnumSet.noneOf(Family.class);

  private SpeakerConfig speaker;
  private SessionDriver main;
  private @Nullable SessionDriver challenger;
  private @Nullable Agreement agreement;
  private @Nullable Neighbour neighbour;
  private @Nullable Future<?> restartWait;
  private String reason = "";
  private long rejected;

  Peer(
      PeerConfig config,
      SpeakerConfig speaker,
      Workshop workshop,
      Tables tables,
      Convergence convergence) {
    this.config = config;
    this.speaker = speaker;
    this.workshop = workshop;
    this.tables = tables;
    this.convergence = convergence;
    this.main = new SessionDriver(config, workshop, this, new SessionState.Idle(0, true));
  }

  PeerConfig config() {
    return config;
  }

  void start() {
    Optional<String> refusal = refusal();
    if (refusal.isPresent()) {
      reason = refusal.get();
      LOG.warn("BGP peer {} ({}): no session: {}", config.name(), config.address(), reason);
      convergence.done(config.name());
      return;
    }
    main.on(new SessionEvent.Start());
  }

  private Optional<String> refusal() {
    boolean lacksTtl = config.ttlSecurity() > 0 && !workshop.transport().hasTtlSecurity();
    return config
        .refusal()
        .or(() -> lacksTtl ? Optional.of("TTL security needs epoll") : Optional.empty());
  }

  /// @param cease the subcode; empty to leave without a word
  void stop(Optional<Integer> cease) {
    SessionEvent event =
        cease.<SessionEvent>map(SessionEvent.Stop::new).orElseGet(SessionEvent.Leave::new);
    if (challenger != null) {
      challenger.on(event);
    }
    main.on(event);
    main.dispose();
    stopWaiting();
    remove(in.clear());
  }

  // ---- connections

  /// The peer has called. False: we cannot take it.
  boolean offer(PeerConnection call) {
    if (refusal().isPresent()) {
      return false;
    }
    return switch (main.state()) {
      case SessionState.Idle(_, var refusing) -> {
        if (!refusing) {
          take(main, call);
        }
        yield !refusing;
      }
      case SessionState.Active _ -> {
        take(main, call);
        yield true;
      }
      case SessionState.Connect _,
          SessionState.OpenSent _,
          SessionState.OpenConfirm _,
          SessionState.Established _ -> {
        if (challenger != null) {
          yield false;
        }
        challenger = new SessionDriver(config, workshop, this, new SessionState.Active(0));
        take(challenger, call);
        yield true;
      }
    };
  }

  private void take(SessionDriver driver, PeerConnection call) {
    workshop.transport().secure(call.channel(), config);
    driver.accept(call);
  }

  /// RFC 4271 §6.8: as soon as one of two connections has an OPEN, one of them goes. An established
  /// one stays, but if the peer has restarted without our noticing the new one will replace it
  /// once it is up (RFC 4724 §5).
  @Override
  public void opened(SessionDriver driver, Open open) {
    SessionDriver other = driver == main ? challenger : main;
    if (other == null) {
      return;
    }
    boolean lives =
        switch (other.state()) {
          case SessionState.Idle _, SessionState.Connect _, SessionState.Active _ -> true;
          case SessionState.OpenSent _, SessionState.OpenConfirm _ -> lives(driver, other, open);
          case SessionState.Established(var agreed) -> agreed.terms().gracefulRestart().isPresent();
        };
    if (!lives) {
      driver.on(new SessionEvent.CollisionLost());
      if (driver == main && challenger != null) {
        promote(challenger);
      }
    } else if (!(other.state() instanceof SessionState.Established)) {
      other.on(new SessionEvent.CollisionLost());
      promote(driver);
    }
  }

  private boolean lives(SessionDriver driver, SessionDriver other, Open open) {
    boolean oursLives =
        Collision.oursLives(speaker.identifier(), config.localAs(), open.identifier(), open.as());
    return driver.isDialled() == other.isDialled() || driver.isDialled() == oursLives;
  }

  private void promote(SessionDriver driver) {
    if (driver == challenger) {
      main.dispose();
      main = driver;
    } else if (challenger != null) {
      challenger.dispose();
    }
    challenger = null;
  }

  // ---- the session

  @Override
  public SessionSettings settings() {
    List<Capability> capabilities = new ArrayList<>();
    List<Capability.RestartFamily> restart = new ArrayList<>();
    for (Family family : Family.values()) {
      if (config.routing().families().contains(family)) {
        capabilities.add(new Capability.Multiprotocol(family.wire()));
        restart.add(new Capability.RestartFamily(family.wire(), true));
      }
    }
    capabilities.add(new Capability.RouteRefresh());
    capabilities.add(new Capability.EnhancedRouteRefresh());
    capabilities.add(new Capability.ExtendedMessage());
    capabilities.add(new Capability.FourOctetAs(config.localAs()));
    int seconds = (int) config.timing().restart().toSeconds();
    if (seconds > 0) {
      capabilities.add(
          new Capability.GracefulRestart(!convergence.isReached(), true, seconds, restart));
    }
    Open ours =
        new Open(
            config.localAs(),
            (int) config.timing().holdTime().toSeconds(),
            speaker.identifier(),
            capabilities);
    return new SessionSettings(
        ours,
        config.peerAs(),
        config.passive(),
        config.timing().connectRetry(),
        config.timing().keepalive());
  }

  @Override
  public void up(SessionDriver driver, Agreement agreed) {
    if (driver == challenger && main.state() instanceof SessionState.Established) {
      main.on(new SessionEvent.ConnectionLost("peer connected anew"));
      promote(driver);
    }
    agreement = agreed;
    neighbour = neighbour(driver, agreed);
    reason = "";
    rejected = 0;
    stopWaiting();
    for (Family family : Family.values()) {
      boolean keepsStale =
          agreed.terms().gracefulRestart().filter(it -> it.isForwarding(family)).isPresent();
      if (!keepsStale) {
        remove(in.sweep(family.ip()));
      }
    }
    untold.addAll(agreed.terms().families());
    unheard.addAll(agreed.terms().families());
    out.forget();
    tables.rib().forEachChoice(this::want);
    LOG.info(
        "BGP peer {} ({}, AS {}) is up: hold time {} s, {}",
        config.name(),
        config.address(),
        config.peerAs(),
        agreed.holdTime().toSeconds(),
        agreed.terms().families());
  }

  private Neighbour neighbour(SessionDriver driver, Agreement agreed) {
    boolean isInternal = agreed.terms().kind() == PeerKind.INTERNAL;
    Source source =
        new Source(
            isInternal ? Source.Kind.INTERNAL : Source.Kind.EXTERNAL,
            config.name(),
            config.address(),
            agreed.terms().identifier(),
            config.routing().reflectorClient());
    List<IpAddress> addresses = new ArrayList<>(config.source().stream().toList());
    addresses.addAll(driver.localAddress().stream().toList());
    addresses.addAll(speaker.addresses());
    return new Neighbour(
        agreed.terms().kind(),
        source,
        config.localAs(),
        config.peerAs(),
        addresses.stream().distinct().toList(),
        speaker.identifier(),
        speaker.clusterId().orElse(speaker.identifier()),
        config.routing().reflectorClient(),
        config.routing().allowedOwnAs(),
        config.routing().nextHopMode());
  }

  @Override
  public void down(SessionDriver driver, String why, boolean graceful) {
    reason = why;
    Duration wait =
        Optional.ofNullable(agreement)
            .flatMap(it -> it.terms().gracefulRestart())
            .map(it -> Duration.ofSeconds(it.seconds()))
            .orElse(Duration.ZERO);
    boolean keeps = graceful && !wait.isZero();
    LOG.warn(
        "BGP peer {} ({}, AS {}) is down: {}; its {} routes {}",
        config.name(),
        config.address(),
        config.peerAs(),
        why,
        in.size(),
        keeps ? "stay for %d s".formatted(wait.toSeconds()) : "are withdrawn");
    agreement = null;
    neighbour = null;
    out.forget();
    if (keeps) {
      remove(in.markStale());
      stopWaiting();
      restartWait =
          workshop.executor().schedule(this::giveUp, wait.toMillis(), TimeUnit.MILLISECONDS);
    } else {
      remove(in.clear());
    }
  }

  private void giveUp() {
    LOG.warn("BGP peer {} did not come back in time: its routes are withdrawn", config.name());
    remove(in.sweep());
    workshop.settle().run();
  }

  private void stopWaiting() {
    if (restartWait != null) {
      restartWait.cancel(false);
      restartWait = null;
    }
  }

  @Override
  public void attemptFailed(SessionDriver driver, String why) {
    if (!reason.equals(why)) {
      LOG.info("BGP peer {} ({}): no session: {}", config.name(), config.address(), why);
    }
    reason = why;
  }

  // ---- routes in

  @Override
  public void received(SessionDriver driver, Update update) {
    update.faults().forEach(fault -> LOG.warn("BGP peer {} sent {}", config.name(), fault));
    for (Cidr prefix : update.withdrawn()) {
      removeOne(prefix);
    }
    for (Announcement announcement : update.announced()) {
      announcement.prefixes().forEach(prefix -> hear(prefix, announcement.attributes()));
    }
    update.endOfRib().ifPresent(this::endOfRib);
  }

  private void hear(Cidr prefix, PathAttributes attributes) {
    Neighbour peer = neighbour;
    if (peer == null) {
      return;
    }
    switch (ImportRules.judge(prefix, attributes, peer, speaker.importFilter())) {
      case Verdict.Accept(var accepted, var elevated, _) -> {
        Path path = new Path(peer.source(), accepted, elevated ? Path.PREFERRED : Path.ORDINARY);
        if (in.put(prefix, path)) {
          tables.put(prefix, path);
        }
      }
      case Verdict.Reject(_) -> {
        rejected++;
        removeOne(prefix);
      }
    }
  }

  private void endOfRib(Family family) {
    remove(in.sweep(family.ip()));
    unheard.remove(family);
    if (unheard.isEmpty()) {
      convergence.done(config.name());
    }
  }

  /// A peer without graceful restart may never say that it has told everything.
  @Override
  public void kept(SessionDriver driver) {
    if (agreement != null && agreement.terms().gracefulRestart().isEmpty()) {
      convergence.done(config.name());
    }
  }

  private void remove(Collection<Cidr> prefixes) {
    prefixes.forEach(prefix -> tables.remove(prefix, config.name()));
  }

  private void removeOne(Cidr prefix) {
    if (in.remove(prefix)) {
      tables.remove(prefix, config.name());
    }
  }

  // ---- routes out

  @Override
  public void received(SessionDriver driver, RouteRefresh refresh) {
    if (refresh.subtype() == RouteRefresh.REQUEST) {
      out.repeat();
    }
  }

  void tell(Collection<RibChange> changes) {
    if (agreement == null) {
      return;
    }
    for (RibChange change : changes) {
      switch (change) {
        case RibChange.Chosen(var prefix, var choice) -> want(prefix, choice);
        case RibChange.Gone(var prefix) -> out.want(prefix, Optional.empty());
      }
    }
    flush();
  }

  private void want(Cidr prefix, Choice choice) {
    Neighbour peer = neighbour;
    Agreement agreed = agreement;
    if (peer == null || agreed == null) {
      return;
    }
    if (agreed.terms().families().contains(Family.of(prefix.family()))) {
      out.want(prefix, ExportRules.told(prefix, choice.best(), peer, speaker.exportFilter()));
    }
  }

  @Override
  public void writable(SessionDriver driver) {
    flush();
  }

  /// Sends what the connection takes; the rest waits as state, not as messages.
  void flush() {
    Agreement agreed = agreement;
    while (agreed != null && main.isWritable() && out.hasNews()) {
      main.send(UpdatePacker.pack(out.take(BATCH), agreed.terms()));
    }
    if (agreed != null && !out.hasNews() && !untold.isEmpty()) {
      main.send(untold.stream().map(Update::endOfRib).toList());
      untold.clear();
    }
  }

  /// New filters or addresses; the session stays.
  void reconfigure(SpeakerConfig changed) {
    boolean hearsAnew = !changed.importFilter().equals(speaker.importFilter());
    boolean tellsAnew = !changed.exportFilter().equals(speaker.exportFilter());
    speaker = changed;
    if (tellsAnew && agreement != null) {
      tables.rib().forEachChoice(this::want);
    }
    if (hearsAnew && agreement != null && agreement.terms().refresh()) {
      main.send(
          agreement.terms().families().stream()
              .map(family -> new RouteRefresh(family.wire(), RouteRefresh.REQUEST))
              .toList());
    }
    flush();
  }

  @Override
  public void settled(SessionDriver driver) {
    boolean isOver =
        driver.state() instanceof SessionState.Idle
            || driver.state() instanceof SessionState.Active;
    if (driver == challenger && isOver) {
      driver.dispose();
      challenger = null;
    }
    workshop.settle().run();
    flush();
  }

  // ---- reports

  PeerReport report() {
    Instant since = main.since();
    return new PeerReport(
        config.name(),
        config.type(),
        config.address(),
        config.peerAs(),
        main.state().text(),
        since,
        reason,
        in.size(),
        rejected,
        out.size(),
        in.hasStale());
  }

  List<Cidr> advertised() {
    return out.toldPrefixes();
  }
}
