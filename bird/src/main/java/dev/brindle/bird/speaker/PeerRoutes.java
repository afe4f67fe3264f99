// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.filter.RouteFilter;
import dev.brindle.bird.session.SessionEvent.Untenable;
import dev.brindle.bird.table.ExportPolicy;
import dev.brindle.bird.table.RouteEngine;
import dev.brindle.bird.table.TableFullException;
import dev.brindle.bird.table.UpdateBatch;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PrefixLimit;
import dev.brindle.bird.topology.PrefixLimit.Excess;
import dev.brindle.bird.topology.PrefixLimit.Standing;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message.Notification;
import dev.brindle.bird.wire.Message.RouteRefresh;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.NotificationCode;
import dev.brindle.bird.wire.PeerTerms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What one peer has told us, and what it is told. On the speaker's thread.
final class PeerRoutes {

  private static final Logger LOG = LoggerFactory.getLogger(PeerRoutes.class);

  private static final int NO_SOURCE = -1;
  private static final Duration PAUSE_BEFORE_TELLING_AGAIN = Duration.ofSeconds(1);

  private final Tables tables;
  private final RouteEngine engine;
  private final Convergence convergence;
  private final Set<Family> unheard = EnumSet.noneOf(Family.class);
  private final List<PeerEar> ears = new ArrayList<>();

  private PeerConfig config;
  private SpeakerConfig speaker;
  private int source = NO_SOURCE;
  private @Nullable Conversation conversation;
  private RouteEngine.@Nullable Intake intake;
  private @Nullable ExportPolicy policy;
  private long rejectedBefore;
  private PrefixLimit.Standing standing = Standing.WITHIN;

  PeerRoutes(PeerConfig config, SpeakerConfig speaker, Tables tables, Convergence convergence) {
    this.config = config;
    this.speaker = speaker;
    this.tables = tables;
    this.engine = tables.engine();
    this.convergence = convergence;
  }

  // ---- the session

  void up(Conversation begun, SessionDriver session) {
    conversation = begun;
    rejectedBefore = 0;
    standing = Standing.WITHIN;
    identify(begun);
    for (Family family : Family.values()) {
      if (!begun.keepsStale(family)) {
        engine.sweepStale(source, family);
      }
    }
    unheard.addAll(begun.terms().families());
    openIntake(begun);
    ExportPolicy fresh = policyOf(begun);
    policy = fresh;
    if (config.routing().exports()) {
      listen(begun, fresh, session);
    } else {
      session.send(begun.terms().families().stream().map(Update::endOfRib).toList());
    }
  }

  private void listen(Conversation current, ExportPolicy told, SessionDriver session) {
    for (Family family : current.terms().families()) {
      PeerEar ear = new PeerEar(source, family, session);
      ears.add(ear);
      engine.join(family, ear, told);
    }
  }

  private void identify(Conversation begun) {
    if (source == NO_SOURCE) {
      source = engine.addSource(begun.neighbour().source());
    } else {
      engine.setSource(source, begun.neighbour().source());
    }
  }

  private void openIntake(Conversation current) {
    if (intake != null) {
      rejectedBefore += intake.rejected();
    }
    intake = engine.intake(source, current.neighbour(), importFilter(), config.routing().imports());
  }

  private ExportPolicy policyOf(Conversation current) {
    PeerTerms terms = current.terms();
    return ExportPolicy.of(
        current.neighbour(), exportFilter(), terms.fourOctetAs(), terms.maxMessage());
  }

  private RouteFilter importFilter() {
    return config.routing().importOr(speaker.importFilter());
  }

  private RouteFilter exportFilter() {
    return config.routing().exportOr(speaker.exportFilter());
  }

  /// @param keeps the peer may come back soon, and finds its routes here
  /// @param isReplaced it is back already, on another connection: that is no second restart, after
  ///     which what is stale would have had its chance (RFC 4724 §4.2)
  void down(boolean keeps, boolean isReplaced) {
    hush();
    conversation = null;
    intake = null;
    unheard.clear();
    if (source == NO_SOURCE) {
      return;
    }
    if (keeps) {
      if (!isReplaced) {
        giveUp();
      }
      engine.markStale(source);
    } else {
      engine.removeAllOf(source);
    }
  }

  private void hush() {
    ExportPolicy told = policy;
    if (told != null) {
      ears.forEach(ear -> engine.leave(ear.family(), ear, told));
    }
    ears.clear();
    policy = null;
  }

  /// What was kept for a peer that did not come back.
  void giveUp() {
    for (Family family : Family.values()) {
      sweep(family);
    }
  }

  /// The peer is no more.
  void clear() {
    hush();
    if (source != NO_SOURCE) {
      engine.retire(source);
      source = NO_SOURCE;
    }
  }

