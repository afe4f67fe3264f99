// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.session.Agreement;
import dev.brindle.bird.session.SessionSettings;
import dev.brindle.bird.table.UpdateBatch;
import dev.brindle.bird.wire.Message.Open;
import dev.brindle.bird.wire.Message.RouteRefresh;

/// Whose session it is: what a driver asks and tells, on the speaker's thread.
interface SessionOwner {

  SessionSettings settings();

  /// An OPEN has come; afterwards the driver may have lost its connection to a collision.
  void opened(SessionDriver driver, Open open);

  /// Whether there are two connections, and one of them has to go.
  boolean isContested();

  void up(SessionDriver driver, Agreement agreement);

  void down(SessionDriver driver, String reason, boolean graceful);

  /// @param forParameters the peer knows no optional parameters
  void attemptFailed(SessionDriver driver, String reason, boolean forParameters);

  void received(SessionDriver driver, UpdateBatch batch);

  void received(SessionDriver driver, RouteRefresh refresh);

  /// A KEEPALIVE in Established.
  void kept(SessionDriver driver);

  /// After every event, and after every batch of messages.
  void settled(SessionDriver driver);

  void writable(SessionDriver driver);

  MessageTally tallyIn();

  MessageTally tallyOut();
}
