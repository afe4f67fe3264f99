// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.controllers.kubernetes.PodFacts;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// What a store says of the endpoints of pods: of each only what `PodFacts` has.
final class PodTable {

  private final Map<ResourceKey, PodFacts> facts = new HashMap<>();
  private volatile Runnable news = () -> {};

  /// @param listener is told when something else is said than before, and must return at once
  void onNews(Runnable listener) {
    news = listener;
  }

  synchronized Map<ResourceKey, PodFacts> facts() {
    return Map.copyOf(facts);
  }

  /// Most of what a pod's status says is no news.
  void take(Change change) {
    Optional<PodFacts> now =
        change
            .value()
            .map(WorkloadEndpoint.class::cast)
            .filter(PodFacts::isOfPod)
            .map(PodFacts::of);
    Optional<PodFacts> before = put(change.key(), now);
    if (now.isPresent() && !now.equals(before)) {
      news.run();
    }
  }

  private synchronized Optional<PodFacts> put(ResourceKey key, Optional<PodFacts> now) {
    return Optional.ofNullable(now.isPresent() ? facts.put(key, now.get()) : facts.remove(key));
  }
}
