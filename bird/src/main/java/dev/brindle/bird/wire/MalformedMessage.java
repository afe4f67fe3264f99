// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import dev.brindle.bird.wire.Message.Notification;
import java.io.Serial;

/// A message so broken that only a NOTIFICATION is left. Never leaves this package: `MessageCodec`
/// turns it into `Reading.Refused`. Nested lengths would otherwise need a result type on every
/// level.
final class MalformedMessage extends Exception {

  @Serial private static final long serialVersionUID = 1L;

  private final transient Notification notification;

  MalformedMessage(int code, int subcode, String reason) {
    this(Notification.of(code, subcode), reason);
  }

  MalformedMessage(Notification notification, String reason) {
    super(reason, null, false, false);
    this.notification = notification;
  }

  Notification notification() {
    return notification;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
