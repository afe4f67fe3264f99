// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

import java.util.Optional;

/// What a filter may know of a route beside its prefix and attributes. The same for all routes of
/// one kind that pass one session in one direction.
///
/// @param from whose route it is
/// @param peer on import who told it, on export who is to be told; empty where nobody is known
/// @param origins what the RPKI says; on import only
public record RouteContext(RouteSource from, Optional<RoutePeer> peer, RouteOrigins origins) {

  private static final RouteContext OURS =
      new RouteContext(RouteSource.LOCAL, Optional.empty(), RouteOrigins.NONE);
  private static final RouteContext OF_OTHERS =
      new RouteContext(RouteSource.EXTERNAL, Optional.empty(), RouteOrigins.NONE);

  public static RouteContext of(RouteSource from, RoutePeer peer) {
    return new RouteContext(from, Optional.of(peer), RouteOrigins.NONE);
  }

  public RouteContext withOrigins(RouteOrigins known) {
    return new RouteContext(from, peer, known);
  }

  /// Nothing but this is known; what is not ours counts as external.
  public static RouteContext of(boolean isLocal) {
    return isLocal ? OURS : OF_OTHERS;
  }

  public boolean isLocal() {
    return from == RouteSource.LOCAL;
  }
}
