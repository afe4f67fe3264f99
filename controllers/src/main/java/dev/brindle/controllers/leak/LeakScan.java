// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.leak;

import dev.brindle.ipam.Holding;
import dev.brindle.ipam.block.Assignment;
import dev.brindle.ipam.block.Block;
import dev.brindle.ipam.block.BlockOwner;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Compares what IPAM has given out with who there is.
///
/// An address of a pod that is not there is taken back at once where its node is gone too, else
/// when that has been so for the time of grace: a pod that begins has its address first. What a
/// handle holds goes together or not at all. An address that is noted for neither pod nor tunnel is
/// never taken back, and keeps the claims of its node.
public final class LeakScan {

  private final Known known;
  private final Suspects before;
  private final Optional<Duration> grace;
  private final Instant now;

  private final Suspects.Gathering suspects = new Suspects.Gathering();

  /// By handle; an address without one stands for itself.
  private final Map<String, List<Leak>> leaked = new TreeMap<>();

  /// Handles that also hold what is in use.
  private final Set<String> kept = new HashSet<>();

  private final Map<String, List<Held>> onGoneNodes = new HashMap<>();
  private final Set<String> goneOwners = new TreeSet<>();

  private record Held(Leak leak, Use use, boolean isLeaked) {}

  private LeakScan(Known known, Suspects before, Optional<Duration> grace, Instant now) {
    this.known = known;
    this.before = before;
    this.grace = grace;
    this.now = now;
  }

  /// @param blocks all there are
  /// @param before what was suspected the last time
  /// @param grace empty where what is on nodes that are there is never taken back
  public static LeakPlan plan(
      Collection<Block> blocks,
      Known known,
      Suspects before,
      Optional<Duration> grace,
      Instant now) {
    var scan = new LeakScan(known, before, grace, now);
    blocks.forEach(scan::look);
    scan.tunnels();
    return scan.plan();
  }

  private void look(Block block) {
    block
        .owner()
        .filter(owner -> owner.equals(BlockOwner.node(owner.name())))
        .filter(owner -> !known.hasNode(owner.name()))
        .ifPresent(owner -> goneOwners.add(owner.name()));
    for (Assignment held : block.assignments()) {
      Use use = Use.of(held);
      if (use != Use.RESERVED) {
        look(block, held, use);
      }
    }
  }

  private void look(Block block, Assignment held, Use use) {
    String node = Use.node(block, held);
    Map<String, String> notes = held.holder().activeOwner();
    boolean isPods = use == Use.POD;
    Leak leak =
        new Leak(
            Holding.of(held),
            block.cidr(),
            node,
            isPods ? notes.getOrDefault("namespace", "") : "",
            isPods ? notes.getOrDefault("pod", "") : "");
    boolean isOnGone = !node.isEmpty() && !known.hasNode(node);
    boolean isLeaked = isPods && !known.isStranger(node) && isLeaked(leak, isOnGone);
    if (isOnGone) {
      onGoneNodes.computeIfAbsent(node, _ -> new ArrayList<>()).add(new Held(leak, use, isLeaked));
      if (use == Use.TUNNEL) {
        return; // when all that the node holds is known
      }
    }
    note(leak, isLeaked);
  }

  private boolean isLeaked(Leak leak, boolean isOnGone) {
    Holding holding = leak.holding();
    if (known.mayHave(leak.namespace(), leak.pod(), leak.node(), holding.address())) {
      return false;
    }
    if (isOnGone) {
      return true;
    }
    if (grace.isEmpty()) {
      return false;
    }
    Instant since = before.since(holding).orElse(now);
    suspects.add(holding, since);
    Duration wait = grace.get();
    return !wait.isZero() && !now.isBefore(since.plus(wait));
  }

  private void note(Leak leak, boolean isLeaked) {
    if (isLeaked) {
      leaked.computeIfAbsent(leak.group(), _ -> new ArrayList<>()).add(leak);
    } else {
      kept.add(leak.group());
    }
  }

  /// A node that is gone needs its tunnels for as long as anything on it may be in use.
  private void tunnels() {
    for (List<Held> onNode : onGoneNodes.values()) {
      boolean isAllLeaked = onNode.stream().allMatch(it -> it.use() == Use.TUNNEL || it.isLeaked());
      onNode.stream()
          .filter(it -> it.use() == Use.TUNNEL)
          .forEach(it -> note(it.leak(), isAllLeaked));
    }
  }

  private LeakPlan plan() {
    leaked.keySet().removeAll(kept);
    List<Leak> all = leaked.values().stream().flatMap(List::stream).toList();
    Set<Leak> going = new HashSet<>(all);
    Map<Boolean, List<String>> owners =
        goneOwners.stream()
            .collect(
                Collectors.partitioningBy(
                    node ->
                        onGoneNodes.getOrDefault(node, List.of()).stream()
                            .allMatch(it -> going.contains(it.leak()))));
    return new LeakPlan(
        all,
        owners.getOrDefault(true, List.of()),
        owners.getOrDefault(false, List.of()),
        suspects.done());
  }
}
