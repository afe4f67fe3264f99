// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.embedded;

import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.feed.ChangeBatch;
import dev.brindle.datastore.feed.ChangeBatch.Entry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The last writes of this process, as long as nobody else's are between them: feeds of this
/// process hear of them without a look into the file, in which they would find the same.
///
/// For many threads.
final class OwnWrites {

  private static final int MOST = 64;

  /// Of revisions without a gap.
  private final Deque<Entry> run = new ArrayDeque<>();

  /// Belongs into the turn of who wrote, so that writes are noted in the order of their revisions.
  ///
  /// @param written the revision of each, and what is there since
  synchronized void note(Entry written) {
    if (!run.isEmpty() && written.revision() != run.getLast().revision() + 1) {
      run.clear();
    }
    run.addLast(written);
    if (run.size() > MOST) {
      run.removeFirst();
    }
  }

  /// What changed since a revision, up to the last write.
  ///
  /// @return empty if that is not known, or nothing has: somebody else may have written then
  synchronized Optional<ChangeBatch> since(long start, Set<ResourceKind> kinds) {
    boolean isKnown =
        !run.isEmpty()
            && start >= run.getFirst().revision() - 1
            && start < run.getLast().revision();
    return isKnown
        ? Optional.of(new ChangeBatch(run.getLast().revision(), false, newest(start, kinds)))
        : Optional.empty();
  }

  private List<Entry> newest(long start, Collection<ResourceKind> kinds) {
    Map<ResourceKey, Entry> newest = new LinkedHashMap<>();
    for (Entry each : run) {
      if (each.revision() > start && kinds.contains(each.key().kind())) {
        newest.remove(each.key()); // a later one has its place behind those before it
        newest.put(each.key(), each);
      }
    }
    return new ArrayList<>(newest.values());
  }
}
