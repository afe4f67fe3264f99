// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.HeededBlackhole;
import dev.brindle.bird.filter.RejectAll;
import dev.brindle.bird.filter.RouteFilter;
import dev.brindle.bird.rib.NextHopMode;
import dev.brindle.bird.wire.Family;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// What passes between us and a peer.
///
/// @param reflectorClient it is a client of our cluster
/// @param allowedOwnAs how often our AS may stand in its paths
/// @param imports false: nothing it tells is accepted
/// @param exports false: it is told nothing
/// @param limit on accepted prefixes
/// @param importFilter in place of the speaker's
/// @param exportFilter in place of the speaker's
/// @param role ours towards it; for external peers only
/// @param extendedNextHop IPv4 prefixes may have IPv6 next hops, both ways (RFC 8950)
/// @param heedsShutdown from an external peer, what is marked GRACEFUL_SHUTDOWN is taken last (RFC
///     8326 §4.1)
/// @param addPath whether several paths of a prefix may pass
/// @param clusterId of the cluster it is a client of, in place of the speaker's
/// @param routeServerClient what others outside told is passed on as they told it (RFC 7947)
/// @param enforceFirstAs a path it tells must begin with its AS, if it is outside
/// @param heedsBlackhole packets to an address that it marks BLACKHOLE are dropped (RFC 7999)
public record PeerRouting(
    Set<Family> families,
    NextHopMode nextHopMode,
    boolean reflectorClient,
    int allowedOwnAs,
    boolean imports,
    boolean exports,
    PrefixLimit limit,
    Optional<RouteFilter> importFilter,
    Optional<RouteFilter> exportFilter,
    Optional<PeerRole> role,
    boolean extendedNextHop,
    boolean heedsShutdown,
    AddPath addPath,
    Optional<IpAddress> clusterId,
    boolean routeServerClient,
    boolean enforceFirstAs,
    boolean heedsBlackhole) {

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
        Optional.empty(),
        Optional.empty(),
        false,
        true,
        AddPath.OFF,
        Optional.empty(),
        false,
        true,
        false);
  }

  /// The filter that holds for what this peer tells.
  public RouteFilter importOr(RouteFilter ofSpeaker) {
    if (!imports) {
      return new RejectAll();
    }
    RouteFilter filter = importFilter.orElse(ofSpeaker);
    return heedsBlackhole ? new HeededBlackhole(filter) : filter;
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
    return with(
        draft -> {
          draft.imports = other.imports;
          draft.exports = other.exports;
          draft.limit = other.limit;
          draft.importFilter = other.importFilter;
          draft.exportFilter = other.exportFilter;
          draft.heedsShutdown = other.heedsShutdown;
          draft.heedsBlackhole = other.heedsBlackhole;
        });
  }

  public PeerRouting withNextHop(NextHopMode changed) {
    return with(draft -> draft.nextHopMode = changed);
  }

  public PeerRouting withReflectorClient(boolean changed) {
    return with(draft -> draft.reflectorClient = changed);
  }

  public PeerRouting withAllowedOwnAs(int changed) {
    return with(draft -> draft.allowedOwnAs = changed);
  }

  public PeerRouting withImports(boolean changed) {
    return with(draft -> draft.imports = changed);
  }

  public PeerRouting withExports(boolean changed) {
    return with(draft -> draft.exports = changed);
  }

  public PeerRouting withImportFilter(RouteFilter changed) {
    return with(draft -> draft.importFilter = Optional.of(changed));
  }

  public PeerRouting withExportFilter(RouteFilter changed) {
    return with(draft -> draft.exportFilter = Optional.of(changed));
  }

  public PeerRouting withRole(PeerRole changed) {
    return with(draft -> draft.role = Optional.of(changed));
  }

  public PeerRouting withExtendedNextHop(boolean changed) {
    return with(draft -> draft.extendedNextHop = changed);
  }

  public PeerRouting withHeedsShutdown(boolean changed) {
    return with(draft -> draft.heedsShutdown = changed);
  }

  public PeerRouting withLimit(PrefixLimit changed) {
    return with(draft -> draft.limit = changed);
  }

  /// @throws IllegalArgumentException if the limit is less than 1
  public PeerRouting withPrefixLimit(int changed) {
    return withLimit(PrefixLimit.of(changed));
  }

  public PeerRouting withAddPath(AddPath changed) {
    return with(draft -> draft.addPath = changed);
  }

  public PeerRouting withClusterId(Optional<IpAddress> changed) {
    return with(draft -> draft.clusterId = changed);
  }

  public PeerRouting withRouteServerClient(boolean changed) {
    return with(draft -> draft.routeServerClient = changed);
  }

  public PeerRouting withEnforceFirstAs(boolean changed) {
    return with(draft -> draft.enforceFirstAs = changed);
  }

  public PeerRouting withHeedsBlackhole(boolean changed) {
    return with(draft -> draft.heedsBlackhole = changed);
  }

  private PeerRouting with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.done();
  }

  /// All components, to change one of them.
  private static final class Draft {
    private Set<Family> families;
    private NextHopMode nextHopMode;
    private boolean reflectorClient;
    private int allowedOwnAs;
    private boolean imports;
    private boolean exports;
    private PrefixLimit limit;
    private Optional<RouteFilter> importFilter;
    private Optional<RouteFilter> exportFilter;
    private Optional<PeerRole> role;
    private boolean extendedNextHop;
    private boolean heedsShutdown;
    private AddPath addPath;
    private Optional<IpAddress> clusterId;
    private boolean routeServerClient;
    private boolean enforceFirstAs;
    private boolean heedsBlackhole;

    private Draft(PeerRouting routing) {
      families = routing.families;
      nextHopMode = routing.nextHopMode;
      reflectorClient = routing.reflectorClient;
      allowedOwnAs = routing.allowedOwnAs;
      imports = routing.imports;
      exports = routing.exports;
      limit = routing.limit;
      importFilter = routing.importFilter;
      exportFilter = routing.exportFilter;
      role = routing.role;
      extendedNextHop = routing.extendedNextHop;
      heedsShutdown = routing.heedsShutdown;
      addPath = routing.addPath;
      clusterId = routing.clusterId;
      routeServerClient = routing.routeServerClient;
      enforceFirstAs = routing.enforceFirstAs;
      heedsBlackhole = routing.heedsBlackhole;
    }

    private PeerRouting done() {
      return new PeerRouting(
          families,
          nextHopMode,
          reflectorClient,
          allowedOwnAs,
          imports,
          exports,
          limit,
          importFilter,
          exportFilter,
          role,
          extendedNextHop,
          heedsShutdown,
          addPath,
          clusterId,
          routeServerClient,
          enforceFirstAs,
          heedsBlackhole);
    }
  }
}
