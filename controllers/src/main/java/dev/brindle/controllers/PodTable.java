// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.controllers.kubernetes.PodFacts;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a store says of the endpoints of pods: of each only what `PodFacts` has. It remembers of
/// which pods something else was said, as there may be 100,000 that nobody spoke of.
final class PodTable {

  /// Whose endpoints these are.
  record Pod(String namespace, String name) {

    static Pod of(PodFacts facts) {
      return new Pod(facts.namespace(), facts.pod());
    }
  }

  private final Map<ResourceKey, PodFacts> facts = new HashMap<>();
  private final Set<Pod> changed = new HashSet<>();
  private volatile Runnable news = () -> {};

  /// @param listener is told when something else is said than before, and must return at once
  void onNews(Runnable listener) {
    news = listener;
  }

  synchronized Map<ResourceKey, PodFacts> facts() {
    return Map.copyOf(facts);
  }

  /// Those of some pods.
  synchronized Map<ResourceKey, PodFacts> facts(Set<Pod> pods) {
    Map<ResourceKey, PodFacts> some = new HashMap<>();
    facts.forEach(
        (key, each) -> {
          if (pods.contains(Pod.of(each))) {
            some.put(key, each);
          }
        });
    return some;
  }

  /// Of whom something else was said since it was asked last.
  synchronized Set<Pod> takeChanged() {
    Set<Pod> taken = Set.copyOf(changed);
    changed.clear();
    return taken;
  }

  /// Most of what a pod's status says is no news.
  void take(Change change) {
    Optional<PodFacts> now =
        change
            .value()
            .map(WorkloadEndpoint.class::cast)
            .filter(PodFacts::isOfPod)
            .map(PodFacts::of);
    if (isNews(change.key(), now)) {
      news.run();
    }
  }

  private synchronized boolean isNews(ResourceKey key, Optional<PodFacts> now) {
    if (now.isEmpty()) {
      facts.remove(key);
      return false;
    }
    boolean isNews = !now.get().equals(facts.put(key, now.get()));
    if (isNews) {
      changed.add(Pod.of(now.get()));
    }
    return isNews;
  }
}
