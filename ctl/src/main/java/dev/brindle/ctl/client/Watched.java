// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.client;

import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// What of a kind is watched, and what the news about it mean.
public final class Watched {

  private final Predicate<ResourceKey> isWatched;
  private final Map<ResourceKey, Resource> known = new HashMap<>();

  public Watched(Predicate<ResourceKey> isWatched) {
    this.isWatched = isWatched;
  }

  public boolean knows(ResourceKey key) {
    return known.containsKey(key);
  }

  /// In the order of their names; nothing for what is as it was.
  public List<WatchEvent> events(Collection<Change> changes) {
    return changes.stream()
        .filter(change -> isWatched.test(change.key()))
        .sorted(Comparator.comparing(Change::key))
        .flatMap(change -> event(change).stream())
        .toList();
  }

  private Optional<WatchEvent> event(Change change) {
    Optional<Resource> now = change.value();
    if (now.isEmpty()) {
      return Optional.ofNullable(known.remove(change.key()))
          .map(last -> new WatchEvent(WatchEvent.Type.DELETED, last));
    }
    Resource before = known.put(change.key(), now.get());
    if (now.get().equals(before)) {
      return Optional.empty();
    }
    return Optional.of(
        new WatchEvent(
            before == null ? WatchEvent.Type.ADDED : WatchEvent.Type.MODIFIED, now.get()));
  }
}
