// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.session.Retention;
import dev.brindle.bird.session.SessionEvent.Untenable;
import dev.brindle.bird.table.PrefixCover;
import dev.brindle.bird.table.TableFullException;
import dev.brindle.bird.table.UpdateBatch;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerRole;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message.Notification;
import dev.brindle.bird.wire.Message.RouteRefresh;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.NotificationCode;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What one peer has told us, and what it is told. On the speaker's thread.
final class PeerRoutes implements OriginValidation.Judged, TableLimits.Tenant {

  private static final Logger LOG = LoggerFactory.getLogger(PeerRoutes.class);

  private static final Untenable CANNOT_JUDGE_ANEW =
      new Untenable(
          Notification.cease(NotificationCode.CONFIGURATION_CHANGE),
          "its import filter changed, and it cannot be asked for its routes again",
          Optional.of(Duration.ofSeconds(1))); // before it may tell them again
  private static final String CANNOT_ASK = "it does not understand ROUTE-REFRESH: ";
  private static final String RESET_INSTEAD =
      "; brindle bgp reset ends the session and begins a new one";

  private final Tables tables;
  private final Convergence convergence;
  private final PeerPaths paths;
  private final PeerIntake intake;
  private final PeerQuota quota;
  private final StaleRoutes stale;
  private final PeerEars ears;
  private final Inquiries inquiries;
  private final Lull lull;
  private final FaultLog faults;
  private final LeakLog leaks;
  private final String name;

  private PeerPolicy policy;
  private @Nullable EstablishedSession established;

  PeerRoutes(
      PeerConfig config,
      SpeakerConfig speaker,
      Tables tables,
      Convergence convergence,
      Later later) {
    this.name = config.name();
    this.policy = new PeerPolicy(config, speaker, Draining.NO);
    this.tables = tables;
    this.convergence = convergence;
    this.paths = new PeerPaths(tables.engine());
    this.intake = new PeerIntake(tables);
    this.quota = new PeerQuota(tables.engine()::attributeOctets);
    this.stale = new StaleRoutes(later, new PeerLeftovers(name, paths, intake, quota));
    this.lull = new Lull(later, () -> convergence.done(name));
    this.ears = new PeerEars(tables.engine(), () -> convergence.mayEnd(policy.peer()), later);
    this.inquiries = new Inquiries(tables.engine());
    this.faults = new FaultLog(later, what -> LOG.warn("BGP peer {} sent {}", name, what));
    this.leaks = new LeakLog(what -> LOG.warn("BGP peer {} {}", name, what));
    tables.validation().add(this);
    tables.limits().add(this);
  }

  // ---- the session

  void up(Conversation begun, SessionDriver session) {
    established = new EstablishedSession(begun, session);
    leaks.begin();
    quota.begin();
    tables.place(name, policy.peer().zone());
    tables.heedBlackhole(name, policy.routing().heedsBlackhole());
    paths.identify(begun.neighbour().source());
    stale.up(begun);
    if (begun.isRestarting()) {
      convergence.restarts(name);
    }
    intake.open(paths.source(), policy, begun);
    ears.begin(begun, paths.source(), policy.export(begun), policy.peer(), session);
  }

  /// @param kept the peer may come back soon, and finds these routes here
  /// @param isReplaced it is back already, on another connection
  void down(Retention kept, boolean isReplaced) {
    ears.end();
    lull.end();
    inquiries.end();
    established = null;
    intake.close();
    stale.down(kept, isReplaced);
  }

  /// The peer is no more.
  void clear() {
    ears.end();
    lull.end();
    stale.stop();
    intake.close();
    tables.validation().remove(this);
    tables.limits().remove(this);
    paths.retire();
    tables.heedBlackhole(name, false);
  }

  private Optional<Conversation> conversation() {
    return Optional.ofNullable(established).map(EstablishedSession::conversation);
  }

  // ---- what is kept of it

  /// Whether something is kept for a peer that may come back.
  boolean isWaiting() {
    return stale.isWaiting();
  }

  /// What was kept for it goes.
  void giveUp() {
    stale.giveUp();
  }

  // ---- in

