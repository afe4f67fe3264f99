// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.bgp;

import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteOwner;

/// Which routes in the kernel are bird's. All of `owner` in `table` are, those of another metric
/// too: an earlier process may have left them.
///
/// @param table where they go; 254 is the main table
/// @param metric smaller wins
/// @param owner `rtm_protocol`; nobody else may use it in that table
public record FibSettings(int table, int metric, RouteOwner owner) {

  /// Calico's normal route priority, of both families.
  static final int METRIC = 1024;

  public static final FibSettings CALICO =
      new FibSettings(Route.MAIN_TABLE, METRIC, RouteOwner.BIRD);

  /// `routes go into table 254 with metric 1024, protocol 12`.
  @Override
  public String toString() {
    return "routes go into table %d with metric %d, protocol %d"
        .formatted(table, metric, owner.protocol());
  }

  boolean isOurs(Route route) {
    return route.table() == table && route.owner().equals(owner);
  }
}
