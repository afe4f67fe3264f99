// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.filter.FilterChain;
import dev.brindle.bird.filter.RouteFilter;
import dev.brindle.bird.filter.RuleFilter;
import dev.brindle.bird.filter.Verdict;
import dev.brindle.bird.rib.ExportReason;
import dev.brindle.bird.rib.ExportRules;
import dev.brindle.bird.rib.ImportRules;
import dev.brindle.bird.rib.Path;
import dev.brindle.bird.session.Retention;
import dev.brindle.bird.session.SessionEvent.Untenable;
import dev.brindle.bird.table.ExportPolicy;
import dev.brindle.bird.table.FamilyRoutes;
import dev.brindle.bird.table.Lowering;
import dev.brindle.bird.table.PrefixCover;
import dev.brindle.bird.table.RouteEngine;
import dev.brindle.bird.table.RouteVisitor;
import dev.brindle.bird.table.RouteWatch;
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
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerTerms;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What one peer has told us, and what it is told. On the speaker's thread.
final class PeerRoutes implements OriginValidation.Judged {

  private static final Logger LOG = LoggerFactory.getLogger(PeerRoutes.class);

  private static final int NO_SOURCE = -1;
  private static final Duration PAUSE_BEFORE_TELLING_AGAIN = Duration.ofSeconds(1);

  private final Tables tables;
  private final RouteEngine engine;
  private final Convergence convergence;
  private final Set<Family> unheard = EnumSet.noneOf(Family.class);
  private final PeerEars ears;
  private final Map<RouteWatch, Consumer<ToldRoute>> watches = new LinkedHashMap<>();

  private final Absence absence;
  private final RefreshWatch refreshes;
  private final Lull lull;
  private final FaultLog faults;

  private PeerConfig config;
  private SpeakerConfig speaker;
  private int source = NO_SOURCE;
  private @Nullable Conversation conversation;
  private @Nullable SessionDriver driver;
  private RouteEngine.@Nullable Intake intake;
  private long rejectedBefore;
  private long leakedBefore;
  private boolean hasLeaked;
  private Draining draining = Draining.NO;

  /// How many octets of attributes there are for its sake, at most: what came and went while its
  /// routes were worked on. What others go on with counts still, so it grows over time.
  private long owned;

  /// What is kept for judging it anew is all that the peer has told since the session is up.
  private boolean hasKeptAll;

  private PrefixLimit.Standing standing = Standing.WITHIN;

  PeerRoutes(
      PeerConfig config,
      SpeakerConfig speaker,
      Tables tables,
      Convergence convergence,
      Later later) {
    this.config = config;
    this.speaker = speaker;
    this.tables = tables;
    this.engine = tables.engine();
    this.convergence = convergence;
    this.absence = new Absence(later, new Leftovers());
    this.refreshes = new RefreshWatch(later, this::markStale, this::sweep);
    this.lull = new Lull(later, () -> convergence.done(config.name()));
    this.ears = new PeerEars(engine, () -> convergence.mayEnd(this.config), later);
    this.faults = new FaultLog(later, what -> LOG.warn("BGP peer {} sent {}", config.name(), what));
    tables.validation().add(this);
    tables.add(this);
  }

  // ---- the session

  void up(Conversation begun, SessionDriver session) {
    conversation = begun;
    driver = session;
    rejectedBefore = 0;
    leakedBefore = 0;
    hasLeaked = false;
    standing = Standing.WITHIN;
    tables.place(config.name(), config.zone());
    tables.heedBlackhole(config.name(), config.routing().heedsBlackhole());
    identify(begun);
    EnumSet<Family> kept = EnumSet.allOf(Family.class);
    kept.removeIf(family -> !begun.keepsStale(family, absence.isLastResort(family)));
    EnumSet.complementOf(kept).forEach(this::sweep);
    absence.end(kept);
    unheard.addAll(begun.terms().families());
    if (begun.isRestarting()) {
      convergence.restarts(config.name());
    }
    openIntake(begun);
    ears.begin(begun, source, policyOf(begun), config, session);
  }

  private void identify(Conversation begun) {
    if (source == NO_SOURCE) {
      source = engine.addSource(begun.neighbour().source());
    } else {
      engine.setSource(source, begun.neighbour().source());
    }
  }

