// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.leak;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.ipam.block.Block;
import dev.brindle.ipam.block.BlockOwner;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Finds blocks that nodes own and do not use: others may need them. One of each family stays with
/// each node, so that its next pod has an address at once.
///
/// @param release blocks that were empty and untouched for the time of grace
/// @param since which are empty now, and since when
public record EmptyBlocks(List<Unused> release, Map<Unused, Instant> since) {

  public static final EmptyBlocks NONE = new EmptyBlocks(List.of(), Map.of());

  /// @param sequence of the block: whoever has touched it since has another
  public record Unused(BlockOwner owner, Cidr block, long sequence) {}

  private record Place(BlockOwner owner, IpFamily family) {}

  public EmptyBlocks {
    release = List.copyOf(release);
    since = Map.copyOf(since);
  }

  /// @param before what was found the last time
  /// @param grace empty or zero where none is released
  public static EmptyBlocks plan(
      Collection<Block> blocks,
      Known known,
      EmptyBlocks before,
      Optional<Duration> grace,
      Instant now) {
    Map<Unused, Instant> since = new HashMap<>();
    List<Unused> release = new ArrayList<>();
    byPlace(blocks, known)
        .forEach(
            (place, owned) -> {
              List<Unused> empty = empty(place, owned);
              int spare = owned.size() == empty.size() ? empty.size() - 1 : empty.size();
              for (Unused each : empty) {
                Instant start = before.since.getOrDefault(each, now);
                since.put(each, start);
                if (spare > 0 && isOver(start, grace, now)) {
                  release.add(each);
                  spare--;
                }
              }
            });
    return new EmptyBlocks(release, since);
  }

  /// Of nodes that are there; those of others go with their node.
  private static Map<Place, List<Block>> byPlace(Collection<Block> blocks, Known known) {
    return blocks.stream()
        .filter(
            block ->
                block
                    .owner()
                    .filter(owner -> owner.equals(BlockOwner.node(owner.name())))
                    .filter(owner -> known.hasNode(owner.name()))
                    .filter(owner -> !known.isStranger(owner.name()))
                    .isPresent())
        .collect(
            Collectors.groupingBy(
                block -> new Place(block.owner().orElseThrow(), block.cidr().family())));
  }

  private static List<Unused> empty(Place place, List<Block> owned) {
    return owned.stream()
        .filter(Block::isEmpty)
        .map(block -> new Unused(place.owner(), block.cidr(), block.spec().sequenceNumber()))
        .sorted(Comparator.comparing(Unused::block))
        .toList();
  }

  private static boolean isOver(Instant since, Optional<Duration> grace, Instant now) {
    return grace.filter(wait -> !wait.isZero() && !now.isBefore(since.plus(wait))).isPresent();
  }
}
