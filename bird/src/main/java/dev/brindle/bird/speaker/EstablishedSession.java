// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message.RouteRefresh;

/// A session that is up: what was agreed on, and the way to say something. On the speaker's thread.
record EstablishedSession(Conversation conversation, SessionDriver driver) {

  boolean hasAgreedOn(Family family) {
    return conversation.terms().families().contains(family);
  }

  /// The peer is to tell all of its routes again (RFC 2918).
  ///
  /// @return whether it can be asked
  boolean requestAll() {
    boolean canAsk = conversation.terms().refresh();
    if (canAsk) {
      driver.send(
          conversation.terms().families().stream()
              .map(family -> new RouteRefresh(family.wire(), RouteRefresh.REQUEST))
              .toList());
    }
    return canAsk;
  }
}