  private void openIntake(Conversation current) {
    RouteEngine.Intake before = intake;
    RouteFilter filter = importFilter();
    boolean isOpen = config.routing().imports();
    Lowering lowering = lowering(current);
    boolean keeps = keepsHeard(filter);
    if (before == null) {
      hasKeptAll = keeps;
      intake = engine.intake(source, current.neighbour(), filter, isOpen, lowering, keeps);
    } else {
      rejectedBefore += before.rejected();
      leakedBefore += before.leaked();
      hasKeptAll &= keeps;
      intake = before.replaced(current.neighbour(), filter, isOpen, lowering, keeps);
    }
  }

  private Lowering lowering(Conversation current) {
    return draining.lowers(current.terms().kind())
        ? Lowering.ALL
        : Lowering.of(config.routing().heedsShutdown());
  }

  private boolean keepsHeard(RouteFilter filter) {
    return filter.dependsOnRpki() || tables.monitoring().keepsHeard();
  }

  private void closeIntake() {
    if (intake != null) {
      intake.close();
      intake = null;
    }
  }

  @Override
  public int rejudge(Family family, PrefixCover cover, int from, int most) {
    RouteEngine.Intake open = intake;
    SessionDriver current = driver;
    if (open == null || current == null) {
      return OriginValidation.DONE;
    }
    try {
      long before = engine.attributeOctets();
      int next = open.rejudge(family, cover, from, most);
      charge(before);
      tooMuch().ifPresent(current::on);
      return next;
    } catch (TableFullException e) {
      current.on(fullBecause(e));
      return OriginValidation.DONE;
    }
  }

  // ---- for those who watch

  int showHeard(Family family, int from, int most, RouteVisitor visitor) {
    RouteEngine.Intake open = intake;
    return open == null ? -1 : open.showHeard(family, from, most, visitor);
  }

  int showTaken(Family family, int from, int most, RouteVisitor visitor) {
    return source == NO_SOURCE ? -1 : engine.showTaken(source, family, from, most, visitor);
  }

  int showTold(Family family, int from, int most, ByteBuf out) {
    return ears.show(family, source, from, most, out);
  }

  int heard() {
    RouteEngine.Intake open = intake;
    return open == null || !open.keeps() ? received() : open.heardCount();
  }

  private ExportPolicy policyOf(Conversation current) {
    PeerTerms terms = current.terms();
    return ExportPolicy.of(
            current.neighbour(), exportFilter(), terms.fourOctetAs(), terms.maxMessage())
        .withLongLived(current.agreement().longLived().isPresent())
        .withDraining(draining.isOn())
        .withPaths(config.routing().addPath().told(terms.addPath()));
  }

  private RouteFilter importFilter() {
    return config.routing().importOr(speaker.importFilter());
  }

  private RouteFilter exportFilter() {
    return config.routing().exportOr(speaker.exportFilter());
  }

  /// @param kept the peer may come back soon, and finds these routes here
  /// @param isReplaced it is back already, on another connection: that is no second restart, after
  ///     which what is stale would have had its chance (RFC 4724 §4.2)
  void down(Retention kept, boolean isReplaced) {
    ears.end();
    lull.end();
    watches.values().forEach(it -> it.accept(new ToldRoute.Unknown("its session ended")));
    watches.clear();
    conversation = null;
    driver = null;
    closeIntake();
    unheard.clear();
    if (source != NO_SOURCE) {
      for (Family family : Family.values()) {
        retain(family, kept.keeps(family), isReplaced);
      }
      refreshes.stop();
      absence.begin(kept);
    }
  }

  private void retain(Family family, boolean isKept, boolean isReplaced) {
    if (!isKept) {
      long before = engine.attributeOctets();
      engine.removeAllOf(source, family);
      charge(before);
      return;
    }
    if (!isReplaced && !refreshes.isRunning(family) && !absence.isLastResort(family)) {
      sweep(family);
    }
    markStale(family);
  }

  private final class Leftovers implements Absence.Leftovers {

    @Override
    public void overdue() {
      LOG.warn("BGP peer {} did not come back in time", config.name());
    }

    @Override
    public void sweep(Family family) {
      PeerRoutes.this.sweep(family);
    }

    @Override
    public void demote(Family family) {
      engine.demoteStale(source, family);
    }
  }

  private void markStale(Family family) {
    engine.markStale(source, family);
    if (intake != null) {
      intake.markStale(family);
    }
  }

  /// Whether something is kept for a peer that may come back.
  boolean isWaiting() {
    return absence.isWaiting();
  }

  /// What was kept for it goes.
  void giveUp() {
    absence.stop();
    for (Family family : Family.values()) {
      sweep(family);
    }
  }

