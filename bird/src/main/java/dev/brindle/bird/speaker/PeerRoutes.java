// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.filter.Verdict;
import dev.brindle.bird.rib.AdjRibIn;
import dev.brindle.bird.rib.AdjRibOut;
import dev.brindle.bird.rib.Choice;
import dev.brindle.bird.rib.ExportRules;
import dev.brindle.bird.rib.ImportRules;
import dev.brindle.bird.rib.Path;
import dev.brindle.bird.rib.RibChange;
import dev.brindle.bird.rib.UpdatePacker;
import dev.brindle.bird.session.SessionEvent.Untenable;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message.Announcement;
import dev.brindle.bird.wire.Message.Notification;
import dev.brindle.bird.wire.Message.RouteRefresh;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.NotificationCode;
import dev.brindle.bird.wire.PathAttributes;
import java.util.Collection;
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
  private static final int BATCH = 2_000;

  private final PeerConfig config;
  private final Tables tables;
  private final Convergence convergence;
  private final AdjRibIn in = new AdjRibIn();
  private final AdjRibOut out = new AdjRibOut();
  private final Set<Family> untold = EnumSet.noneOf(Family.class);
  private final Set<Family> unheard = EnumSet.noneOf(Family.class);

  private SpeakerConfig speaker;
  private @Nullable Conversation conversation;
  private long rejected;

  PeerRoutes(PeerConfig config, SpeakerConfig speaker, Tables tables, Convergence convergence) {
    this.config = config;
    this.speaker = speaker;
    this.tables = tables;
    this.convergence = convergence;
  }

  // ---- the session

  void up(Conversation begun) {
    conversation = begun;
    rejected = 0;
    for (Family family : Family.values()) {
      if (!begun.keepsStale(family)) {
        remove(in.sweep(family.ip()));
      }
    }
    untold.addAll(begun.terms().families());
    unheard.addAll(begun.terms().families());
    out.forget();
    wantAll();
  }

  /// @param keeps the peer may come back soon, and finds its routes here
  void down(boolean keeps) {
    conversation = null;
    out.forget();
    untold.clear();
    unheard.clear();
    remove(keeps ? in.markStale() : in.clear());
  }

  /// What was kept for a peer that did not come back.
  void giveUp() {
    remove(in.sweep());
  }

  void clear() {
    remove(in.clear());
  }

  // ---- in

  /// @return why the session must end, if it must
  Optional<Untenable> received(Update update) {
    update.faults().forEach(fault -> LOG.warn("BGP peer {} sent {}", config.name(), fault));
    update.withdrawn().forEach(this::removeOne);
    for (Announcement announcement : update.announced()) {
      announcement.prefixes().forEach(prefix -> hear(prefix, announcement.attributes()));
    }
    update.endOfRib().ifPresent(this::endOfRib);
    return tooMuch();
  }

  private void hear(Cidr prefix, PathAttributes attributes) {
    if (conversation == null) {
      return;
    }
    if (!config.routing().imports()) {
      rejected++;
      return;
    }
    var peer = conversation.neighbour();
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

  private Optional<Untenable> tooMuch() {
    int limit = config.routing().prefixLimit();
    if (in.size() > limit) {
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
    remove(in.sweep(family.ip()));
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

  private void remove(Collection<Cidr> prefixes) {
    prefixes.forEach(prefix -> tables.remove(prefix, config.name()));
  }

  private void removeOne(Cidr prefix) {
    if (in.remove(prefix)) {
      tables.remove(prefix, config.name());
    }
  }

  // ---- out

  void repeat() {
    out.repeat();
  }

  void want(Collection<RibChange> changes) {
    if (conversation == null || !config.routing().exports()) {
      return;
    }
    for (RibChange change : changes) {
      switch (change) {
        case RibChange.Chosen(var prefix, var choice) -> want(prefix, choice);
        case RibChange.Gone(var prefix) -> out.want(prefix, Optional.empty());
      }
    }
  }

  private void wantAll() {
    if (config.routing().exports()) {
      tables.rib().forEachChoice(this::want);
    }
  }

  private void want(Cidr prefix, Choice choice) {
    if (conversation != null
        && conversation.terms().families().contains(Family.of(prefix.family()))) {
      out.want(
          prefix,
          ExportRules.told(
              prefix, choice.best(), conversation.neighbour(), speaker.exportFilter()));
    }
  }

  /// Sends what the connection takes; the rest waits as state, not as messages.
  void flush(SessionDriver session) {
    Conversation current = conversation;
    while (current != null && session.isWritable() && out.hasNews()) {
      session.send(UpdatePacker.pack(out.take(BATCH), current.terms()));
    }
    if (current != null && !out.hasNews() && !untold.isEmpty()) {
      session.send(untold.stream().map(Update::endOfRib).toList());
      untold.clear();
    }
  }

  /// New filters; the session stays.
  ///
  /// @return what to ask the peer for again
  List<RouteRefresh> reconfigure(SpeakerConfig changed) {
    boolean hearsAnew = !changed.importFilter().equals(speaker.importFilter());
    boolean tellsAnew = !changed.exportFilter().equals(speaker.exportFilter());
    speaker = changed;
    if (conversation == null) {
      return List.of();
    }
    if (tellsAnew) {
      wantAll();
    }
    return hearsAnew && conversation.terms().refresh()
        ? conversation.terms().families().stream()
            .map(family -> new RouteRefresh(family.wire(), RouteRefresh.REQUEST))
            .toList()
        : List.of();
  }

  // ---- reports

  int received() {
    return in.size();
  }

  long rejected() {
    return rejected;
  }

  int advertised() {
    return out.size();
  }

  boolean hasStale() {
    return in.hasStale();
  }

  List<Cidr> advertisedPrefixes() {
    return out.toldPrefixes();
  }
}
