// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import dev.brindle.api.resource.IpamHandle;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.ipam.Allocator;
import dev.brindle.ipam.block.Assignment;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Drops handles of which no block knows. They are counted before the block is written: a daemon
/// that is killed between the two leaves one, and if the container's runtime then gives it up
/// without a DEL that arrives, nobody asks for it again. One that is just being assigned is not
/// taken for one of those: it has to be the same twice.
final class HandleSweeper {

  private static final Logger LOG = LoggerFactory.getLogger(HandleSweeper.class);

  /// Times of grace between two looks: each is a list of all handles, one for each pod.
  private static final int SELDOM = 2;

  private final Cluster cluster;
  private final Datastore store;
  private final Allocator allocator;
  private final Supplier<Optional<Duration>> grace;
  private final LongSupplier ticks;
  private Instant looked;

  /// As of the last look, with their revisions.
  private Map<String, String> empty = Map.of();

  /// @param grace empty if nothing is to be taken back
  /// @param ticks nanoseconds of a clock that goes on steadily
  HandleSweeper(
      Cluster cluster,
      Datastore store,
      Allocator allocator,
      Supplier<Optional<Duration>> grace,
      LongSupplier ticks) {
    this.cluster = cluster;
    this.store = store;
    this.allocator = allocator;
    this.grace = grace;
    this.ticks = ticks;
    this.looked = now();
  }

  private Instant now() {
    return Instant.EPOCH.plusNanos(ticks.getAsLong());
  }

  /// Looks, if it is time to.
  void sweep() {
    Instant now = now();
    boolean isDue =
        grace
            .get()
            .filter(each -> !now.isBefore(looked.plus(each.multipliedBy(SELDOM))))
            .isPresent();
    if (!isDue || !cluster.hasIpam() || !cluster.obstacles().isEmpty()) {
      return;
    }
    Map<String, String> found = found();
    Map<String, String> before = empty;
    empty = found;
    looked = now;
    found.forEach(
        (handle, revision) -> {
          if (revision.equals(before.get(handle)) && allocator.dropEmptyHandle(handle)) {
            LOG.info("handle {} counted addresses that no block knows of: it is gone", handle);
          }
        });
  }

  private Map<String, String> found() {
    Set<String> held =
        cluster.blocks().stream()
            .flatMap(block -> block.assignments().stream())
            .map(Assignment::handle)
            .collect(Collectors.toSet());
    Map<String, String> found = new HashMap<>();
    store.list(ResourceKind.IPAM_HANDLE).stream()
        .map(IpamHandle.class::cast)
        .filter(handle -> !held.contains(handle.spec().handleID()))
        .forEach(
            handle -> found.put(handle.spec().handleID(), handle.metadata().resourceVersion()));
    return found;
  }
}
