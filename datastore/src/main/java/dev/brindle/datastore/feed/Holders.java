// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.feed;

import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.feed.ChangeBatch.Entry;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which places hold a policy: while it is moved from the name that older writers gave it to its
/// own there are two of them, and the end of the old one is not the end of the policy.
public final class Holders {

  /// The kinds whose resources may be under another name than their own.
  private static final Set<ResourceKind> MOVED =
      Set.of(
          ResourceKind.NETWORK_POLICY,
          ResourceKind.GLOBAL_NETWORK_POLICY,
          ResourceKind.STAGED_NETWORK_POLICY,
          ResourceKind.STAGED_GLOBAL_NETWORK_POLICY);

  /// What each place says, the last that was told at the end.
  private final Map<ResourceKey, LinkedHashMap<String, Entry>> holders = new HashMap<>();

  public void clear() {
    holders.clear();
  }

  /// A place holds a resource.
  public void hold(String place, Entry entry) {
    if (MOVED.contains(entry.key().kind())) {
      holders.computeIfAbsent(entry.key(), _ -> new LinkedHashMap<>()).putLast(place, entry);
    }
  }

  /// A place holds it no more.
  ///
  /// @return what to tell: that it is gone, or what it is where it still is
  public Entry leave(String place, Entry gone) {
    LinkedHashMap<String, Entry> places = holders.get(gone.key());
    if (places == null) {
      return gone;
    }
    places.remove(place);
    Optional<Entry> left = Optional.ofNullable(places.lastEntry()).map(Map.Entry::getValue);
    if (left.isEmpty()) {
      holders.remove(gone.key());
    }
    return left.orElse(gone);
  }
}
