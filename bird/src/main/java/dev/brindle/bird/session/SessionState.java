// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.session;

/// Where a session stands (RFC 4271 §8.2.2). Each state holds what is known in it.
public sealed interface SessionState {

  /// How Calico's status calls it.
  default String text() {
    return getClass().getSimpleName();
  }

  /// @param failures attempts in a row that ended in an error
  /// @param refusing calls are turned away until the pause after an error is over
  record Idle(int failures, boolean refusing) implements SessionState {}

  /// Dialling.
  record Connect(int failures) implements SessionState {}

  /// Waiting: for the next attempt, or to be called.
  record Active(int failures) implements SessionState {}

  record OpenSent(int failures) implements SessionState {}

  /// @param owesKeepalive ours goes out with the first routes, once the peer's is there
  record OpenConfirm(int failures, Agreement agreement, boolean owesKeepalive)
      implements SessionState {

    public OpenConfirm(int failures, Agreement agreement) {
      this(failures, agreement, false);
    }
  }

  record Established(Agreement agreement) implements SessionState {}
}
