// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import dev.brindle.api.resource.ResourceKind;
import dev.brindle.controllers.leak.Suspects;
import dev.brindle.controllers.settings.ControllerSettings;
import dev.brindle.datastore.Datastore;
import dev.brindle.ipam.Allocator;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// What the leader does: four loops, and what has loops of its own. One keeps what the store says
/// of nodes as it should be, one takes back what nobody uses any more, one looks after pools and
/// tiers, and one has policies stored under the names of today.
///
/// ```
/// feeds ─► Cluster ─┬─ upkeep: SettingsStatus, NodeReaper, HostEndpointSync
///                   ├─ Following (Kubernetes apart): PolicySync, EndpointSync, ProfileSync
///                   ├─ sweep:  LeakSweeper, HandleSweeper ─► Allocator
///                   ├─ Balancing: ServiceSync ─► Allocator, services' status
///                   ├─ pools:  PoolSync, TierSync
///                   └─ policy names: PolicyNames
/// ```
final class NodeController implements Leadership.Work {

  private final Cluster cluster;
  private final Optional<Following> following;
  private final Balancing balancing;
  private final SettingsWatch watch;
  private final LeakSweeper sweeper;
  private final ControllerLoop upkeep;
  private final ControllerLoop sweep;
  private final ControllerLoop pools;
  private final PolicyNames names;
  private final ControllerLoop naming;
  private final Runnable onSettings;

  private NodeController(
      Cluster cluster,
      Optional<Following> following,
      Balancing balancing,
      SettingsWatch watch,
      LeakSweeper sweeper,
      ControllerLoop upkeep,
      ControllerLoop sweep,
      ControllerLoop pools,
      PolicyNames names,
      ControllerLoop naming) {
    this.cluster = cluster;
    this.following = following;
    this.balancing = balancing;
    this.watch = watch;
    this.sweeper = sweeper;
    this.upkeep = upkeep;
    this.sweep = sweep;
    this.pools = pools;
    this.names = names;
    this.naming = naming;
    this.onSettings =
        () -> {
          upkeep.again();
          sweep.again();
          following.ifPresent(Following::again);
          balancing.again();
          naming.again();
        };
    watch.onNews(onSettings);
  }

  /// @param store refuses writes when another leads
  /// @param apart Kubernetes, where that is not Calico's store
  /// @param ticks nanoseconds of a clock that goes on steadily
  /// @param crowd how long news are gathered
  static NodeController start(
      Datastore store,
      Optional<Datastore> apart,
      SettingsWatch watch,
      LongSupplier ticks,
      Reclaimed reclaimed,
      Duration crowd) {
    var cluster = new Cluster(store, apart);
    Supplier<ControllerSettings> settings = watch::settings;
    Optional<Following> following =
        apart.map(kubernetes -> new Following(cluster, store, kubernetes, settings, crowd));
    var allocator = new Allocator(store);
    var sweeper =
        new LeakSweeper(cluster, allocator, () -> settings.get().leakGrace(), ticks, reclaimed);
    var handles =
        new HandleSweeper(cluster, store, allocator, () -> settings.get().leakGrace(), ticks);
    var status = new SettingsStatus(store, watch);
    var reaper = new NodeReaper(cluster, store, allocator);
    var endpoints = new HostEndpointSync(cluster, store);
    ControllerLoop upkeep =
        ControllerLoop.start(
            "upkeep",
            () -> upkeep(cluster, settings.get(), status, reaper, endpoints),
            () -> settings.get().reconcilerPeriod(),
            crowd);
    ControllerLoop sweep =
        ControllerLoop.start(
            "sweep",
            () -> settings.get().hasNodeController() ? sweep(sweeper, handles) : List.of(),
            () -> settings.get().sweepPeriod(),
            crowd);
    var balancing = new Balancing(cluster, apart.orElse(store), allocator, settings, ticks, crowd);
    var poolSync = new PoolSync(cluster, store, allocator, InstantSource.system());
    var tierSync = new TierSync(cluster, store, InstantSource.system());
    ControllerLoop pools =
        ControllerLoop.start(
            "pools",
            () -> pools(cluster, poolSync, tierSync),
            () -> settings.get().reconcilerPeriod(),
            crowd);
    var names = new PolicyNames(cluster, store, apart.orElse(store));
    ControllerLoop naming =
        ControllerLoop.start(
            "policy names",
            () -> names.move(watch.isKnown() && settings.get().movesPolicies()),
            () -> settings.get().reconcilerPeriod(),
            crowd);
    cluster.onNews(
        (kind, isGone) -> {
          onNews(kind, isGone, upkeep, sweep, sweeper);
          if (isOfPools(kind, isGone, cluster)) {
            pools.again();
          }
          if (kind == ResourceKind.IP_POOL || kind == ResourceKind.CLUSTER_INFORMATION) {
            balancing.again();
          }
        });
    return new NodeController(
        cluster, following, balancing, watch, sweeper, upkeep, sweep, pools, names, naming);
  }

