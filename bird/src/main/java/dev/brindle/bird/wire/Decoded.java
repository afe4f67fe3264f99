// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

/// Outcome of decoding one attribute. Bad input from a peer is data, so it is a value, not an
/// exception.
public sealed interface Decoded<A extends PathAttribute> {

  record Valid<A extends PathAttribute>(A attribute) implements Decoded<A> {}

  /// @param reason for the log, without the attribute's name
  /// @param subcode of the NOTIFICATION, should the action be a reset
  record Malformed<A extends PathAttribute>(ErrorAction action, String reason, int subcode)
      implements Decoded<A> {}

  static <A extends PathAttribute> Decoded<A> malformed(ErrorAction action, String reason) {
    return new Malformed<>(action, reason, NotificationCode.OPTIONAL_ATTRIBUTE);
  }

  static <A extends PathAttribute> Decoded<A> reset(int subcode, String reason) {
    return new Malformed<>(ErrorAction.RESET_SESSION, reason, subcode);
  }
}