  /// @return why the session must end, if it must
  Optional<Untenable> received(UpdateBatch batch) {
    lull.heard();
    inquiries.heard(batch);
    long mark = quota.mark();
    try {
      intake.take(batch, this::note);
    } catch (TableFullException e) {
      return Optional.of(TableLimits.full(e));
    } finally {
      quota.charge(mark);
    }
    leaks.seen(intake.leaked(), policy.routing().role().map(PeerRole::ours));
    return tooMuch();
  }

  private void note(Update update) {
    faults.add(update);
    update.endOfRib().ifPresent(this::endOfRib);
  }

  private void endOfRib(Family family) {
    if (stale.heardAll(family)) {
      convergence.done(name);
    }
  }

  /// A peer without graceful restart may never say that it has told everything.
  void kept() {
    if (conversation().filter(it -> it.terms().gracefulRestart().isEmpty()).isPresent()) {
      lull.begin();
    }
  }

  private Optional<Untenable> tooMuch() {
    Optional<Untenable> excess =
        quota.excess(policy.peer(), paths.count() - paths.stale(), paths.stale());
    if (excess.isEmpty()) {
      excess = tables.limits().excess(this);
    }
    if (excess.isEmpty()) {
      tables.limits().relieve();
    }
    return excess;
  }

  @Override
  public int rejudge(Family family, PrefixCover cover, int from, int most) {
    EstablishedSession current = established;
    if (current == null) {
      return OriginValidation.DONE;
    }
    long mark = quota.mark();
    Optional<Untenable> full = Optional.empty();
    int next = OriginValidation.DONE;
    try {
      next = intake.rejudge(family, cover, from, most);
    } catch (TableFullException e) {
      full = Optional.of(TableLimits.full(e));
    }
    quota.charge(mark);
    full.or(this::tooMuch).ifPresent(current.driver()::on);
    return next;
  }

  /// Asks the peer for its routes again, to see what it tells of one prefix.
  ///
  /// @param seen never hears of it if the peer does not tell the prefix, nor that it has told all
  /// @return what ends the inquiry
  Runnable watch(Cidr prefix, Consumer<ToldRoute> seen) {
    EstablishedSession current = established;
    Optional<String> obstacle =
        current == null
            ? Optional.of("the session is not up")
            : Inquiries.obstacle(current.conversation().terms(), Family.of(prefix.family()));
    if (current == null || obstacle.isPresent()) {
      obstacle.map(ToldRoute.Unknown::new).ifPresent(seen);
      return () -> {};
    }
    return inquiries.ask(
        prefix,
        current.driver(),
        it -> policy.judged(prefix, it, current.conversation(), tables.validation().origins()),
        seen);
  }

  // ---- the parts

  @Override
  public PeerPaths paths() {
    return paths;
  }

  @Override
  public PeerQuota quota() {
    return quota;
  }

  @Override
  public PeerIntake intake() {
    return intake;
  }

  PeerEars ears() {
    return ears;
  }

  @Override
  public void end(Untenable why) {
    EstablishedSession current = established;
    if (current != null) {
      current.driver().on(why);
    } else {
      giveUp();
    }
  }

  // ---- out

  /// The peer wants to hear a family again (RFC 2918), or tells one again (RFC 7313). What is of a
  /// family that was not agreed on, or of a kind that we do not know, says nothing.
  void refresh(RouteRefresh message) {
    Family family = Family.of(message.family()).orElse(null);
    EstablishedSession current = established;
    if (family == null || current == null || !current.hasAgreedOn(family)) {
      return;
    }
    switch (message.subtype()) {
      case RouteRefresh.REQUEST -> ears.asked(family);
      case RouteRefresh.BEGIN -> stale.refreshBegins(family, current.conversation().terms());
      case RouteRefresh.END -> {
        stale.refreshEnds(family);
        inquiries.heardAll(family);
      }
      default -> LOG.debug("BGP peer {} sent {}", name, message);
    }
  }

  /// End-of-RIB may be said now, if nothing else is missing.
  void release() {
    ears.release();
  }

  // ---- other rules