  /// The peer is no more.
  void clear() {
    ears.end();
    lull.end();
    absence.stop();
    refreshes.stop();
    closeIntake();
    tables.validation().remove(this);
    tables.remove(this);
    if (source != NO_SOURCE) {
      engine.retire(source);
      source = NO_SOURCE;
    }
    tables.heedBlackhole(config.name(), false);
  }

  /// It has told too much.
  void end(Untenable why) {
    SessionDriver current = driver;
    if (current != null) {
      current.on(why);
    } else {
      giveUp();
    }
  }

  int paths() {
    return source == NO_SOURCE ? 0 : engine.pathsOf(source);
  }

  Optional<RouteEngine.Intake> intake() {
    return Optional.ofNullable(intake);
  }

  long owned() {
    return owned;
  }

  void recount(long octets) {
    owned = octets;
  }

  /// Since that many octets were there.
  private void charge(long before) {
    owned = Math.max(0, owned + engine.attributeOctets() - before);
  }

  private void sweep(Family family) {
    long before = engine.attributeOctets();
    if (source != NO_SOURCE) {
      engine.sweepStale(source, family);
    }
    if (intake != null) {
      intake.sweepStale(family);
    }
    charge(before);
  }

  // ---- in

  /// Asks the peer for its routes again, to see what it tells of one prefix: what was rejected is
  /// not kept.
  ///
  /// @param seen hears of it at most once; never if the peer does not tell the prefix
  /// @return what ends the watch
  Runnable watch(Cidr prefix, SessionDriver session, Consumer<ToldRoute> seen) {
    Conversation current = conversation;
    Family family = Family.of(prefix.family());
    if (current == null) {
      seen.accept(new ToldRoute.Unknown("the session is not up"));
    } else if (!current.terms().refresh()) {
      seen.accept(new ToldRoute.Unknown("it does not understand ROUTE-REFRESH"));
    } else if (!current.terms().families().contains(family)) {
      seen.accept(new ToldRoute.Unknown("%s was not agreed on".formatted(family)));
    } else {
      return watch(prefix, current, session, seen);
    }
    return () -> {};
  }

  private Runnable watch(
      Cidr prefix, Conversation current, SessionDriver session, Consumer<ToldRoute> seen) {
    RouteWatch watch =
        engine.watch(prefix, attributes -> seen.accept(told(prefix, attributes, current)));
    watches.put(watch, seen);
    RouteRefresh request =
        new RouteRefresh(Family.of(prefix.family()).wire(), RouteRefresh.REQUEST);
    session.send(List.of(request));
    return () -> watches.remove(watch);
  }

  private ToldRoute told(Cidr prefix, Optional<PathAttributes> attributes, Conversation current) {
    return attributes
        .<ToldRoute>map(
            it ->
                new ToldRoute.Told(
                    it,
                    config.routing().imports()
                        ? ImportRules.judge(
                            prefix,
                            it,
                            current.neighbour(),
                            importFilter(),
                            tables.validation().origins())
                        : new Verdict.Reject("import is reject")))
        .orElseGet(ToldRoute.Withdrawn::new);
  }

  /// @return why the session must end, if it must
  Optional<Untenable> received(UpdateBatch batch) {
    RouteEngine.Intake open = intake;
    if (open == null) {
      return Optional.empty();
    }
    lull.heard();
    if (!watches.isEmpty()) {
      watches.keySet().forEach(it -> it.look(batch));
    }
    long before = engine.attributeOctets();
    try {
      open.take(batch, this::note);
    } catch (TableFullException e) {
      return Optional.of(fullBecause(e));
    } finally {
      charge(before);
    }
    complainOfLeaks();
    return tooMuch();
  }

  /// Once a session: who leaks, leaks many.
  private void complainOfLeaks() {
    if (!hasLeaked && leaked() > 0) {
      hasLeaked = true;
      LOG.warn(
          "BGP peer {} leaks routes, {} so far: they are marked for customers only, and we are {};"
              + " they are not used (RFC 9234). Tell whoever runs it, or correct role",
          config.name(),
          leaked(),
          config.routing().role().map(it -> it.ours().toString()).orElse("nothing"));
    }
  }

  private static Untenable fullBecause(TableFullException e) {
    return new Untenable(
        Notification.cease(NotificationCode.OUT_OF_RESOURCES), String.valueOf(e.getMessage()));
  }

  private void note(Update update) {
    faults.add(update.faults());
    update.endOfRib().ifPresent(this::endOfRib);
  }

