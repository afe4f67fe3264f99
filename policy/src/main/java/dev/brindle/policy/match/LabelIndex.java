// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.match;

import dev.brindle.api.label.Selector;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Which items match which selectors. A change of one item tries only the selectors filed under
/// labels that the item has, a new selector only the items that have what it demands.
///
/// @param <S> what a selector is known by
/// @param <I> what an item is known by
public final class LabelIndex<S, I> {

  private final Map<S, Filed> selectors = new HashMap<>();
  private final Map<I, Map<String, String>> items = new HashMap<>();
  private final LabelBuckets<I> itemsByLabel = new LabelBuckets<>();

  private final LabelBuckets<S> selectorsByValue = new LabelBuckets<>();
  private final Map<String, Set<S>> selectorsByLabel = new HashMap<>();
  private final Set<S> alwaysTried = new HashSet<>();

  private final Map<S, Set<I>> itemsOf = new HashMap<>();
  private final Map<I, Set<S>> selectorsOf = new HashMap<>();

  private long evaluations;

  private record Filed(Selector selector, Handle handle) {}

  /// The selectors this item matches; a view that later changes show through.
  public Set<S> selectorsOf(I item) {
    return selectorsOf.getOrDefault(item, Set.of());
  }

  /// The items this selector matches; a view that later changes show through.
  public Set<I> itemsOf(S selector) {
    return itemsOf.getOrDefault(selector, Set.of());
  }

  /// Adds an item, or gives it other labels.
  public void putItem(I item, Map<String, String> labels) {
    Map<String, String> old = items.put(item, Map.copyOf(labels));
    if (labels.equals(old)) {
      return;
    }
    if (old != null) {
      old.forEach((label, value) -> itemsByLabel.remove(label, value, item));
    }
    labels.forEach((label, value) -> itemsByLabel.add(label, value, item));

    Set<S> matching = new HashSet<>();
    for (S candidate : candidateSelectors(labels)) {
      Filed filed = selectors.get(candidate);
      if (filed != null && evaluate(filed.selector(), labels)) {
        matching.add(candidate);
      }
    }
    for (S lost : Set.copyOf(selectorsOf(item))) {
      if (!matching.contains(lost)) {
        unmatch(lost, item);
      }
    }
    matching.forEach(gained -> match(gained, item));
  }

  public void removeItem(I item) {
    Map<String, String> old = items.remove(item);
    if (old != null) {
      old.forEach((label, value) -> itemsByLabel.remove(label, value, item));
      Set.copyOf(selectorsOf(item)).forEach(selector -> unmatch(selector, item));
    }
  }

  /// Adds a selector, or changes what it says.
  public void putSelector(S id, Selector selector) {
    Filed old = selectors.get(id);
    if (old != null && old.selector().equals(selector)) {
      return;
    }
    removeSelector(id);
    Handle handle = Handle.of(selector, selectorsByValue::count);
    selectors.put(id, new Filed(selector, handle));
    file(id, handle);
    for (I candidate : candidateItems(selector)) {
      if (evaluate(selector, items.getOrDefault(candidate, Map.of()))) {
        match(id, candidate);
      }
    }
  }

  public void removeSelector(S id) {
    Filed old = selectors.remove(id);
    if (old != null) {
      unfile(id, old.handle());
      Set.copyOf(itemsOf(id)).forEach(item -> unmatch(id, item));
    }
  }

  /// How many times a selector was tried on an item's labels so far: the cost of keeping up.
  public long evaluations() {
    return evaluations;
  }

  private boolean evaluate(Selector selector, Map<String, String> labels) {
    evaluations++;
    return selector.matches(labels);
  }

  private Set<S> candidateSelectors(Map<String, String> labels) {
    Set<S> candidates = new HashSet<>(alwaysTried);
    labels.forEach(
        (label, value) -> {
          candidates.addAll(selectorsByValue.with(label, value));
          candidates.addAll(selectorsByLabel.getOrDefault(label, Set.of()));
        });
    return candidates;
  }

  private Set<I> candidateItems(Selector selector) {
    return switch (Handle.of(selector, itemsByLabel::count)) {
      case Handle.Nothing() -> Set.of();
      case Handle.Anything() -> items.keySet();
      case Handle.Present(var label) -> {
        Set<I> candidates = new HashSet<>();
        itemsByLabel.forEachWith(label, candidates::add);
        yield candidates;
      }
      case Handle.OneOf(var label, var values) -> {
        Set<I> candidates = new HashSet<>();
        values.forEach(value -> candidates.addAll(itemsByLabel.with(label, value)));
        yield candidates;
      }
    };
  }

  private void file(S id, Handle handle) {
    switch (handle) {
      case Handle.Nothing() -> {}
      case Handle.Anything() -> alwaysTried.add(id);
      case Handle.Present(var label) ->
          selectorsByLabel.computeIfAbsent(label, _ -> new HashSet<>()).add(id);
      case Handle.OneOf(var label, var values) ->
          values.forEach(value -> selectorsByValue.add(label, value, id));
    }
  }

  private void unfile(S id, Handle handle) {
    switch (handle) {
      case Handle.Nothing() -> {}
      case Handle.Anything() -> alwaysTried.remove(id);
      case Handle.Present(var label) -> drop(selectorsByLabel, label, id);
      case Handle.OneOf(var label, var values) ->
          values.forEach(value -> selectorsByValue.remove(label, value, id));
    }
  }

  private void match(S selector, I item) {
    itemsOf.computeIfAbsent(selector, _ -> new HashSet<>()).add(item);
    selectorsOf.computeIfAbsent(item, _ -> new HashSet<>()).add(selector);
  }

  private void unmatch(S selector, I item) {
    drop(itemsOf, selector, item);
    drop(selectorsOf, item, selector);
  }

  private static <K, V> void drop(Map<K, Set<V>> map, K key, V value) {
    map.computeIfPresent(key, (_, set) -> set.remove(value) && set.isEmpty() ? null : set);
  }
}
