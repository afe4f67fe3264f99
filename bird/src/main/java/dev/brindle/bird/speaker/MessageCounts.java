// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

/// How many messages of each type passed in one direction since the peer was configured.
public record MessageCounts(
    long opens, long updates, long notifications, long keepalives, long refreshes) {

  public static final MessageCounts NONE = new MessageCounts(0, 0, 0, 0, 0);

  public long total() {
    return opens + updates + notifications + keepalives + refreshes;
  }
}
