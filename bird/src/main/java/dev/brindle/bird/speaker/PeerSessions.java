// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.session.Collision;
import dev.brindle.bird.session.Collision.Verdict;
import dev.brindle.bird.session.SessionEvent;
import dev.brindle.bird.session.SessionState;
import dev.brindle.bird.topology.AoKey;
import dev.brindle.bird.topology.PeerConfig;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The session of one peer, or two while its connections collide (RFC 4271 §6.8). There is always
/// one, the main one, which alone may call; another comes with a call of the peer's while the main
/// one is under way or is going to call, and is gone, or the main one, when one of the two has
/// lost. On the speaker's thread.
final class PeerSessions {

  private final Workshop workshop;
  private final SessionOwner owner;
  private SessionDriver main;
  private @Nullable SessionDriver challenger;
  private boolean isReplacing;

  PeerSessions(PeerConfig peer, Workshop workshop, SessionOwner owner) {
    this.workshop = workshop;
    this.owner = owner;
    this.main = new SessionDriver(peer, workshop, owner, new SessionState.Idle(0, true));
  }

  SessionDriver main() {
    return main;
  }

  /// Whether there are two.
  boolean isContested() {
    return challenger != null;
  }

  /// Whether it is but a call of the peer's beside the main one, and nothing was said on it.
  boolean isMute(SessionDriver session) {
    return session == challenger && !session.hasHeard();
  }

  /// A new connection takes over just now: what is kept over a restart stays kept.
  boolean isReplacing() {
    return isReplacing;
  }

  /// No session since then and none under way, and the peer may call.
  boolean isAwaySince(Instant then) {
    return !isUnderWay(main) && mayTake() && challenger == null && main.since().isBefore(then);
  }

  // ---- being called

  /// Whether a call of the peer's can be taken now.
  boolean mayTake() {
    return isUnderWay(main)
        ? challenger == null
        : !(main.state() instanceof SessionState.Idle(_, var refusing) && refusing);
  }

  /// Where we are going to call, what has called us has to say something before that counts: who
  /// looks whether the port is open hangs up without a word, and our own call would wait the longer
  /// for each of them (RFC 4271 §8.2.1 has a machine for each connection).
  ///
  /// @param call may be taken, and bears what secures it
  void take(PeerConnection call, PeerConfig peer) {
    boolean hasOwnCall = isUnderWay(main) || !peer.passive();
    if (!hasOwnCall || challenger != null) {
      main.accept(call);
      return;
    }
    SessionDriver another =
        new SessionDriver(peer, workshop, owner, new SessionState.Active(failures(main.state())));
    challenger = another;
    main.payKeepalive();
    another.accept(call);
  }

  /// What its next pause is reckoned by.
  private static int failures(SessionState state) {
    return switch (state) {
      case SessionState.Idle(var failures, _) -> failures;
      case SessionState.Active(var failures) -> failures;
      case SessionState.Connect _,
          SessionState.OpenSent _,
          SessionState.OpenConfirm _,
          SessionState.Established _ ->
          0;
    };
  }

  private static boolean isUnderWay(SessionDriver session) {
    return switch (session.state()) {
      case SessionState.Idle _, SessionState.Active _ -> false;
      case SessionState.Connect _,
          SessionState.OpenSent _,
          SessionState.OpenConfirm _,
          SessionState.Established _ ->
          true;
    };
  }

  // ---- which of two lives

  /// An OPEN has come. As soon as one of two connections has one, one of them goes. Only the side
  /// whose calls win may say so before there is an OPEN on both: the other does not know yet
  /// whether the call it took still lives there, and would close the last one. An established one
  /// stays, but if the peer has restarted without our noticing the new one will replace it once
  /// it is up (RFC 4724 §5).
  ///
  /// @param oursLives of two the one we called
  void opened(SessionDriver session, boolean oursLives) {
    SessionDriver other = session == main ? challenger : main;
    if (other == null) {
      return;
    }
    switch (verdict(session, other, oursLives)) {
      case WAITS -> {} // both stay for now
      case GOES -> {
        session.on(new SessionEvent.CollisionLost());
        if (session == main && challenger != null) {
          promote(challenger);
        }
      }
      case LIVES -> {
        other.on(new SessionEvent.CollisionLost());
        promote(session);
      }
    }
  }

  private static Verdict verdict(SessionDriver session, SessionDriver other, boolean oursLives) {
    boolean isOurs = session.isDialled();
    return switch (other.state()) {
      case SessionState.Idle _, SessionState.Connect _, SessionState.Active _ -> Verdict.LIVES;
      case SessionState.OpenSent _ -> Collision.judge(isOurs, other.isDialled(), false, oursLives);
      case SessionState.OpenConfirm _ ->
          Collision.judge(isOurs, other.isDialled(), true, oursLives);
      case SessionState.Established(var agreed) ->
          agreed.terms().gracefulRestart().isPresent() ? Verdict.WAITS : Verdict.GOES;
    };
  }

  /// It is up, and the only one from now on.
  void up(SessionDriver session) {
    if (session != challenger) {
      return;
    }
    if (main.state() instanceof SessionState.Established) {
      isReplacing = true;
      main.on(new SessionEvent.ConnectionLost("peer connected anew"));
      isReplacing = false;
    }
    promote(session); // also if the old one was lost while this one came up
  }

  private void promote(SessionDriver session) {
    if (session == challenger) {
      main.dispose();
      main = session;
    } else if (challenger != null) {
      challenger.dispose();
    }
    challenger = null;
  }

  /// Something has happened to it: a challenger that has lost its connection has no second try. But
  /// what the peer has said against it counts for our own next try, if that has not begun.
  void settled(SessionDriver session) {
    if (session != challenger || isUnderWay(session)) {
      return;
    }
    if (session.hasHeard() && !isUnderWay(main)) {
      promote(session);
    } else {
      session.dispose();
      challenger = null;
    }
  }

  // ---- what goes for both

  void tell(SessionEvent event) {
    if (challenger != null) {
      challenger.on(event);
    }
    main.on(event);
  }

  void rekey(List<AoKey> keys) {
    rekey(main, keys);
    if (challenger != null) {
      rekey(challenger, keys);
    }
  }

  private static void rekey(SessionDriver session, List<AoKey> keys) {
    session.guard(() -> session.rekey(keys));
  }

  /// The peer is no more.
  void end(SessionEvent last) {
    tell(last);
    main.dispose();
  }
}
