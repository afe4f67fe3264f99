// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.feed;

import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.ResourceKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a listener has been told: enough to tell it the difference, whatever was missed.
final class KnownRevisions {

  private final Map<ResourceKey, Long> known = new HashMap<>();

  /// The difference between what is known and a batch. Changes nothing.
  List<Change> difference(ChangeBatch batch) {
    List<Change> changes = new ArrayList<>();
    Set<ResourceKey> present = new HashSet<>();
    for (ChangeBatch.Entry entry : batch.entries()) {
      present.add(entry.key());
      Long before = known.get(entry.key());
      boolean isNews =
          entry.value().isPresent() ? before == null || before != entry.revision() : before != null;
      if (isNews) {
        changes.add(new Change(entry.key(), entry.value()));
      }
    }
    if (batch.isComplete()) {
      known.keySet().stream()
          .filter(key -> !present.contains(key))
          .sorted()
          .map(Change::gone)
          .forEach(changes::add);
    }
    return changes;
  }

  /// Takes note that the listener has been told all of a batch.
  void accept(ChangeBatch batch) {
    if (batch.isComplete()) {
      known.clear();
    }
    for (ChangeBatch.Entry entry : batch.entries()) {
      if (entry.value().isPresent()) {
        known.put(entry.key(), entry.revision());
      } else {
        known.remove(entry.key());
      }
    }
  }
}
