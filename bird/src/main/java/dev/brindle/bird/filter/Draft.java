// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

import dev.brindle.bird.wire.PathAttribute;
import dev.brindle.bird.wire.PathAttributes;

/// A route on its way through the rules.
public record Draft(PathAttributes attributes, NextHopWish nextHop, boolean keepsMed) {

  static Draft of(PathAttributes attributes) {
    return new Draft(attributes, NextHopWish.USUAL, false);
  }

  Draft with(PathAttribute attribute) {
    return with(attributes.with(attribute));
  }

  Draft with(PathAttributes changed) {
    return new Draft(changed, nextHop, keepsMed);
  }

  Draft withNextHop(NextHopWish wish) {
    return new Draft(attributes, wish, keepsMed);
  }

  Draft keepingMed(boolean keeps) {
    return new Draft(attributes, nextHop, keeps);
  }
}
