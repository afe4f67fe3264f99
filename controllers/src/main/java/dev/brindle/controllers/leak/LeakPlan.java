// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.leak;

import java.util.List;

/// What is to be taken back.
///
/// @param leaked in whole handles; to be released if they are still in the same hands
/// @param goneNodes that hold nothing any more once these are released: their claims may end
/// @param keptNodes that are gone too, and hold what may be in use
/// @param suspects to remember until the next scan
public record LeakPlan(
    List<Leak> leaked, List<String> goneNodes, List<String> keptNodes, Suspects suspects) {

  public LeakPlan {
    leaked = List.copyOf(leaked);
    goneNodes = List.copyOf(goneNodes);
    keptNodes = List.copyOf(keptNodes);
  }
}
