// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.session.SessionAction;
import dev.brindle.bird.session.SessionEvent;
import dev.brindle.bird.session.SessionMachine;
import dev.brindle.bird.session.SessionSettings;
import dev.brindle.bird.session.SessionState;
import dev.brindle.bird.session.SessionTimer;
import dev.brindle.bird.session.Transition;
import dev.brindle.bird.table.ExportBatch;
import dev.brindle.bird.table.UpdateBatch;
import dev.brindle.bird.topology.AoKey;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.wire.Message;
import dev.brindle.bird.wire.NotificationCode;
import dev.brindle.bird.wire.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries out what a session's state machine wants, and tells it what happens. Decides nothing.
/// Everything is on the speaker's thread.
final class SessionDriver implements ConnectionEvents, Dialler.Caller {

  private static final Logger LOG = LoggerFactory.getLogger(SessionDriver.class);
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMinutes(1);

  private PeerConfig peer;
  private final Workshop workshop;
  private final SessionOwner owner;
  private final SessionTimers timers;
  private final Dialler dialler;
  private final SessionLine line;

  private SessionSettings settings;
  private SessionState state;
  private Instant since;
  private boolean isDialled;
  private boolean hasHeard;
  private boolean isInBatch;

  SessionDriver(PeerConfig peer, Workshop workshop, SessionOwner owner, SessionState first) {
    this.peer = peer;
    this.workshop = workshop;
    this.owner = owner;
    this.timers =
        new SessionTimers(
            workshop.executor(), timer -> guard(() -> on(new SessionEvent.TimerExpired(timer))));
    this.dialler = new Dialler(workshop, this);
    this.line = new SessionLine(workshop, owner.tallyOut());
    this.settings = owner.settings();
    this.state = first;
    this.since = workshop.clock().instant();
  }

  SessionState state() {
    return state;
  }

  Instant since() {
    return since;
  }

  /// Ours, on the connection there is.
  Optional<IpAddress> localAddress() {
    return line.localAddress();
  }

  /// Of the connection there is, where the kernel tells.
  OptionalLong roundTripMicros() {
    return line.roundTripMicros();
  }

  /// What is known of the last connection.
  Optional<SessionTap> tap() {
    return Optional.ofNullable(line.tap());
  }

  /// Whether we called, rather than the peer.
  boolean isDialled() {
    return isDialled;
  }

  /// Whether anything has come on the last connection.
  boolean hasHeard() {
    return hasHeard;
  }

  void on(SessionEvent event) {
    if (event instanceof SessionEvent.Start || event instanceof SessionEvent.Connected) {
      settings = owner.settings();
    }
    double jitter = workshop.random().nextDouble(0.75, 1.0);
    Transition transition = new SessionMachine(settings, jitter).step(state, event);
    if (transition.next().getClass() != state.getClass()) {
      since = workshop.clock().instant();
      IpAddress local = tap().map(SessionTap::localAddress).orElseGet(() -> IpAddress.ofIpv4(0));
      workshop.monitoring().log().changed(peer, local, state, transition.next());
    }
    state = transition.next();
    transition.actions().forEach(this::perform);
    if (!isInBatch) {
      owner.settled(this);
    }
  }

