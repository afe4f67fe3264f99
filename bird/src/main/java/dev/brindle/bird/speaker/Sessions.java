// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.bfd.live.BfdService;
import dev.brindle.bird.rpki.live.RpkiService;
import dev.brindle.bird.table.AttributeBudget;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.NotificationCode;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import io.netty.util.concurrent.EventExecutor;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All peers, and what they share: the state of the speaker, and what becomes of it when the
/// configuration changes. On the speaker's thread.
@SuppressWarnings("FutureReturnValueIgnored") // the end of the deferral comes or is moot
final class Sessions {

  private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);
  /// How long a peer that does not read may hold up those that are told the same.
  private static final long PATIENCE_MILLIS = 100;

  private static final long GUEST_SWEEP_SECONDS = 5;

  private static final PathAttributes OWN =
      PathAttributes.of(new Origin(Origin.Source.IGP), AsPath.EMPTY);

  private final Workshop workshop;
  private final Monitoring monitoring;
  private final MrtFiles files;
  private final OriginValidation validation;
  private final RpkiService caches;
  private final Tables tables;
  private final Convergence convergence;
  private final Map<String, Peer> peers = new TreeMap<>();
  private final Guests guests = new Guests(this::add, this::dismiss);
  private final Reception reception;
  private final Listeners listeners;
  private final Rounds rounds;
  private final LinkPeers links;
  private final RouteSink sink;
  private SpeakerConfig wanted;
  private SpeakerConfig config;
  private boolean isComplete;
  private final Drains drains = new Drains();

  /// @throws ListenException if an address is not to be had; then nothing was started
  Sessions(
      SpeakerConfig config,
      RouteSink sink,
      EventExecutor executor,
      Transport transport,
      BfdService bfd,
      InstantSource clock,
      RandomGenerator random,
      NeighbourDiscovery discovery,
      MrtFiles files,
      AttributeBudget budget) {
    this.sink = sink;
    this.files = files;
    this.links = new LinkPeers(discovery, executor, this::isBusy, this::relocate);
    this.wanted = config;
    this.config = links.located(config);
    BatchPool batches = new BatchPool();
    this.monitoring = new Monitoring(executor, clock, batches, new MessageLog(clock, files));
    this.workshop =
        new Workshop(
            executor,
            transport,
            bfd,
            clock,
            new SplittableRandom(random.nextLong()), // for jitter, which is no secret
            batches,
            this::settle,
            monitoring);
    this.validation = new OriginValidation(config.as(), random.nextLong(), executor, this::settle);
    this.caches = new RpkiService(validation, clock, new SplittableRandom(random.nextLong()));
    this.tables =
        new Tables(
            sink,
            TableLimits.MAX_PATHS,
            budget,
            config.identifier(),
            random.nextLong(),
            validation,
            monitoring);
    this.convergence =
        new Convergence(
            config.peers(),
            () -> List.copyOf(peers.values()).forEach(peer -> peer.routes().release()),
            this::settle);
    convergence.unbrokenFor(sink.unbrokenFor());
    this.rounds = new Rounds(executor, tables, this::complete);
    this.reception = new Reception(workshop, guests, () -> this.config.ranges());
    this.listeners = new Listeners(transport, this.config, reception::answer);
  }

  void start() {
    tables.spread(config.multipath());
    tables.engine().preferOlder(config.preferOlder());
    announce(Set.of(), config.announce());
    caches.reconfigure(config.rpki());
    files.reconfigure(config.mrt());
    monitoring.reconfigure(config);
    config.peers().forEach(this::add);
    if (!config.ranges().isEmpty()) {
      convergence.awaitGuests();
    }
    links.follow(wanted.peers());
    convergence.settle();
    workshop
        .executor()
        .scheduleAtFixedRate(
            this::sweepGuests, GUEST_SWEEP_SECONDS, GUEST_SWEEP_SECONDS, TimeUnit.SECONDS);
    workshop
        .executor()
        .schedule(convergence::reach, config.deferral().toMillis(), TimeUnit.MILLISECONDS);
    workshop
        .executor()
        .scheduleAtFixedRate(
            this::partFromSlow, PATIENCE_MILLIS, PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    settle();
  }

  private void sweepGuests() {
    guests.sweep(workshop.clock().instant());
  }

  private Peer add(PeerConfig added) {
    Peer peer = new Peer(added, config, workshop, tables, convergence);
    peers.put(added.name(), peer);
    reception.callees().add(peer);
    peer.drain(drains.of(added.name()));
    peer.start(LinkPeers.isSought(added, wanted));
    return peer;
  }

  // ---- configuration

  /// Touches only what is different.
  ///
  /// @throws ListenException if a new address is not to be had; then nothing has changed
  void reconfigure(SpeakerConfig changed) {
    SpeakerConfig before = wanted;
    wanted = changed;
    try {
      apply(links.located(changed));
    } catch (ListenException e) {
      wanted = before;
      throw e;
    }
    links.follow(changed.peers());
  }

  /// A peer that is known by its link was found, or lost: from then on it is another.
  private void relocate() {
    try {
      apply(links.located(wanted));
    } catch (ListenException e) {
      LOG.error("cannot ask the neighbor that was found for its password", e);
    }
  }

  private boolean isBusy(String link) {
    return peers.values().stream()
        .anyMatch(peer -> peer.config().zone().equals(Optional.of(link)) && peer.isEstablished());
  }

  private void apply(SpeakerConfig changed) {
    SpeakerConfig before = config;
    listeners.follow(changed);
    config = changed;
    boolean isAnother =
        !before.identifier().equals(changed.identifier())
            || !before.clusterId().equals(changed.clusterId())
            || !before.addresses().equals(changed.addresses())
            || !before.as().equals(changed.as());
    files.reconfigure(changed.mrt());
    monitoring.reconfigure(changed);
    Map<String, PeerConfig> named = new HashMap<>();
    named.putAll(guests.in(changed));
    changed.peers().forEach(peer -> named.put(peer.name(), peer));
    for (Peer peer : List.copyOf(peers.values())) {
      PeerConfig now = named.get(peer.config().name());
      if (now == null) {
        remove(peer, NotificationCode.DECONFIGURED);
      } else if (isAnother || !now.meansSameSession(peer.config())) {
        remove(peer, NotificationCode.CONFIGURATION_CHANGE);
      } else {
        peer.watch(now.bfd());
        peer.reconfigure(now, changed);
      }
    }
    tables.identify(changed.identifier());
    tables.spread(changed.multipath());
    tables.engine().preferOlder(changed.preferOlder());
    validation.setLocal(changed.as());
    caches.reconfigure(changed.rpki());
    announce(before.announce(), changed.announce());
    changed.peers().stream().filter(it -> !peers.containsKey(it.name())).forEach(this::add);
    settle();
  }

  private void remove(Peer peer, int cease) {
    boolean isElsewhere =
        peer.config().zone().isPresent() && cease == NotificationCode.CONFIGURATION_CHANGE;
    if (!isElsewhere) {
      LOG.info("BGP peer {} stops: its configuration changed", peer.config().name());
    }
    guests.forget(peer);
    end(peer, cease);
  }

  /// It came from a range, and is no peer any more.
  private void dismiss(Peer peer) {
    LOG.info("BGP peer {} is forgotten: it has no session", peer.config().name());
    end(peer, NotificationCode.REJECTED);
  }

  private void end(Peer peer, int cease) {
    peers.remove(peer.config().name());
    reception.callees().remove(peer);
    peer.stop(Optional.of(cease));
    if (cease != NotificationCode.CONFIGURATION_CHANGE) {
      drains.forget(peer.config().name());
    }
    boolean isOnlyFound =
        peer.config().isUnnumbered() && cease == NotificationCode.CONFIGURATION_CHANGE;
    if (!isOnlyFound) {
      convergence.done(peer.config().name());
    }
  }

  private void announce(Set<Cidr> before, Set<Cidr> wanted) {
    for (Cidr prefix : before) {
      if (!wanted.contains(prefix)) {
        tables.withdraw(prefix);
      }
    }
    for (Cidr prefix : wanted) {
      if (!before.contains(prefix)) {
        tables.announce(prefix, OWN);
      }
    }
  }

  // ---- going away in a while

  /// All peers, and those to come.
  ///
  /// @return what is not as it was before, by the names of peers
  Map<String, String> drain(boolean wanted) {
    drains.all(wanted);
    Map<String, String> left = new TreeMap<>();
    peers.forEach((name, peer) -> peer.drain(drains.of(name)).ifPresent(it -> left.put(name, it)));
    settle();
    return left;
  }

  /// @return what is not as it was before; empty if nothing
  /// @throws IllegalArgumentException if there is no such peer
  Optional<String> drain(String name, boolean wanted) {
    Peer peer = peers.get(name);
    if (peer == null) {
      throw new IllegalArgumentException(
          "there is no BGP peer '%s', only %s".formatted(name, peers.keySet()));
    }
    drains.one(name, wanted);
    Optional<String> left = peer.drain(drains.of(name));
    settle();
    return left;
  }

  // ---- routes

  private void settle() {
    rounds.ask();
  }

  /// The sink may drop what nobody told, now that it was shown all that was.
  private void complete() {
    if (convergence.isReached() && !isComplete) {
      isComplete = true;
      sink.converged();
    }
  }

  private void partFromSlow() {
    tables.engine().partFromSlow();
    settle();
  }

  // ---- the end

  /// @param leaves without a word: peers keep our routes, and the sink keeps theirs
  void stop(boolean leaves) {
    links.close();
    listeners.close();
    if (leaves) {
      rounds.freeze();
    }
    Optional<Integer> cease = leaves ? Optional.empty() : Optional.of(NotificationCode.SHUTDOWN);
    peers.values().forEach(peer -> peer.stop(cease));
    rounds.last();
    peers.clear();
    reception.callees().clear();
    guests.clear();
    caches.close();
    monitoring.close();
  }

  // ---- what people ask and order

  Questions questions() {
    return new Questions(tables, peers);
  }

  Optional<Peer> peer(String name) {
    return Optional.ofNullable(peers.get(name));
  }

  // ---- reports

  SpeakerReport report() {
    return new SpeakerReport(
        config.as(),
        config.identifier(),
        listeners.addresses(),
        convergence.isReached(),
        peers.values().stream().map(Peer::report).toList(),
        tables.engine().prefixes(),
        drains.isAll(),
        config.rpki().caches().isEmpty()
            ? Optional.empty()
            : Optional.of(validation.report(caches.reports())),
        config.mrt().isNothing() ? Optional.empty() : Optional.of(files.report()));
  }

  List<RouteReport> routes() {
    return tables.routes();
  }

  Optional<RouteReport> route(Cidr prefix) {
    return tables.route(prefix);
  }

  List<Cidr> advertised(String peer) {
    Peer found = peers.get(peer);
    return found == null ? List.of() : found.routes().ears().prefixes();
  }
}
