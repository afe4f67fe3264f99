// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.AsNumber;
import dev.brindle.bird.bfd.BfdReport;
import dev.brindle.bird.bfd.BfdSettings;
import dev.brindle.bird.session.Agreement;
import dev.brindle.bird.session.Collision;
import dev.brindle.bird.session.Retention;
import dev.brindle.bird.session.SessionEvent;
import dev.brindle.bird.session.SessionSettings;
import dev.brindle.bird.session.SessionState;
import dev.brindle.bird.table.UpdateBatch;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message.Open;
import dev.brindle.bird.wire.Message.RouteRefresh;
import dev.brindle.bird.wire.NotificationCode;
import dev.brindle.bird.wire.Octets;
import io.netty.channel.ChannelException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One configured peer: its sessions, its routes and the path to it brought together. On the
/// speaker's thread.
final class Peer implements SessionOwner {

  private final Workshop workshop;
  private final Convergence convergence;
  private final PeerRoutes routes;
  private final PathWatch path;
  private final PeerSessions sessions;

  private PeerConfig config;
  private SpeakerConfig speaker;
  private @Nullable Agreement agreement;
  private final SessionHistory history = new SessionHistory();
  private final MessageTally in = new MessageTally();
  private final MessageTally out = new MessageTally();

  /// It is an old speaker, by its own word: the next attempt goes without capabilities.
  private boolean isSparing;

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
    this.sessions = new PeerSessions(config, workshop, this);
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
        .schedule(() -> sessions.main().guard(settled), pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// @param isSought it has no address yet, and may be found any moment
  void start(boolean isSought) {
    Optional<String> refusal = refusal();
    if (refusal.isPresent()) {
      history.held(refusal.get());
      if (!isSought) {
        PeerLog.refused(config, refusal.get());
        convergence.done(config.name());
      }
      return;
    }
    path.follow(config, speaker);
    begin();
  }

  private void begin() {
    if (path.holdsBack()) {
      history.held("waits for BFD to come up");
    } else {
      sessions.main().on(new SessionEvent.Start());
    }
  }

  private Optional<String> refusal() {
    return SessionNeeds.metBy(workshop.transport()).refusal(config);
  }

  /// @param cease the subcode; empty to leave without a word
  void stop(Optional<Integer> cease) {
    sessions.end(
        cease.<SessionEvent>map(SessionEvent.Stop::new).orElseGet(SessionEvent.Leave::new));
    path.stop();
    routes.clear();
  }

  /// No session since then and none under way, nothing kept for its return, and it may call.
  boolean isAwaySince(Instant then) {
    return sessions.isAwaySince(then) && !routes.hasStale();
  }

  /// No session, and nothing kept for its return.
  boolean isDispensable() {
    return !isEstablished() && !routes.hasStale();
  }

  // ---- connections

  /// The peer has called. False: we cannot take it.
  boolean offer(PeerConnection call) {
    boolean isTaken =
        refusal().isEmpty()
            && !path.holdsBack()
            && !history.isTooOften(workshop.clock().instant())
            && sessions.mayTake()
            && isSecured(call);
    if (isTaken) {
      sessions.take(call, config);
    }
    return isTaken;
  }

  /// The kernel may have taken the call just before it was told what to ask of callers: an unsigned
  /// one cannot be signed later.
  private boolean isSecured(PeerConnection call) {
    try {
      workshop.transport().secure(call.channel(), config);
      return true;
    } catch (ChannelException e) {
      String why = "its call came before what secures it, or is gone: " + e.getMessage();
      history.held(why);
      PeerLog.unsecured(config, why);
      return false;
    }
  }

  @Override
  public void opened(SessionDriver driver, Open open) {
    sessions.opened(
        driver,
        Collision.oursLives(speaker.identifier(), config.localAs(), open.identifier(), open.as()));
  }

  @Override
  public boolean isContested() {
    return sessions.isContested();
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
    sessions
        .main()
        .guard(
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
    sessions.tell(new SessionEvent.PathLost(why));
    if (path.isStrict()) {
      // until it is up again
      sessions.main().on(new SessionEvent.Stop(NotificationCode.BFD_DOWN));
      history.held(why);
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
    sessions.up(driver);
    agreement = agreed;
    history.up();
    routes.up(
        Conversation.of(agreed, config, speaker, driver.localAddress(), SocketAddresses::beside),
        driver);
    driver.tap().ifPresent(tap -> workshop.monitoring().up(tap, agreed.terms(), routes));
    PeerLog.up(config, peerAs(), agreed);
  }

  @Override
  public void down(SessionDriver driver, String why, boolean graceful) {
    if (history.down(why, workshop.clock().instant())) {
      PeerLog.comesAndGoes(config);
    }
    Retention kept = graceful && agreement != null ? Retention.of(agreement) : Retention.NOTHING;
    PeerLog.down(config, peerAs(), why, routes.paths().count(), kept);
    agreement = null;
    isSparing = false; // it may have been updated
    driver.tap().ifPresent(workshop.monitoring()::down);
    routes.down(kept, sessions.isReplacing());
  }

  @Override
  public void attemptFailed(SessionDriver driver, String why, boolean forParameters) {
    if (sessions.isMute(driver)) {
      return; // it says nothing of why there is no session, and there may be one
    }
    isSparing =
        forParameters && !isSparing && config.routing().families().contains(Family.IPV4_UNICAST);
    if (history.failed(why, workshop.clock().instant())) {
      PeerLog.attemptFailed(config, why);
    }
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
      sessions.rekey(wanted.aoKeys());
    }
    config = wanted;
    speaker = changed;
    routes.reconfigure(wanted, changed).ifPresent(sessions.main()::on);
  }

  @Override
  public void settled(SessionDriver driver) {
    sessions.settled(driver);
    workshop.settle().run();
  }

  /// What it is told bears the mark that it will soon be gone (RFC 8326), or no longer.
  ///
  /// @return what is not as it was before; empty if nothing
  Optional<String> drain(Draining wanted) {
    if (wanted == routes.draining()) {
      return Optional.empty();
    }
    Optional<String> left = routes.drain(wanted);
    PeerLog.drains(config, wanted.isOn(), routes.isLowered(), left);
    return left;
  }

  // ---- what people ask and order

  PeerRoutes routes() {
    return routes;
  }

  /// Asks for all of its routes again, and tells ours again.
  ///
  /// @return why that cannot be; empty if it was done
  Optional<String> refresh() {
    return routes.askAgain();
  }

  /// Ends the session, and any pause, and tries anew at once (RFC 4486: Cease/4).
  ///
  /// @param text for the peer
  /// @return why that cannot be; empty if it was done
  Optional<String> reset(Octets text) {
    Optional<String> refused = refusal();
    if (refused.isEmpty()) {
      history.pardon();
      sessions.tell(new SessionEvent.Stop(NotificationCode.RESET, text));
      begin();
    }
    return refused;
  }

  // ---- reports

  boolean isEstablished() {
    return sessions.main().state() instanceof SessionState.Established;
  }

  PeerReport report() {
    return new PeerReport(
        config.name(),
        config.type(),
        config.address(),
        peerAs(),
        sessions.main().state().text(),
        sessions.main().since(),
        history.reason(),
        routes.paths().count(),
        routes.intake().rejected(),
        routes.ears().advertised(),
        routes.hasStale(),
        path.report(),
        routes.intake().leaked(),
        routes.draining().isOn(),
        config.description(),
        details());
  }

  private PeerDetails details() {
    return new PeerDetails(
        config.port(),
        config.localAs(),
        sessions.main().localAddress(),
        Optional.ofNullable(agreement),
        history.flaps(),
        history.lastDown(),
        history.lastReason(),
        in.counts(),
        out.counts(),
        routes.ears().waiting(),
        sessions.main().roundTripMicros(),
        agreement == null ? PeerLog.advice(config, history.reason()) : "",
        routes.isLowered(),
        routes.told(),
        routes.intake().hasRefusedMore());
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
}
