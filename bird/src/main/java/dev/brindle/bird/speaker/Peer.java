// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.bird.bfd.BfdReport;
import dev.brindle.bird.bfd.BfdSettings;
import dev.brindle.bird.rib.Path;
import dev.brindle.bird.session.Advice;
import dev.brindle.bird.session.Agreement;
import dev.brindle.bird.session.Collision;
import dev.brindle.bird.session.Collision.Verdict;
import dev.brindle.bird.session.FlapAllowance;
import dev.brindle.bird.session.Retention;
import dev.brindle.bird.session.SessionEvent;
import dev.brindle.bird.session.SessionSettings;
import dev.brindle.bird.session.SessionState;
import dev.brindle.bird.table.FamilyRoutes;
import dev.brindle.bird.table.UpdateBatch;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message.Open;
import dev.brindle.bird.wire.Message.RouteRefresh;
import dev.brindle.bird.wire.NotificationCode;
import dev.brindle.bird.wire.Octets;
import dev.brindle.bird.wire.PathAttributes;
import io.netty.channel.ChannelException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One configured peer: its session, or two while they collide. On the speaker's thread.
final class Peer implements SessionOwner {

  private static final Logger LOG = LoggerFactory.getLogger(Peer.class);

  private final Workshop workshop;
  private final Convergence convergence;
  private final PeerRoutes routes;
  private final PathWatch path;

  private PeerConfig config;
  private SpeakerConfig speaker;
  private SessionDriver main;
  private @Nullable SessionDriver challenger;
  private @Nullable Agreement agreement;
  private String reason = "";
  private final MessageTally in = new MessageTally();
  private final MessageTally out = new MessageTally();
  private long flaps;
  private Optional<Instant> lastDown = Optional.empty();
  private String lastReason = "";
  private final AttemptNews news = new AttemptNews();
  private FlapAllowance allowance = FlapAllowance.FULL;

  /// It is an old speaker, by its own word: the next attempt goes without capabilities.
  private boolean isSparing;

  /// A new connection takes over: what was kept over a restart stays kept.
  private boolean isReplacing;

  Peer(
      PeerConfig config,
      SpeakerConfig speaker,
      Workshop workshop,
      Tables tables,
      Convergence convergence) {
    this.config = config;
    this.speaker = speaker;
    this.workshop = workshop;
    this.convergence = convergence;
    this.routes = new PeerRoutes(config, speaker, tables, convergence, this::after);
    this.path = new PathWatch(workshop, this::pathChanged);
    this.main = new SessionDriver(config, workshop, this, new SessionState.Idle(0, true));
  }

  PeerConfig config() {
    return config;
  }