  private void sweep(Family family) {
    if (source != NO_SOURCE) {
      engine.sweepStale(source, family);
    }
  }

  // ---- in

  /// @return why the session must end, if it must
  Optional<Untenable> received(UpdateBatch batch) {
    RouteEngine.Intake open = intake;
    if (open == null) {
      return Optional.empty();
    }
    try {
      open.take(batch, this::note);
    } catch (TableFullException e) {
      return Optional.of(
          new Untenable(
              Notification.cease(NotificationCode.OUT_OF_RESOURCES),
              String.valueOf(e.getMessage())));
    }
    return tooMuch();
  }

  private void note(Update update) {
    update.faults().forEach(fault -> LOG.warn("BGP peer {} sent {}", config.name(), fault));
    update.endOfRib().ifPresent(this::endOfRib);
  }

  private Optional<Untenable> tooMuch() {
    PrefixLimit limit = config.routing().limit();
    PrefixLimit.Standing now = limit.standing(received());
    if (now == Standing.BEYOND && limit.excess() == Excess.DROP) {
      return Optional.of(
          new Untenable(
              Notification.cease(NotificationCode.MAX_PREFIXES),
              "it told more than %d prefixes".formatted(limit.prefixes()),
              limit.restart()));
    }
    if (now.compareTo(standing) > 0) { // once a session: who hovers about the limit fills no log
      standing = now;
      LOG.warn(
          "BGP peer {} told {} prefixes of the {} it may: find out why, or raise maxPrefixes",
          config.name(),
          received(),
          limit.prefixes());
    }
    return tables.isOverfull()
        ? Optional.of(
            new Untenable(
                Notification.cease(NotificationCode.OUT_OF_RESOURCES),
                "all peers together told more than %d paths".formatted(tables.maxPaths())))
        : Optional.empty();
  }

  private void endOfRib(Family family) {
    sweep(family);
    unheard.remove(family);
    if (unheard.isEmpty()) {
      convergence.done(config.name());
    }
  }

  /// A peer without graceful restart may never say that it has told everything: its first KEEPALIVE
  /// in Established says as much.
  void kept() {
    if (conversation != null && conversation.terms().gracefulRestart().isEmpty()) {
      convergence.done(config.name());
    }
  }

  // ---- out

  /// The peer wants to hear everything again (RFC 2918).
  void repeat() {
    ExportPolicy told = policy;
    if (told != null) {
      ears.forEach(ear -> engine.move(ear.family(), ear, told, told));
    }
  }

  /// New filters and limits; the session stays. What the peer told before is not kept as it told
  /// it, so it is asked to tell it again; where it cannot be asked, the session has to end.
  ///
  /// @param wanted means the same session as before
  /// @return why the session must end, if it must
  Optional<Untenable> reconfigure(PeerConfig wanted, SpeakerConfig changed, SessionDriver session) {
    RouteFilter importedBy = importFilter();
    config = wanted;
    speaker = changed;
    Conversation current = conversation;
    if (current == null) {
      return Optional.empty();
    }
    tellAnew(current, session);
    if (importFilter().equals(importedBy)) {
      return Optional.empty();
    }
    openIntake(current);
    if (!current.terms().refresh()) {
      return Optional.of(
          new Untenable(
              Notification.cease(NotificationCode.CONFIGURATION_CHANGE),
              "its import filter changed, and it cannot be asked for its routes again",
              Optional.of(PAUSE_BEFORE_TELLING_AGAIN)));
    }
    session.send(
        current.terms().families().stream()
            .map(family -> new RouteRefresh(family.wire(), RouteRefresh.REQUEST))
            .toList());
    return Optional.empty();
  }

  private void tellAnew(Conversation current, SessionDriver session) {
    ExportPolicy before = policy;
    ExportPolicy after = policyOf(current);
    if (before == null || before.equals(after)) {
      return;
    }
    if (ears.isEmpty() && config.routing().exports()) {
      listen(current, after, session);
    } else {
      ears.forEach(ear -> engine.move(ear.family(), ear, before, after));
    }
    policy = after;
  }

  // ---- reports

  int received() {
    return source == NO_SOURCE ? 0 : engine.pathsOf(source);
  }

  long rejected() {
    return rejectedBefore + (intake == null ? 0 : intake.rejected());
  }

  int advertised() {
    ExportPolicy told = policy;
    return told == null
        ? 0
        : ears.stream().mapToInt(ear -> engine.advertisedCount(ear.family(), ear, told)).sum();
  }

  boolean hasStale() {
    return source != NO_SOURCE && engine.hasStale(source);
  }

  List<Cidr> advertisedPrefixes() {
    ExportPolicy told = policy;
    return told == null
        ? List.of()
        : ears.stream()
            .flatMap(ear -> engine.advertised(ear.family(), ear, told).stream())
            .toList();
  }
}