  private Optional<Untenable> tooMuch() {
    PrefixLimit limit = config.routing().limit();
    // what is kept for its return does not count, it may come back with others
    PrefixLimit.Standing now = limit.standing(received() - stale());
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
    Optional<Untenable> excess =
        tables
            .excess(this)
            .map(it -> new Untenable(Notification.cease(NotificationCode.OUT_OF_RESOURCES), it));
    if (excess.isEmpty()) {
      tables.relieve();
    }
    return excess;
  }

  private void endOfRib(Family family) {
    absence.heardAll(family);
    if (unheard.remove(family) && !refreshes.isRunning(family)) {
      sweep(family);
    }
    if (unheard.isEmpty()) {
      convergence.done(config.name());
    }
  }

  /// A peer without graceful restart may never say that it has told everything.
  void kept() {
    if (conversation != null && conversation.terms().gracefulRestart().isEmpty()) {
      lull.begin();
    }
  }

  // ---- out

  /// The peer wants to hear a family again (RFC 2918), or tells one again (RFC 7313). What is of a
  /// family that was not agreed on, or of a kind that we do not know, says nothing.
  void refresh(RouteRefresh message) {
    Family family = Family.of(message.family()).orElse(null);
    Conversation current = conversation;
    if (family == null || current == null || !current.terms().families().contains(family)) {
      return;
    }
    switch (message.subtype()) {
      case RouteRefresh.REQUEST -> ears.asked(family);
      case RouteRefresh.BEGIN -> {
        if (isPastFirst(current, family)) {
          refreshes.begin(family);
        }
      }
      case RouteRefresh.END -> {
        refreshes.end(family);
        watches.forEach(
            (watch, seen) -> {
              if (watch.family() == family) {
                seen.accept(new ToldRoute.Untold()); // it has told all of them
              }
            });
      }
      default -> LOG.debug("BGP peer {} sent {}", config.name(), message);
    }
  }

  /// RFC 7313 §4: a beginning before End-of-RIB counts for nothing, where there is to be one.
  private boolean isPastFirst(Conversation current, Family family) {
    return current.terms().enhancedRefresh()
        && (current.terms().gracefulRestart().isEmpty() || !unheard.contains(family));
  }

  /// End-of-RIB may be said now, if nothing else is missing.
  void release() {
    ears.release();
  }

  /// New filters and limits; the session stays. Unless what the peer told before is kept as it told
  /// it, it is asked to tell it again; where it cannot be asked, the session has to end.
  ///
  /// @param wanted means the same session as before
  /// @return why the session must end, if it must
  Optional<Untenable> reconfigure(PeerConfig wanted, SpeakerConfig changed, SessionDriver session) {
    RouteFilter importedBy = importFilter();
    boolean heededShutdown = config.routing().heedsShutdown();
    config = wanted;
    speaker = changed;
    Conversation current = conversation;
    if (current == null) {
      return Optional.empty();
    }
    ears.become(current, source, policyOf(current), config, session);
    tables.heedBlackhole(config.name(), config.routing().heedsBlackhole());
    RouteEngine.Intake before = intake;
    boolean isHeededAsBefore = config.routing().heedsShutdown() == heededShutdown;
    boolean isSameFilter = importFilter().equals(importedBy) && isHeededAsBefore;
    boolean isKeptNew = before != null && !before.keeps() && keepsHeard(importedBy);
    if (isSameFilter && !isKeptNew) {
      return Optional.empty();
    }
    openIntake(current);
    if (isSameFilter && !current.terms().refresh()) {
      return Optional.empty(); // those who watch see it from now on
    }
    if (hasKeptAll) {
      tables.validation().judgeAnew(this);
      return Optional.empty();
    }
    if (!current.terms().refresh()) {
      return Optional.of(
          new Untenable(
              Notification.cease(NotificationCode.CONFIGURATION_CHANGE),
              "its import filter changed, and it cannot be asked for its routes again",
              Optional.of(PAUSE_BEFORE_TELLING_AGAIN)));
    }
    requestAll(current, session);
    return Optional.empty();
  }

  Draining draining() {
    return draining;
  }

  /// Whether what the peer told is taken last, all of it.
  boolean isLowered() {
    Conversation current = conversation;
    return current != null && draining.lowers(current.terms().kind());
  }

  /// What the peer is told bears the mark that it will soon be gone, or no longer; what it told is
  /// taken last, or as ever.
  ///
  /// @return what is not as it was; empty if nothing
  Optional<String> drain(Draining wanted, SessionDriver session) {
    boolean wasLowered = isLowered();
    draining = wanted;
    Conversation current = conversation;
    if (current == null) {
      return Optional.empty();
    }
    ears.become(current, source, policyOf(current), config, session);
    if (isLowered() == wasLowered) {
      return Optional.empty();
    }
    openIntake(current);
    return wasLowered ? raise(current, session) : lower();
  }

