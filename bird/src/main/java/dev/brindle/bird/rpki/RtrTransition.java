// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rpki;

import java.util.List;

/// Where an event leads, and what is to be done on the way.
public record RtrTransition(RtrState next, List<RtrAction> actions) {

  public RtrTransition {
    actions = List.copyOf(actions);
  }

  static RtrTransition to(RtrState next, RtrAction... actions) {
    return new RtrTransition(next, List.of(actions));
  }
}
