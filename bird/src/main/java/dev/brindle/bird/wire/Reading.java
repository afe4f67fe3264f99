// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import dev.brindle.bird.wire.Message.Notification;

/// What came of reading one message.
public sealed interface Reading {

  record Understood(Message message) implements Reading {}

  /// The session must end, with this NOTIFICATION.
  ///
  /// @param reason for the log: what was expected, what was found
  record Refused(Notification notification, String reason) implements Reading {}
}
