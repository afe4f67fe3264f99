// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.session;

import dev.brindle.bird.wire.Message.Notification;
import java.time.Duration;

/// What a session wants done, in order.
public sealed interface SessionAction {

  record Dial() implements SessionAction {}

  /// Closes the connection, also one that is still being made; its timers HOLD, KEEPALIVE and
  /// SEND_HOLD end with it.
  record HangUp() implements SessionAction {}

  record SendOpen() implements SessionAction {}

  /// @param withRoutes in one write with what is said next
  record SendKeepalive(boolean withRoutes) implements SessionAction {

    public SendKeepalive() {
      this(false);
    }
  }

  record SendNotification(Notification notification) implements SessionAction {}

  /// Starts the timer anew.
  record SetTimer(SessionTimer timer, Duration duration) implements SessionAction {}

  record StopTimer(SessionTimer timer) implements SessionAction {}

  /// From now on bytes are read and written by these terms.
  record Agreed(Agreement agreement) implements SessionAction {}

  record SessionUp(Agreement agreement) implements SessionAction {}

  /// @param graceful the peer's routes may stay until it is back (RFC 4724 §4.2)
  record SessionDown(String reason, boolean graceful) implements SessionAction {}

  /// An attempt that never came up ended.
  ///
  /// @param forParameters the peer knows no optional parameters, and so no capabilities
  record AttemptFailed(String reason, boolean forParameters) implements SessionAction {

    public AttemptFailed(String reason) {
      this(reason, false);
    }
  }
}