  private Optional<String> lower() {
    try {
      engine.lower(source);
      return Optional.empty();
    } catch (TableFullException e) {
      return Optional.of("not all that it told is taken last: " + e.getMessage());
    }
  }

  /// What was lowered is judged anew, or asked for again.
  private Optional<String> raise(Conversation current, SessionDriver session) {
    if (hasKeptAll) {
      tables.validation().judgeAnew(this);
      return Optional.empty();
    }
    if (!current.terms().refresh()) {
      return Optional.of(
          "it does not understand ROUTE-REFRESH: what it told stays last until it tells it again;"
              + " brindle bgp reset ends the session and begins a new one");
    }
    requestAll(current, session);
    return Optional.empty();
  }

  private static void requestAll(Conversation current, SessionDriver session) {
    session.send(
        current.terms().families().stream()
            .map(family -> new RouteRefresh(family.wire(), RouteRefresh.REQUEST))
            .toList());
  }

  /// The peer is to tell all of its routes again, and hears all of ours again.
  ///
  /// @return why that cannot be; empty if it was done
  Optional<String> askAgain(SessionDriver session) {
    Conversation current = conversation;
    if (current == null) {
      return Optional.of("the session is not up");
    }
    ears.askedForAll();
    if (!current.terms().refresh()) {
      return Optional.of(
          "it does not understand ROUTE-REFRESH: it hears our routes again, but cannot be asked for"
              + " its own; brindle bgp reset ends the session and begins a new one");
    }
    requestAll(current, session);
    return Optional.empty();
  }

  // ---- reports

  private int stale() {
    return source == NO_SOURCE ? 0 : engine.staleOf(source);
  }

  int received() {
    return source == NO_SOURCE ? 0 : engine.pathsOf(source);
  }

  /// What the peer tells, taken or not.
  int told() {
    return received() + (intake == null ? 0 : intake.refusedNow());
  }

  /// Whether it tells more than that.
  boolean tellsMore() {
    return intake != null && intake.hasRefusedMore();
  }

  long rejected() {
    return rejectedBefore + (intake == null ? 0 : intake.rejected());
  }

  long leaked() {
    return leakedBefore + (intake == null ? 0 : intake.leaked());
  }

  int advertised() {
    return ears.advertised();
  }

  /// Its number in the tables; negative if it has none.
  int source() {
    return source;
  }

  boolean isAdvertised(Family family, int prefix) {
    return ears.isAdvertised(family, prefix);
  }

  /// A path as the peer is told it, if it is.
  Optional<PathAttributes> told(Cidr prefix, Path path) {
    Conversation current = conversation;
    return current == null
        ? Optional.empty()
        : ExportRules.told(prefix, path, current.neighbour(), exportFilter());
  }

  /// Empty if the session is not up.
  Optional<RouteExplanation.Export> explainExport(FamilyRoutes routes, int number, Path best) {
    Conversation current = conversation;
    if (current == null) {
      return Optional.empty();
    }
    Cidr prefix = routes.cidr(number);
    boolean isAdvertised = isAdvertised(routes.family(), number);
    return Optional.of(
        new RouteExplanation.Export(
            config.name(),
            config.address(),
            isAdvertised,
            exportReason(current, routes.family(), prefix, best),
            isAdvertised ? told(prefix, best) : Optional.empty()));
  }

  private String exportReason(Conversation current, Family family, Cidr prefix, Path best) {
    if (!current.terms().families().contains(family)) {
      return "%s was not agreed on".formatted(family);
    }
    return config.routing().exports()
        ? ExportReason.of(prefix, best, current.neighbour(), exportFilter())
        : "export is reject";
  }

  String importFilterText() {
    String filter = text(config.routing().importFilter().orElse(speaker.importFilter()));
    return isLowered() ? filter + ", taken last as it drains" : filter;
  }

  private static String text(RouteFilter filter) {
    if (filter instanceof FilterChain chain) {
      return chain.name();
    }
    return filter instanceof RuleFilter rules ? "filter " + rules.name() : "accept";
  }

  /// Prefixes whose news the peer has not been sent yet.
  int waiting() {
    return ears.waiting();
  }

  boolean hasStale() {
    return source != NO_SOURCE && engine.hasStale(source);
  }

  List<Cidr> advertisedPrefixes() {
    return ears.prefixes();
  }
}
