// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.match;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The labels of items: their own, and those of the parents they name. An item's own label wins,
/// then the parent it names first.
///
/// @param <I> what an item is known by
public final class InheritedLabels<I> {

  private final Map<I, Item> items = new HashMap<>();
  private final Map<String, Map<String, String>> parents = new HashMap<>();
  private final Map<String, Set<I>> children = new HashMap<>();

  private record Item(Map<String, String> own, List<String> parents) {}

  public void putItem(I item, Map<String, String> own, List<String> itsParents) {
    removeItem(item);
    items.put(item, new Item(Map.copyOf(own), List.copyOf(new LinkedHashSet<>(itsParents))));
    for (String parent : itsParents) {
      children.computeIfAbsent(parent, _ -> new HashSet<>()).add(item);
    }
  }

  public void removeItem(I item) {
    Item old = items.remove(item);
    if (old != null) {
      for (String parent : old.parents()) {
        children.computeIfPresent(
            parent, (_, set) -> set.remove(item) && set.isEmpty() ? null : set);
      }
    }
  }

  /// @param labels none for a parent that is gone
  /// @return the items whose labels may be different now
  public Set<I> putParent(String parent, Map<String, String> labels) {
    Map<String, String> old = parents.getOrDefault(parent, Map.of());
    if (labels.isEmpty()) {
      parents.remove(parent);
    } else {
      parents.put(parent, Map.copyOf(labels));
    }
    return labels.equals(old) ? Set.of() : Set.copyOf(children.getOrDefault(parent, Set.of()));
  }

  /// Nothing for an item that is not there.
  public Map<String, String> of(I item) {
    Item found = items.get(item);
    if (found == null) {
      return Map.of();
    }
    Map<String, String> labels = new HashMap<>(found.own());
    for (String parent : found.parents()) {
      parents.getOrDefault(parent, Map.of()).forEach(labels::putIfAbsent);
    }
    return labels;
  }
}
