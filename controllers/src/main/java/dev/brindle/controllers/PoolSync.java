// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.controllers.pool.PoolPlan;
import dev.brindle.controllers.pool.PoolPlan.Verdict;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.Finalizers;
import dev.brindle.datastore.WriteResult;
import dev.brindle.ipam.Allocator;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says of each pool whether addresses are taken from it, and keeps a pool that somebody removes
/// until its blocks have gone. Only where Kubernetes keeps what has finalizers.
final class PoolSync {

  static final String FINALIZER = "projectcalico.org/ippool-finalizer";

  private static final Logger LOG = LoggerFactory.getLogger(PoolSync.class);

  private final Cluster cluster;
  private final Datastore store;
  private final Allocator allocator;
  private final InstantSource clock;

  PoolSync(Cluster cluster, Datastore store, Allocator allocator, InstantSource clock) {
    this.cluster = cluster;
    this.store = store;
    this.allocator = allocator;
    this.clock = clock;
  }

  /// @return what could not be done; it is tried again
  List<String> sync() {
    Optional<Finalizers> finalizers = store.finalizers();
    if (finalizers.isEmpty()) {
      return List.of();
    }
    List<String> problems = new ArrayList<>();
    for (Verdict verdict : PoolPlan.of(cluster.pools())) {
      say(verdict).ifPresent(problems::add);
      hold(verdict, finalizers.get());
    }
    return problems;
  }

  private Optional<String> say(Verdict verdict) {
    IpPool pool = verdict.pool();
    Map<String, Object> status = verdict.condition().in(pool.status(), clock.instant());
    if (status.equals(pool.status())) {
      return Optional.empty();
    }
    WriteResult result = store.updateStatus(new IpPool(pool.metadata(), pool.spec(), status));
    if (result instanceof WriteResult.Written) {
      LOG.info(
          "{}: {} is {}: {}",
          pool.key(),
          IpPool.ALLOCATABLE,
          verdict.condition().isTrue(),
          verdict.condition().message());
      return Optional.empty();
    }
    return result instanceof WriteResult.Missing
        ? Optional.empty()
        : Optional.of("the status of %s: somebody else was faster".formatted(pool.key()));
  }

  private void hold(Verdict verdict, Finalizers finalizers) {
    IpPool pool = verdict.pool();
    if (!pool.metadata().isLeaving()) {
      finalizers.set(pool.key(), FINALIZER, verdict.isHeld() && store.hasIpam());
      return;
    }
    // without our IPAM blocks are the networks of nodes, which go with them
    boolean isHeld = verdict.isHeld() && store.hasIpam();
    if (isHeld) {
      allocator.releaseClaimsIn(pool.spec().cidr());
    }
    if ((!isHeld || hasNoBlocks(pool)) && finalizers.set(pool.key(), FINALIZER, false)) {
      LOG.info("{} has no blocks of its own any more: it may go", pool.key());
    }
  }

  /// Asked anew: what was heard may be late.
  private boolean hasNoBlocks(IpPool pool) {
    return store.list(ResourceKind.IPAM_BLOCK).stream()
        .map(IpamBlock.class::cast)
        .noneMatch(block -> pool.spec().cidr().contains(block.spec().cidr()));
  }
}
