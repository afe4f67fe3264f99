// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.model;

import dev.brindle.api.net.IpFamily;
import java.util.Optional;

/// Which routes of the kernel are asked for; the kernel itself leaves out the others.
///
/// @param device a hop of theirs is on it
public record RouteSelection(
    IpFamily family, int table, Optional<RouteOwner> owner, Optional<String> device) {

  public static RouteSelection all(IpFamily family, int table) {
    return new RouteSelection(family, table, Optional.empty(), Optional.empty());
  }

  public RouteSelection of(RouteOwner only) {
    return new RouteSelection(family, table, Optional.of(only), device);
  }

  public RouteSelection on(String only) {
    return new RouteSelection(family, table, owner, Optional.of(only));
  }

  /// What the kernel does with it.
  public boolean includes(Route route) {
    return route.destination().family() == family
        && route.table() == table
        && owner.filter(it -> !it.equals(route.owner())).isEmpty()
        && (device.isEmpty()
            || route.hops().stream().anyMatch(hop -> hop.device().equals(device.get())));
  }
}
