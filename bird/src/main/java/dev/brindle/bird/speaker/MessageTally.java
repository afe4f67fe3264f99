// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.wire.Message;

/// Counts messages of one peer in one direction. On the speaker's thread.
final class MessageTally {

  private long opens;
  private long updates;
  private long notifications;
  private long keepalives;
  private long refreshes;

  void count(Message message) {
    switch (message) {
      case Message.Open _ -> opens++;
      case Message.Update _ -> updates++;
      case Message.Notification _ -> notifications++;
      case Message.Keepalive _ -> keepalives++;
      case Message.RouteRefresh _ -> refreshes++;
    }
  }

  void updates(int count) {
    updates += count;
  }

  MessageCounts counts() {
    return new MessageCounts(opens, updates, notifications, keepalives, refreshes);
  }
}
