// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.session;

import dev.brindle.bird.wire.Message.Notification;
import dev.brindle.bird.wire.NotificationCode;
import dev.brindle.bird.wire.Octets;

/// A message that has no place in a state: what to answer (RFC 6608 §4).
final class Unexpected {

  private Unexpected() {}

  /// @param subcode says in which state
  static Notification in(int subcode, SessionEvent event) {
    return new Notification(NotificationCode.STATE_MACHINE, subcode, typeOf(event));
  }

  /// The type of the message it is about, as on the wire (RFC 4271 §4.1, RFC 2918 §3).
  private static Octets typeOf(SessionEvent event) {
    return switch (event) {
      case SessionEvent.OpenReceived _ -> Octets.of(1);
      case SessionEvent.UpdateReceived _ -> Octets.of(2);
      case SessionEvent.KeepaliveReceived _ -> Octets.of(4);
      case SessionEvent.RefreshReceived _ -> Octets.of(5);
      default -> Octets.EMPTY; // no message
    };
  }
}