  private Future<?> after(Duration pause, Runnable work) {
    Runnable settled =
        () -> {
          work.run();
          workshop.settle().run();
        };
    return workshop
        .executor()
        .schedule(() -> main.guard(settled), pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// @param isSought it has no address yet, and may be found any moment
  void start(boolean isSought) {
    Optional<String> refusal = refusal();
    if (refusal.isPresent()) {
      reason = refusal.get();
      if (isSought) {
        return;
      }
      LOG.warn("BGP peer {} ({}): no session: {}", config.name(), config.address(), reason);
      convergence.done(config.name());
      return;
    }
    path.follow(config, speaker);
    begin();
  }

  private void begin() {
    if (path.holdsBack()) {
      reason = "waits for BFD to come up";
    } else {
      main.on(new SessionEvent.Start());
    }
  }

  private Optional<String> refusal() {
    boolean lacksSigning = config.password().isPresent() && !workshop.transport().hasPasswords();
    boolean lacksTtl =
        config.ttlSecurity() + config.multihop() > 0 && !workshop.transport().hasTtlSecurity();
    return config
        .refusal()
        .or(() -> lacksTtl ? Optional.of("ttlSecurity and multihop need epoll") : Optional.empty())
        .or(() -> AoSupport.refusal(config.aoKeys()))
        .or(
            () ->
                lacksSigning
                    ? Optional.of("a password needs epoll and a kernel with CONFIG_TCP_MD5SIG")
                    : Optional.empty());
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
    path.stop();
    routes.clear();
  }

  /// No session since then and none under way, nothing kept for its return, and it may call.
  boolean isAwaySince(Instant then) {
    boolean mayCall =
        switch (main.state()) {
          case SessionState.Idle(_, var refusing) -> !refusing;
          case SessionState.Active _ -> true;
          case SessionState.Connect _,
              SessionState.OpenSent _,
              SessionState.OpenConfirm _,
              SessionState.Established _ ->
              false;
        };
    return mayCall && challenger == null && !routes.hasStale() && main.since().isBefore(then);
  }

  /// No session, and nothing kept for its return.
  boolean isDispensable() {
    return !(main.state() instanceof SessionState.Established) && !routes.hasStale();
  }

  // ---- connections

  /// The peer has called. False: we cannot take it.
  boolean offer(PeerConnection call) {
    boolean isRefused = refusal().isPresent() || path.holdsBack();
    if (isRefused || allowance.isSpent(workshop.clock().instant())) {
      return false;
    }
    return switch (main.state()) {
      case SessionState.Idle(_, var refusing) -> !refusing && take(main, call);
      case SessionState.Active _ -> take(main, call);
      case SessionState.Connect _,
          SessionState.OpenSent _,
          SessionState.OpenConfirm _,
          SessionState.Established _ -> {
        if (challenger != null) {
          yield false;
        }
        if (!isSecured(call)) {
          yield false; // and there never was another
        }
        challenger = new SessionDriver(config, workshop, this, new SessionState.Active(0));
        main.payKeepalive();
        challenger.accept(call);
        yield true;
      }
    };
  }

  private boolean take(SessionDriver driver, PeerConnection call) {
    boolean isSecured = isSecured(call);
    if (isSecured) {
      driver.accept(call);
    }
    return isSecured;
  }

  /// The kernel may have taken the call just before it was told what to ask of callers: an unsigned
  /// one cannot be signed later.
  private boolean isSecured(PeerConnection call) {
    try {
      workshop.transport().secure(call.channel(), config);
      return true;
    } catch (ChannelException e) {
      reason = "its call came before what secures it, or is gone: " + e.getMessage();
      LOG.warn("BGP peer {} ({}): {}; it may call again", config.name(), config.address(), reason);
      return false;
    }
  }

  /// RFC 4271 §6.8: as soon as one of two connections has an OPEN, one of them goes. Only the side
  /// whose calls win may say so before there is an OPEN on both: the other does not know yet
  /// whether the call it took still lives there, and would close the last one. An established one
  /// stays, but if the peer has restarted without our noticing the new one will replace it once
  /// it is up (RFC 4724 §5).
  @Override
  public void opened(SessionDriver driver, Open open) {
    SessionDriver other = driver == main ? challenger : main;
    if (other == null) {
      return;
    }
    Verdict verdict =
        switch (other.state()) {
          case SessionState.Idle _, SessionState.Connect _, SessionState.Active _ -> Verdict.LIVES;
          case SessionState.OpenSent _ -> verdict(driver, other, open, false);
          case SessionState.OpenConfirm _ -> verdict(driver, other, open, true);
          case SessionState.Established(var agreed) ->
              agreed.terms().gracefulRestart().isPresent() ? Verdict.WAITS : Verdict.GOES;
        };
    switch (verdict) {
      case WAITS -> {} // both stay for now
      case GOES -> {
        driver.on(new SessionEvent.CollisionLost());
        if (driver == main && challenger != null) {
          promote(challenger);
        }
      }
      case LIVES -> {
        other.on(new SessionEvent.CollisionLost());
        promote(driver);
      }
    }
  }

  private Verdict verdict(
      SessionDriver driver, SessionDriver other, Open open, boolean otherHasOpen) {
    boolean oursLives =
        Collision.oursLives(speaker.identifier(), config.localAs(), open.identifier(), open.as());
    return Collision.judge(driver.isDialled(), other.isDialled(), otherHasOpen, oursLives);
  }

  @Override
  public boolean isContested() {
    return challenger != null;
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

  // ---- the path

  /// The same peer with another way to watch the path; the session stays.
  void watch(Optional<BfdSettings> settings) {
    if (settings.equals(config.bfd()) || refusal().isPresent()) {
      return;
    }
    boolean wasHeldBack = path.holdsBack();
    config = config.withBfd(settings);
    path.follow(config, speaker);
    if (wasHeldBack) {
      begin();
    }
  }

  private void pathChanged(BfdReport before, BfdReport now) {
    main.guard(
        () -> {
          if (BfdReport.isFailure(before, now)) {
            pathLost(now);
          } else if (path.isStrict() && now.lets()) {
            begin();
          }
        });
  }

  /// RFC 5882 §4.3, RFC 9384. A peer that restarts may take its BFD with it, unless it says that
  /// the two are independent (RFC 5882 §4.3.2).
  private void pathLost(BfdReport now) {
    String why = "BFD lost the path: " + now.text();
    if (routes.isWaiting() && now.remote().isIndependent()) {
      routes.giveUp();
    }
    if (challenger != null) {
      challenger.on(new SessionEvent.PathLost(why));
    }
    main.on(new SessionEvent.PathLost(why));
    if (path.isStrict()) {
      main.on(new SessionEvent.Stop(NotificationCode.BFD_DOWN)); // until it is up again
      reason = why;
    }
  }

  // ---- the session

  @Override
  public SessionSettings settings() {
    SessionSettings full =
        SessionOffer.of(
            config,
            speaker.identifier(),
            !convergence.isReached(),
            convergence.forwards(config.timing()));
    return isSparing ? full.withoutCapabilities() : full;
  }

  @Override
  public void up(SessionDriver driver, Agreement agreed) {
    if (driver == challenger) {
      if (main.state() instanceof SessionState.Established) {
        isReplacing = true;
        main.on(new SessionEvent.ConnectionLost("peer connected anew"));
        isReplacing = false;
      }
      promote(driver); // also if the old one was lost while this one came up
    }
    agreement = agreed;
    reason = "";
    news.said("");
    routes.up(Conversation.of(agreed, config, speaker, driver.localAddress()), driver);
    driver.tap().ifPresent(tap -> workshop.monitoring().up(tap, agreed.terms(), routes));
    LOG.info(
        "BGP peer {} ({}, AS {}) is up: hold time {} s, {}",
        config.name(),
        config.address(),
        peerAs(),
        agreed.holdTime().toSeconds(),
        agreed.terms().families());
  }

  @Override
  public void down(SessionDriver driver, String why, boolean graceful) {
    reason = why;
    flaps++;
    Instant now = workshop.clock().instant();
    boolean wasFree = !allowance.isSpent(now);
    allowance = allowance.spent(now);
    if (wasFree && allowance.isSpent(now)) {
      LOG.warn(
          "BGP peer {} ({}) comes and goes: its calls are refused, but for one in {} s; look at why"
              + " its session ends",
          config.name(),
          config.address(),
          FlapAllowance.PAUSE.toSeconds());
    }
    lastDown = Optional.of(now);
    news.said(why);
    lastReason = why;
    Retention kept = graceful && agreement != null ? Retention.of(agreement) : Retention.NOTHING;
    LOG.warn(
        "BGP peer {} ({}, AS {}) is down: {}{}; its {} routes {}",
        config.name(),
        config.address(),
        peerAs(),
        why,
        hint(why),
        routes.received(),
        kept);
    agreement = null;
    isSparing = false; // it may have been updated
    driver.tap().ifPresent(workshop.monitoring()::down);
    routes.down(kept, isReplacing);
  }

  /// End-of-RIB may be said now, if nothing else is missing.
  void release() {
    routes.release();
  }

  @Override
  public void attemptFailed(SessionDriver driver, String why, boolean forParameters) {
    isSparing =
        forParameters && !isSparing && config.routing().families().contains(Family.IPV4_UNICAST);
    if (news.isNews(why, workshop.clock().instant())) {
      LOG.info(
          "BGP peer {} ({}, AS {}): no session: {}{}",
          config.name(),
          config.address(),
          config.peerAs(),
          why,
          hint(why));
    }
    reason = why;
  }

  // ---- routes

  @Override
  public void received(SessionDriver driver, UpdateBatch batch) {
    routes.received(batch).ifPresent(driver::on);
  }

  @Override
  public void received(SessionDriver driver, RouteRefresh refresh) {
    routes.refresh(refresh);
  }

  @Override
  public void kept(SessionDriver driver) {
    routes.kept();
  }

  @Override
  public void writable(SessionDriver driver) {
    workshop.settle().run();
  }

  /// New filters, limits or addresses; the session stays.
  ///
  /// @param wanted means the same session as before
  void reconfigure(PeerConfig wanted, SpeakerConfig changed) {
    if (!wanted.aoKeys().equals(config.aoKeys())) {
      rekey(main, wanted);
      if (challenger != null) {
        rekey(challenger, wanted);
      }
    }
    config = wanted;
    speaker = changed;
    routes.reconfigure(wanted, changed, main).ifPresent(main::on);
  }

  private static void rekey(SessionDriver driver, PeerConfig wanted) {
    driver.guard(() -> driver.rekey(wanted.aoKeys()));
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
  }

  /// What it is told bears the mark that it will soon be gone (RFC 8326), or no longer.
  ///
  /// @return what is not as it was before; empty if nothing
  Optional<String> drain(Draining wanted) {
    if (wanted == routes.draining()) {
      return Optional.empty();
    }
    Optional<String> left = routes.drain(wanted, main);
    LOG.info(
        "BGP peer {} ({}): {}{}{}",
        config.name(),
        config.address(),
        wanted.isOn() ? "drains: it is told to take other ways" : "drains no longer",
        routes.isLowered() ? ", and what it told is taken last" : "",
        left.map(it -> ", but " + it).orElse(""));
    return left;
  }

  // ---- what people ask and order

  int source() {
    return routes.source();
  }

  boolean isAdvertised(Family family, int prefix) {
    return routes.isAdvertised(family, prefix);
  }

  Optional<PathAttributes> told(Cidr prefix, Path best) {
    return routes.told(prefix, best);
  }

  Optional<RouteExplanation.Export> explainExport(FamilyRoutes tables, int number, Path best) {
    return routes.explainExport(tables, number, best);
  }

  String importFilterText() {
    return routes.importFilterText();
  }

  /// @return what ends the watch
  Runnable watch(Cidr prefix, Consumer<ToldRoute> seen) {
    return routes.watch(prefix, main, seen);
  }

  /// Asks for all of its routes again, and tells ours again.
  ///
  /// @return why that cannot be; empty if it was done
  Optional<String> refresh() {
    return routes.askAgain(main);
  }

  /// Ends the session, and any pause, and tries anew at once (RFC 4486: Cease/4).
  ///
  /// @param text for the peer
  /// @return why that cannot be; empty if it was done
  Optional<String> reset(Octets text) {
    Optional<String> refused = refusal();
    if (refused.isEmpty()) {
      allowance = FlapAllowance.FULL;
      if (challenger != null) {
        challenger.on(new SessionEvent.Stop(NotificationCode.RESET, text));
      }
      main.on(new SessionEvent.Stop(NotificationCode.RESET, text));
      begin();
    }
    return refused;
  }

  // ---- reports

  boolean isEstablished() {
    return main.state() instanceof SessionState.Established;
  }

  PeerReport report() {
    return new PeerReport(
        config.name(),
        config.type(),
        config.address(),
        peerAs(),
        main.state().text(),
        main.since(),
        reason,
        routes.received(),
        routes.rejected(),
        routes.advertised(),
        routes.hasStale(),
        path.report(),
        routes.leaked(),
        routes.draining().isOn(),
        config.description(),
        details());
  }

  /// What to do about it; empty if nothing is known to help.
  private String advice(String why) {
    return Advice.of(
        new Advice.Situation(
            why,
            config.address().toString(),
            config.port(),
            config.localAs().toString(),
            config.peerAs().toString(),
            config.password().isPresent(),
            config.ttlSecurity() > 0));
  }

  /// For a log line, behind the reason.
  private String hint(String why) {
    String advice = advice(why);
    return advice.isEmpty() ? "" : " (" + advice + ")";
  }

  private PeerDetails details() {
    return new PeerDetails(
        config.port(),
        config.localAs(),
        main.localAddress(),
        Optional.ofNullable(agreement),
        flaps,
        lastDown,
        lastReason,
        in.counts(),
        out.counts(),
        routes.waiting(),
        main.roundTripMicros(),
        agreement == null ? advice(reason) : "",
        routes.isLowered(),
        routes.told(),
        routes.tellsMore());
  }

  @Override
  public MessageTally tallyIn() {
    return in;
  }

  @Override
  public MessageTally tallyOut() {
    return out;
  }

  /// What its OPEN said, while there is a session.
  private AsNumber peerAs() {
    return agreement == null ? config.peerAs() : agreement.terms().peerAs();
  }

  List<Cidr> advertised() {
    return routes.advertisedPrefixes();
  }
}
