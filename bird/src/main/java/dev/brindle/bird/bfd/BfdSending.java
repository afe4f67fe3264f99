// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bfd;

/// What is to be sent at once.
public enum BfdSending {
  NOTHING,
  /// An ordinary packet.
  ORDINARY,
  /// The answer to a poll.
  FINAL
}
