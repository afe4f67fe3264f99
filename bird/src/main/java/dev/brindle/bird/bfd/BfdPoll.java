// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bfd;

/// Whether we are asking the other end to confirm changed times (RFC 5880 §6.5).
enum BfdPoll {
  NONE,
  RUNNING,
  /// The times changed again while we were asking: the answer may be to the old ones.
  RUNNING_FOR_OLD;

  BfdPoll begun() {
    return this == NONE ? RUNNING : RUNNING_FOR_OLD;
  }

  BfdPoll answered() {
    return this == RUNNING_FOR_OLD ? RUNNING : NONE;
  }
}
