// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.session;

/// The timers of a session.
public enum SessionTimer {
  /// Until the next attempt to connect.
  CONNECT_RETRY,
  /// Until silence counts as loss.
  HOLD,
  /// Until we must say something.
  KEEPALIVE,
  /// Until a failed session may try again.
  IDLE_HOLD,
  /// Until a peer that takes nothing from us counts as lost (RFC 9687). Set by whoever sees that
  /// the peer takes nothing.
  SEND_HOLD
}
