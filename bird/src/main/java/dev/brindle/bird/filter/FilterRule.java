// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

import java.util.List;

/// One rule of a filter: what it is about, what it changes, and what then.
///
/// @param changes in the order they are made; none for a rejected route
public record FilterRule(String name, RouteMatch match, List<RouteChange> changes, Action action) {

  /// @throws IllegalArgumentException if a route is to be changed and rejected
  public FilterRule {
    changes = List.copyOf(changes);
    if (action == Action.REJECT && !changes.isEmpty()) {
      throw new IllegalArgumentException("a rejected route cannot be changed");
    }
  }

  /// What becomes of a route that matches.
  public enum Action {
    ACCEPT,
    REJECT,
    /// The next rules see it as this one has changed it.
    NEXT
  }
}
