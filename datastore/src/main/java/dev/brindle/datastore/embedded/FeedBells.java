// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.embedded;

import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.feed.Bell;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/// A bell for each feed, so that a write wakes only who wants to hear of its kind. For many
/// threads.
final class FeedBells {

  private final List<FeedBell> bells = new CopyOnWriteArrayList<>();

  private record FeedBell(Set<ResourceKind> kinds, Bell bell) {}

  /// A new one.
  Bell add(Collection<ResourceKind> kinds) {
    var bell = new Bell();
    bells.add(new FeedBell(Set.copyOf(kinds), bell));
    return bell;
  }

  void ring(Set<ResourceKind> kinds) {
    for (FeedBell each : bells) {
      if (!Collections.disjoint(each.kinds, kinds)) {
        each.bell.ring();
      }
    }
  }
}
