// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.reconcile;

import dev.brindle.linux.model.ForwardingEntry;
import dev.brindle.linux.model.Neighbour;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What to put and what to remove, so that a device of ours has just the entries it should have.
///
/// @param puts to be done first
public record NeighbourPlan<T>(List<T> puts, List<T> removals) {

  public NeighbourPlan {
    puts = List.copyOf(puts);
    removals = List.copyOf(removals);
  }

  /// One address has one entry.
  public static NeighbourPlan<Neighbour> neighbours(
      Collection<Neighbour> desired, Collection<Neighbour> actual) {
    return between(desired, actual, Neighbour::address);
  }

  /// One MAC address has one entry.
  public static NeighbourPlan<ForwardingEntry> forwarding(
      Collection<ForwardingEntry> desired, Collection<ForwardingEntry> actual) {
    return between(desired, actual, ForwardingEntry::mac);
  }

  private static <T> NeighbourPlan<T> between(
      Collection<T> desired, Collection<T> actual, Function<T, ?> key) {
    Set<T> present = Set.copyOf(actual);
    Set<?> wanted = desired.stream().map(key).collect(Collectors.toSet());
    return new NeighbourPlan<>(
        desired.stream().filter(entry -> !present.contains(entry)).toList(),
        actual.stream().filter(entry -> !wanted.contains(key.apply(entry))).toList());
  }
}
