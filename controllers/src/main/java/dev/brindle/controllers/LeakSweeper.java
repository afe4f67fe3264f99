// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.IpPool;
import dev.brindle.controllers.count.PoolNode;
import dev.brindle.controllers.leak.EmptyBlocks;
import dev.brindle.controllers.leak.Known;
import dev.brindle.controllers.leak.Leak;
import dev.brindle.controllers.leak.LeakPlan;
import dev.brindle.controllers.leak.LeakScan;
import dev.brindle.controllers.leak.Suspects;
import dev.brindle.ipam.Allocator;
import dev.brindle.ipam.Holding;
import dev.brindle.ipam.block.Block;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes back what nobody uses any more: addresses of pods and nodes that are gone, claims of such
/// nodes, and blocks that a node has left empty. Who is there is asked anew before each release,
/// and what is released must still be in the hands it was in when it was looked at.
final class LeakSweeper {

  private static final Logger LOG = LoggerFactory.getLogger(LeakSweeper.class);

  private final Cluster cluster;
  private final Allocator allocator;
  private final Supplier<Optional<Duration>> grace;
  private final LongSupplier ticks;
  private final Reclaimed reclaimed;

  private volatile Suspects suspects = Suspects.NONE;
  private volatile boolean isAwaitingPods;
  private EmptyBlocks empty = EmptyBlocks.NONE;

  /// @param ticks nanoseconds of a clock that goes on steadily, by which the grace is measured
  /// @param reclaimed is added to for each address
  LeakSweeper(
      Cluster cluster,
      Allocator allocator,
      Supplier<Optional<Duration>> grace,
      LongSupplier ticks,
      Reclaimed reclaimed) {
    this.cluster = cluster;
    this.allocator = allocator;
    this.grace = grace;
    this.ticks = ticks;
    this.reclaimed = reclaimed;
  }

  /// One round.
  ///
  /// @return what could not be done; it is tried again
  List<String> sweep() {
    if (!cluster.hasIpam()) {
      return List.of(); // blocks are the networks of nodes then, which nobody takes back
    }
    List<String> obstacles = cluster.obstacles();
    if (!obstacles.isEmpty()) {
      return obstacles;
    }
    isAwaitingPods = true; // one that goes from now on may not be seen to be gone
    Instant now = Instant.EPOCH.plusNanos(ticks.getAsLong());
    List<Block> blocks = cluster.blocks();
    Known known = cluster.known();
    LeakPlan plan = LeakScan.plan(blocks, known, suspects, grace.get(), now);
    suspects = plan.suspects();
    isAwaitingPods = !plan.keptNodes().isEmpty();
    List<Leak> confirmed = confirmed(plan.leaked(), known);
    List<String> problems = new ArrayList<>();
    collect(blocks);
    release(confirmed);
    Set<Leak> done = Set.copyOf(confirmed);
    Set<String> held = new HashSet<>();
    plan.leaked().stream().filter(leak -> !done.contains(leak)).forEach(l -> held.add(l.node()));
    for (String node : plan.goneNodes()) {
      if (!held.contains(node)) {
        endClaims(node, known).ifPresent(problems::add);
      }
    }
    empty = EmptyBlocks.plan(blocks, known, empty, grace.get(), now);
    empty.release().forEach(this::release);
    return problems;
  }

  /// Whether a node is gone of which there are pods: Kubernetes removes them a minute later.
  boolean isAwaitingPods() {
    return isAwaitingPods;
  }

  /// What seems to be lost, and has its time of grace.
  Suspects suspects() {
    return suspects;
  }

  /// Those of which Kubernetes says once more that nobody uses them. What a handle holds goes
  /// together or not at all.
  private List<Leak> confirmed(List<Leak> leaks, Known known) {
    Set<String> used = new HashSet<>();
    Set<String> gone = new HashSet<>();
    Set<String> there = new HashSet<>();
    for (Leak leak : leaks) {
      if (used.contains(leak.group())) {
        continue;
      }
      boolean isUnused =
          leak.isPods()
              ? cluster.isStillUnused(leak, known)
              : isGone(leak.node(), known, gone, there);
      if (!isUnused) {
        used.add(leak.group());
      }
    }
    return leaks.stream().filter(leak -> !used.contains(leak.group())).toList();
  }

  /// Each node is asked for once.
  private boolean isGone(String node, Known known, Set<String> gone, Set<String> there) {
    if (!gone.contains(node) && !there.contains(node)) {
      (cluster.isStillGone(node, known) ? gone : there).add(node);
    }
    return gone.contains(node);
  }

  private void release(List<Leak> leaks) {
    if (leaks.isEmpty()) {
      return;
    }
    Map<Cidr, Set<Holding>> holdings =
        leaks.stream().collect(Collectors.groupingBy(Leak::block, mapping(Leak::holding, toSet())));
    Set<IpAddress> released = Set.copyOf(allocator.releaseHoldings(holdings));
    List<IpPool> pools = cluster.pools();
    for (Leak leak : leaks) {
      IpAddress address = leak.holding().address();
      if (released.contains(address)) {
        reclaimed.add(PoolNode.of(address, leak.node(), pools));
        LOG.info(
            "address {} of {} on node '{}' was nobody's any more: it is taken back",
            address,
            leak.isPods() ? "pod " + leak.namespace() + "/" + leak.pod() : "a tunnel",
            leak.node());
      }
    }
  }

  /// What cools down keeps its block from being empty, and where nobody is left nobody else comes.
  private void collect(List<Block> blocks) {
    List<Cidr> cooling =
        blocks.stream()
            .filter(
                block ->
                    block.spec().attributes().stream()
                        .anyMatch(holder -> holder.releasedAt().isPresent()))
            .map(Block::cidr)
            .toList();
    if (!cooling.isEmpty()) {
      allocator.collect(cooling);
    }
  }

  /// @return what is left
  private Optional<String> endClaims(String node, Known known) {
    if (!cluster.isStillGone(node, known)) {
      return Optional.empty();
    }
    if (!allocator.releaseEmptyClaimsOf(node)) {
      return Optional.of(
          "node '%s' is gone and still has blocks with addresses that others use, or that cool down"
              .formatted(node));
    }
    LOG.info("node '{}' is gone: its blocks are free", node);
    return Optional.empty();
  }

  private void release(EmptyBlocks.Unused unused) {
    if (allocator.releaseEmptyClaim(unused.owner(), unused.block())) {
      LOG.info(
          "block {} of node '{}' was empty: it is free", unused.block(), unused.owner().name());
    }
  }
}
