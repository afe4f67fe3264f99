// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import org.jspecify.annotations.Nullable;

/// The types of messages by their codes, with the lengths they can have.
enum MessageType {
  OPEN(1, 29, 4096),
  UPDATE(2, 23, 65_535),
  NOTIFICATION(3, 21, 65_535),
  KEEPALIVE(4, 19, 19),
  // one that is too long has a NOTIFICATION of its own (RFC 7313 §5)
  ROUTE_REFRESH(5, 23, 65_535);

  private static final MessageType[] ALL = values();

  private final int code;
  private final int minLength;
  private final int maxLength;

  MessageType(int code, int minLength, int maxLength) {
    this.code = code;
    this.minLength = minLength;
    this.maxLength = maxLength;
  }

  int code() {
    return code;
  }

  int minLength() {
    return minLength;
  }

  int maxLength() {
    return maxLength;
  }

  static @Nullable MessageType of(int code) {
    return code >= 1 && code <= ALL.length ? ALL[code - 1] : null;
  }
}
