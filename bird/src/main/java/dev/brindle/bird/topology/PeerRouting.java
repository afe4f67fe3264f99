// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import dev.brindle.bird.filter.RejectAll;
import dev.brindle.bird.filter.RouteFilter;
import dev.brindle.bird.rib.NextHopMode;
import dev.brindle.bird.wire.Family;
import java.util.Optional;
import java.util.Set;

/// What passes between us and a peer.
///
/// @param reflectorClient it is a client of our cluster
/// @param allowedOwnAs how often our AS may stand in its paths
/// @param imports false: nothing it tells is accepted
/// @param exports false: it is told nothing
/// @param limit on accepted prefixes
/// @param importFilter in place of the speaker's
/// @param exportFilter in place of the speaker's
public record PeerRouting(
    Set<Family> families,
    NextHopMode nextHopMode,
    boolean reflectorClient,
    int allowedOwnAs,
    boolean imports,
    boolean exports,
    PrefixLimit limit,
    Optional<RouteFilter> importFilter,
    Optional<RouteFilter> exportFilter) {

  public static final int DEFAULT_PREFIX_LIMIT = PrefixLimit.DEFAULT.prefixes();

  public PeerRouting {
    families = Set.copyOf(families);
  }

  public static PeerRouting of(Family... families) {
    return new PeerRouting(
        Set.of(families),
        NextHopMode.AUTO,
        false,
        0,
        true,
        true,
        PrefixLimit.DEFAULT,
        Optional.empty(),
        Optional.empty());
  }

  /// Its session ends when it has told more accepted prefixes than this.
  public int prefixLimit() {
    return limit.prefixes();
  }

  /// The filter that holds for what this peer tells.
  public RouteFilter importOr(RouteFilter ofSpeaker) {
    return imports ? importFilter.orElse(ofSpeaker) : new RejectAll();
  }

  /// The filter that holds for what this peer is told.
  public RouteFilter exportOr(RouteFilter ofSpeaker) {
    return exports ? exportFilter.orElse(ofSpeaker) : new RejectAll();
  }

  /// Equal but for what may change under a session that runs: filters and limits.
  public boolean meansSameSession(PeerRouting other) {
    return withFiltersOf(other).equals(other);
  }

  private PeerRouting withFiltersOf(PeerRouting other) {
    return new PeerRouting(
        families,
        nextHopMode,
        reflectorClient,
        allowedOwnAs,
        other.imports,
        other.exports,
        other.limit,
        other.importFilter,
        other.exportFilter);
  }

  public PeerRouting withNextHop(NextHopMode changed) {
    return new PeerRouting(
        families,
        changed,
        reflectorClient,
        allowedOwnAs,
        imports,
        exports,
        limit,
        importFilter,
        exportFilter);
  }

  public PeerRouting withReflectorClient(boolean changed) {
    return new PeerRouting(
        families,
        nextHopMode,
        changed,
        allowedOwnAs,
        imports,
        exports,
        limit,
        importFilter,
        exportFilter);
  }

  public PeerRouting withAllowedOwnAs(int changed) {
    return new PeerRouting(
        families,
        nextHopMode,
        reflectorClient,
        changed,
        imports,
        exports,
        limit,
        importFilter,
        exportFilter);
  }

  public PeerRouting withImports(boolean changed) {
    return new PeerRouting(
        families,
        nextHopMode,
        reflectorClient,
        allowedOwnAs,
        changed,
        exports,
        limit,
        importFilter,
        exportFilter);
  }

  public PeerRouting withExports(boolean changed) {
    return new PeerRouting(
        families,
        nextHopMode,
        reflectorClient,
        allowedOwnAs,
        imports,
        changed,
        limit,
        importFilter,
        exportFilter);
  }

  public PeerRouting withImportFilter(RouteFilter changed) {
    return new PeerRouting(
        families,
        nextHopMode,
        reflectorClient,
        allowedOwnAs,
        imports,
        exports,
        limit,
        Optional.of(changed),
        exportFilter);
  }

  public PeerRouting withExportFilter(RouteFilter changed) {
    return new PeerRouting(
        families,
        nextHopMode,
        reflectorClient,
        allowedOwnAs,
        imports,
        exports,
        limit,
        importFilter,
        Optional.of(changed));
  }

  public PeerRouting withLimit(PrefixLimit changed) {
    return new PeerRouting(
        families,
        nextHopMode,
        reflectorClient,
        allowedOwnAs,
        imports,
        exports,
        changed,
        importFilter,
        exportFilter);
  }

  /// @throws IllegalArgumentException if the limit is less than 1
  public PeerRouting withPrefixLimit(int changed) {
    return withLimit(PrefixLimit.of(changed));
  }
}
