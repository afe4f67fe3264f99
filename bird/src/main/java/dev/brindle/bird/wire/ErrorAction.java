// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

/// What the receiver must do about a malformed attribute, mildest first (RFC 7606 §2).
public enum ErrorAction {
  DISCARD_ATTRIBUTE,
  TREAT_AS_WITHDRAW,
  DISABLE_FAMILY,
  RESET_SESSION;

  /// Of two errors in one UPDATE the strongest action wins (RFC 7606 §3 h).
  public ErrorAction strongest(ErrorAction other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