  /// New filters and limits; the session stays. Unless what the peer told before is kept as it told
  /// it, it is asked to tell it again; where it cannot be asked, the session has to end.
  ///
  /// @param wanted means the same session as before
  /// @return why the session must end, if it must
  Optional<Untenable> reconfigure(PeerConfig wanted, SpeakerConfig changed) {
    PeerPolicy before = policy;
    policy = before.with(wanted, changed);
    EstablishedSession current = established;
    if (current == null) {
      return Optional.empty();
    }
    tellBy(current);
    tables.heedBlackhole(name, policy.routing().heedsBlackhole());
    return switch (reimport(before, current)) {
      case NOTHING -> Optional.empty();
      case FROM_NOW_ON -> {
        reopen(current);
        yield Optional.empty();
      }
      case ALL -> {
        reopen(current);
        yield judgeAnew(current) ? Optional.empty() : Optional.of(CANNOT_JUDGE_ANEW);
      }
    };
  }

  private Reimport reimport(PeerPolicy before, EstablishedSession current) {
    return Reimport.of(
        policy.importsAs(before),
        intake.wouldKeep(policy.importFilter()),
        current.conversation().terms().refresh());
  }

  /// What it tells is taken by the rules there are now.
  private void reopen(EstablishedSession current) {
    intake.open(paths.source(), policy, current.conversation());
  }

  private void tellBy(EstablishedSession current) {
    ears.become(
        current.conversation(),
        paths.source(),
        policy.export(current.conversation()),
        policy.peer(),
        current.driver());
  }

  Draining draining() {
    return policy.draining();
  }

  /// Whether what the peer told is taken last, all of it.
  boolean isLowered() {
    return conversation().filter(policy::lowers).isPresent();
  }

  /// What the peer is told bears the mark that it will soon be gone, or no longer; what it told is
  /// taken last, or as ever.
  ///
  /// @return what is not as it was; empty if nothing
  Optional<String> drain(Draining wanted) {
    boolean wasLowered = isLowered();
    policy = policy.with(wanted);
    EstablishedSession current = established;
    if (current == null) {
      return Optional.empty();
    }
    tellBy(current);
    if (isLowered() == wasLowered) {
      return Optional.empty();
    }
    reopen(current);
    return wasLowered ? raise(current) : lower();
  }

  private Optional<String> lower() {
    try {
      paths.lower();
      return Optional.empty();
    } catch (TableFullException e) {
      return Optional.of("not all that it told is taken last: " + e.getMessage());
    }
  }

  private Optional<String> raise(EstablishedSession current) {
    return judgeAnew(current)
        ? Optional.empty()
        : Optional.of(
            CANNOT_ASK + "what it told stays last until it tells it again" + RESET_INSTEAD);
  }

  /// What the peer told is judged by the rules there are now: as it is kept, or as it tells it
  /// again.
  ///
  /// @return whether that can be
  private boolean judgeAnew(EstablishedSession current) {
    boolean isKept = intake.hasKeptAll();
    if (isKept) {
      tables.validation().judgeAnew(this);
    }
    return isKept || current.requestAll();
  }

  /// The peer is to tell all of its routes again, and hears all of ours again.
  ///
  /// @return why that cannot be; empty if it was done
  Optional<String> askAgain() {
    EstablishedSession current = established;
    if (current == null) {
      return Optional.of("the session is not up");
    }
    ears.askedForAll();
    return current.requestAll()
        ? Optional.empty()
        : Optional.of(
            CANNOT_ASK
                + "it hears our routes again, but cannot be asked for its own"
                + RESET_INSTEAD);
  }

  // ---- for those who watch

  /// How many routes the peer tells, as far as they are kept: as it told them, or as they were
  /// taken.
  int heard() {
    int kept = intake.heard();
    return kept < 0 ? paths.count() : kept;
  }

  // ---- reports

  boolean hasStale() {
    return paths.stale() > 0;
  }

  /// What the peer tells, taken or not.
  int told() {
    return paths.count() + intake.refusedNow();
  }

  /// What the peer hears of us; empty if the session is not up.
  Optional<PeerHearing> hearing() {
    return conversation().map(it -> new PeerHearing(policy, it, ears));
  }

  String importFilterText() {
    return policy.importText() + (isLowered() ? ", taken last as it drains" : "");
  }
}
