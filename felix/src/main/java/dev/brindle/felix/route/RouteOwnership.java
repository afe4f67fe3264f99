// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.route;

import dev.brindle.api.resource.IpPool;
import dev.brindle.felix.settings.ClusterRouting;

/// Who writes the routes to a pool's blocks on other nodes, and the blackholes of its own: felix or
/// bird, never both, never neither.
public enum RouteOwnership {
  FELIX,
  BIRD;

  /// @param setting felix's programClusterRoutes
  public static RouteOwnership of(IpPool pool, ClusterRouting setting) {
    boolean felix =
        switch (Encapsulation.of(pool).kind()) {
          case VXLAN -> true;
          case IPIP -> setting.includesIpip();
          case NONE -> setting.includesUnencapsulated();
        };
    return felix ? FELIX : BIRD;
  }
}