  private static List<String> sweep(LeakSweeper sweeper, HandleSweeper handles) {
    List<String> problems = sweeper.sweep();
    handles.sweep();
    return problems;
  }

  private static boolean isOfPools(ResourceKind kind, boolean isGone, Cluster cluster) {
    return switch (kind) {
      case CLUSTER_INFORMATION, IP_POOL, TIER -> true;
      case IPAM_BLOCK -> isGone && cluster.pools().stream().anyMatch(p -> p.metadata().isLeaving());
      default -> false;
    };
  }

  private static List<String> pools(Cluster cluster, PoolSync pools, TierSync tiers) {
    List<String> obstacles = cluster.obstacles();
    if (!obstacles.isEmpty()) {
      return obstacles;
    }
    return Stream.concat(pools.sync().stream(), tiers.sync().stream()).toList();
  }

  /// Pods come and go all the time: what they leave behind has its time of grace anyhow, unless it
  /// is on a node that is gone.
  private static void onNews(
      ResourceKind kind,
      boolean isGone,
      ControllerLoop upkeep,
      ControllerLoop sweep,
      LeakSweeper sweeper) {
    boolean isUpkeep = kind == ResourceKind.NODE || kind == ResourceKind.HOST_ENDPOINT;
    boolean isSweep =
        switch (kind) {
          case NODE -> isGone;
          case WORKLOAD_ENDPOINT -> isGone && sweeper.isAwaitingPods();
          case CLUSTER_INFORMATION -> true;
          default -> false; // nothing is lost by any other
        };
    if (isUpkeep) {
      upkeep.again();
    }
    if (isSweep) {
      sweep.again();
    }
  }

  private static List<String> upkeep(
      Cluster cluster,
      ControllerSettings settings,
      SettingsStatus status,
      NodeReaper reaper,
      HostEndpointSync endpoints) {
    List<String> problems = new ArrayList<>(status.tell());
    List<String> obstacles = cluster.obstacles();
    if (!obstacles.isEmpty()) {
      problems.addAll(obstacles);
      return problems;
    }
    if (!settings.hasNodeController()) {
      return problems;
    }
    if (cluster.hasNodesOfItsOwn()) {
      problems.addAll(reaper.reap());
      if (settings.syncsLabels()) {
        problems.addAll(reaper.syncLabels());
      }
    }
    problems.addAll(endpoints.sync(settings.hostEndpoints()));
    return problems;
  }

  /// What does not work.
  List<String> problems() {
    return Stream.of(
            Stream.of(upkeep, sweep, pools, naming).flatMap(loop -> loop.problems().stream()),
            following.stream().flatMap(it -> it.problems().stream()),
            balancing.problems().stream())
        .flatMap(Function.identity())
        .distinct()
        .toList();
  }

  Cluster cluster() {
    return cluster;
  }

  /// Empty where Kubernetes is Calico's store.
  Optional<Following> following() {
    return following;
  }

  Balancing balancing() {
    return balancing;
  }

  PolicyNames policyNames() {
    return names;
  }

  Suspects suspects() {
    return sweeper.suspects();
  }

  @Override
  public void close() {
    watch.forget(onSettings);
    cluster.close();
    following.ifPresent(Following::close);
    balancing.close();
    naming.close();
    pools.close();
    sweep.close();
    upkeep.close();
  }
}
