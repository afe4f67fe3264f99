// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.session.SessionEvent.Untenable;
import dev.brindle.bird.table.ExportPolicy;
import dev.brindle.bird.table.RouteEngine;
import dev.brindle.bird.table.TableFullException;
import dev.brindle.bird.table.UpdateBatch;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message.Notification;
import dev.brindle.bird.wire.Message.RouteRefresh;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.NotificationCode;
import dev.brindle.bird.wire.PeerTerms;
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

  private final PeerConfig config;
  private final Tables tables;
  private final RouteEngine engine;
  private final Convergence convergence;
  private final Set<Family> unheard = EnumSet.noneOf(Family.class);
  private final List<PeerEar> ears = new ArrayList<>();

  private SpeakerConfig speaker;
  private int source = NO_SOURCE;
  private @Nullable Conversation conversation;
  private RouteEngine.@Nullable Intake intake;
  private @Nullable ExportPolicy policy;
  private long rejectedBefore;

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
    for (Family family : begun.terms().families()) {
      if (config.routing().exports()) {
        PeerEar ear = new PeerEar(source, family, session);
        ears.add(ear);
        engine.join(family, ear, fresh);
      } else {
        session.send(List.of(Update.endOfRib(family)));
      }
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
    intake =
        engine.intake(
            source, current.neighbour(), speaker.importFilter(), config.routing().imports());
  }

  private ExportPolicy policyOf(Conversation current) {
    PeerTerms terms = current.terms();
    return ExportPolicy.of(
        current.neighbour(), speaker.exportFilter(), terms.fourOctetAs(), terms.maxMessage());
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
    int limit = config.routing().prefixLimit();
    if (received() > limit) {
      return Optional.of(
          new Untenable(
              Notification.cease(NotificationCode.MAX_PREFIXES),
              "it told more than %d prefixes".formatted(limit)));
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

  /// New filters; the session stays.
  ///
  /// @return what to ask the peer for again
  List<RouteRefresh> reconfigure(SpeakerConfig changed) {
    boolean hearsAnew = !changed.importFilter().equals(speaker.importFilter());
    speaker = changed;
    Conversation current = conversation;
    if (current == null) {
      return List.of();
    }
    ExportPolicy before = policy;
    ExportPolicy after = policyOf(current);
    if (before != null && !before.equals(after)) {
      ears.forEach(ear -> engine.move(ear.family(), ear, before, after));
      policy = after;
    }
    if (hearsAnew) {
      openIntake(current);
    }
    return hearsAnew && current.terms().refresh()
        ? current.terms().families().stream()
            .map(family -> new RouteRefresh(family.wire(), RouteRefresh.REQUEST))
            .toList()
        : List.of();
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
