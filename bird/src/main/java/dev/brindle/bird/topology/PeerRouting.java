// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import dev.brindle.bird.rib.NextHopMode;
import dev.brindle.bird.wire.Family;
import java.util.Set;

/// What passes between us and a peer.
///
/// @param reflectorClient it is a client of our cluster
/// @param allowedOwnAs how often our AS may stand in its paths
/// @param imports false: nothing it tells is accepted
/// @param exports false: it is told nothing
/// @param prefixLimit its session ends when it has told more accepted prefixes than this
public record PeerRouting(
    Set<Family> families,
    NextHopMode nextHopMode,
    boolean reflectorClient,
    int allowedOwnAs,
    boolean imports,
    boolean exports,
    int prefixLimit) {

  /// Twice the Internet's table: no peer that is right gets there.
  public static final int DEFAULT_PREFIX_LIMIT = 2_000_000;

  /// @throws IllegalArgumentException if the limit is less than 1
  public PeerRouting {
    families = Set.copyOf(families);
    if (prefixLimit < 1) {
      throw new IllegalArgumentException("prefix limit %d is less than 1".formatted(prefixLimit));
    }
  }

  public static PeerRouting of(Family... families) {
    return new PeerRouting(
        Set.of(families), NextHopMode.AUTO, false, 0, true, true, DEFAULT_PREFIX_LIMIT);
  }

  public PeerRouting withNextHop(NextHopMode changed) {
    return new PeerRouting(
        families, changed, reflectorClient, allowedOwnAs, imports, exports, prefixLimit);
  }

  public PeerRouting withReflectorClient(boolean changed) {
    return new PeerRouting(
        families, nextHopMode, changed, allowedOwnAs, imports, exports, prefixLimit);
  }

  public PeerRouting withAllowedOwnAs(int changed) {
    return new PeerRouting(
        families, nextHopMode, reflectorClient, changed, imports, exports, prefixLimit);
  }

  public PeerRouting withImports(boolean changed) {
    return new PeerRouting(
        families, nextHopMode, reflectorClient, allowedOwnAs, changed, exports, prefixLimit);
  }

  public PeerRouting withExports(boolean changed) {
    return new PeerRouting(
        families, nextHopMode, reflectorClient, allowedOwnAs, imports, changed, prefixLimit);
  }

  public PeerRouting withPrefixLimit(int changed) {
    return new PeerRouting(
        families, nextHopMode, reflectorClient, allowedOwnAs, imports, exports, changed);
  }
}