  /// Runs what belongs to this session. If it fails, the session ends, and nobody else notices. It
  /// ends a little later: the tables may be in the middle of telling others.
  @Override
  public void guard(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      PeerConnection failed = line.connection();
      workshop
          .executor()
          .execute(
              () -> {
                if (line.connection() == failed) {
                  end(e);
                }
              });
    }
  }

  private void end(Throwable cause) {
    LOG.error("BGP peer {} ({}): we failed, it must go", peer.name(), peer.address(), cause);
    try {
      on(
          new SessionEvent.Untenable(
              Message.Notification.cease(NotificationCode.UNSPECIFIC), "we failed: " + cause));
    } catch (RuntimeException | Error e) {
      LOG.error("BGP peer {} ({}): failed at ending it", peer.name(), peer.address(), e);
      hangUp();
      state = new SessionState.Idle(1, true);
      timers.set(SessionTimer.IDLE_HOLD, PAUSE_AFTER_FAILURE);
    }
  }

  /// The peer has called.
  void accept(PeerConnection called) {
    begin(called, false);
  }

  /// No event comes any more, and the connection is gone.
  void dispose() {
    hangUp();
    timers.stopAll();
  }

  private void perform(SessionAction action) {
    switch (action) {
      case SessionAction.Dial() -> dialler.dial(peer);
      case SessionAction.HangUp() -> hangUp();
      case SessionAction.SendOpen() -> send(List.of(settings.ours()));
      case SessionAction.SendKeepalive(var withRoutes) -> {
        if (withRoutes) {
          line.holdOn();
        }
        send(List.of(new Message.Keepalive()));
      }
      case SessionAction.SendNotification(var notification) -> line.sendLast(notification);
      case SessionAction.SetTimer(var timer, var duration) -> timers.set(timer, duration);
      case SessionAction.StopTimer(var timer) -> timers.stop(timer);
      case SessionAction.Agreed(var agreement) -> line.agree(agreement.terms());
      case SessionAction.SessionUp(var agreement) -> owner.up(this, agreement);
      case SessionAction.SessionDown(var reason, var graceful) ->
          owner.down(this, reason, graceful);
      case SessionAction.AttemptFailed(var reason, var forParameters) ->
          owner.attemptFailed(this, reason, forParameters);
    }
  }

  /// Our KEEPALIVE now, without waiting for routes: where there are two connections the peer
  /// chooses between them as long as it has none.
  void payKeepalive() {
    if (state instanceof SessionState.OpenConfirm(_, _, var owesKeepalive) && owesKeepalive) {
      on(new SessionEvent.TimerExpired(SessionTimer.KEEPALIVE));
    }
    line.flush();
  }

  void send(List<? extends Message> messages) {
    line.send(messages);
  }

  /// What of a batch is for this source.
  void send(ExportBatch batch, int source) {
    line.send(batch, source);
  }

  boolean isWritable() {
    return line.isWritable();
  }

  private void hangUp() {
    timers.stop(SessionTimer.HOLD);
    timers.stop(SessionTimer.KEEPALIVE);
    timers.stop(SessionTimer.SEND_HOLD);
    line.hangUp();
    dialler.hangUp();
  }

  /// Other keys, for the connection there is and those to come. An attempt under way begins anew.
  void rekey(List<AoKey> keys) {
    List<AoKey> before = peer.aoKeys();
    peer = peer.withAoKeys(keys);
    dialler.fail();
    PeerConnection current = line.connection();
    if (current != null) {
      workshop.transport().rekey(current.channel(), peer, before);
    }
  }

  @Override
  public boolean isWaiting() {
    return state instanceof SessionState.Connect;
  }

  @Override
  public void answered(PeerConnection made) {
    begin(made, true);
  }

  @Override
  public void unanswered(String why) {
    on(new SessionEvent.ConnectionFailed(why));
  }

  private void begin(PeerConnection made, boolean isOurs) {
    isDialled = isOurs;
    hasHeard = false;
    line.connect(made, peer, this);
    on(new SessionEvent.Connected());
  }

  @Override
  public void received(List<Incoming> news) {
    guard(
        () -> {
          PeerConnection from = line.connection();
          handle(news);
          owner.settled(this);
          if (from != null && line.connection() == from) {
            from.readOn();
          }
        });
  }

  private void handle(List<Incoming> news) {
    PeerConnection from = line.connection();
    hasHeard = true;
    isInBatch = true;
    try {
      for (Incoming one : news) {
        if (line.connection() != from) {
          return;
        }
        switch (one) {
          case Incoming.Routes routes -> {
            routes(routes.batch());
            if (from != null) {
              from.giveBack(routes);
            }
          }
          case Incoming.Heard(var message) -> tap().ifPresent(it -> it.heard(message));
          case Incoming.Other(Reading.Refused(var answer, var reason)) ->
              on(new SessionEvent.Unreadable(answer, reason));
          case Incoming.Other(Reading.Understood(var message)) -> received(message);
        }
      }
    } finally {
      isInBatch = false;
    }
  }

  private void routes(UpdateBatch batch) {
    if (batch.messages() == 0) {
      return; // the first of them was unreadable
    }
    owner.tallyIn().updates(batch.messages());
    on(new SessionEvent.UpdateReceived());
    SessionTap tap = line.tap();
    if (tap != null) {
      tap.heard(batch);
    }
    if (isEstablished()) {
      owner.received(this, batch);
    }
  }

  private void received(Message message) {
    owner.tallyIn().count(message);
    switch (message) {
      case Message.Open open -> {
        PeerConnection from = line.connection();
        owner.opened(this, open);
        if (line.connection() == from) {
          on(new SessionEvent.OpenReceived(open));
          if (owner.isContested()) {
            payKeepalive();
          }
        }
      }
      case Message.Update _ -> throw new IllegalStateException("UPDATEs come in batches");
      case Message.Keepalive() -> {
        boolean wasEstablished = isEstablished();
        on(new SessionEvent.KeepaliveReceived());
        if (wasEstablished && isEstablished()) {
          owner.kept(this);
        }
      }
      case Message.RouteRefresh refresh -> {
        on(new SessionEvent.RefreshReceived());
        if (isEstablished()) {
          owner.received(this, refresh);
        }
      }
      case Message.Notification notification ->
          on(new SessionEvent.NotificationReceived(notification));
    }
  }

  private boolean isEstablished() {
    return state instanceof SessionState.Established;
  }

  @Override
  public void lost(String reason) {
    guard(() -> on(new SessionEvent.ConnectionLost(reason)));
  }

  @Override
  public void broken(Throwable cause) {
    end(cause);
  }

  @Override
  public void writable(boolean isWritable) {
    if (isWritable) {
      timers.stop(SessionTimer.SEND_HOLD);
      guard(() -> owner.writable(this));
    } else if (state instanceof SessionState.Established(var agreement)) {
      timers.set(SessionTimer.SEND_HOLD, peer.timing().sendHoldFor(agreement.holdTime()));
    }
  }
}
