// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.session;

import java.util.List;

/// The next state, and what to do on the way there.
public record Transition(SessionState next, List<SessionAction> actions) {

  public Transition {
    actions = List.copyOf(actions);
  }

  static Transition to(SessionState next, SessionAction... actions) {
    return new Transition(next, List.of(actions));
  }
}
