// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.session;

import dev.brindle.bird.wire.Message.Notification;
import dev.brindle.bird.wire.Message.Open;
import dev.brindle.bird.wire.Octets;
import java.time.Duration;
import java.util.Optional;

/// What happens to a session (RFC 4271 §8.1).
public sealed interface SessionEvent {

  record Start() implements SessionEvent {}

  /// @param subcode of the Cease to send
  /// @param data of it: what somebody wants to say (RFC 9003)
  record Stop(int subcode, Octets data) implements SessionEvent {

    public Stop(int subcode) {
      this(subcode, Octets.EMPTY);
    }
  }

  /// End without a word, so that the peer keeps our routes (RFC 4724 §4.1).
  record Leave() implements SessionEvent {}

  /// A connection is there, by either side's call.
  record Connected() implements SessionEvent {}

  record ConnectionFailed(String reason) implements SessionEvent {}

  record ConnectionLost(String reason) implements SessionEvent {}

  /// Another connection to the same peer is the one that lives (RFC 4271 §6.8).
  record CollisionLost() implements SessionEvent {}

  record OpenReceived(Open open) implements SessionEvent {}

  record KeepaliveReceived() implements SessionEvent {}

  record UpdateReceived() implements SessionEvent {}

  record RefreshReceived() implements SessionEvent {}

  record NotificationReceived(Notification notification) implements SessionEvent {}

  /// The peer sent what cannot be lived with.
  ///
  /// @param answer what to tell it
  record Unreadable(Notification answer, String reason) implements SessionEvent {}

  /// What the peer sent can be read, but we cannot go on with it: it tells more than we hold, or we
  /// failed at handling it. Its routes go, and it has to wait.
  ///
  /// @param answer what to tell it
  /// @param pause how long it waits, if that is laid down
  record Untenable(Notification answer, String reason, Optional<Duration> pause)
      implements SessionEvent {

    public Untenable(Notification answer, String reason) {
      this(answer, reason, Optional.empty());
    }
  }

  /// BFD says that nothing reaches the peer any more (RFC 5882 §4.3).
  record PathLost(String reason) implements SessionEvent {}

  record TimerExpired(SessionTimer timer) implements SessionEvent {}
}
