// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes;

import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.kubernetes.StoredObjects.Found;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/// Objects of IPAM, and pods with an endpoint, as they were read last: who reads one changes it
/// next, and need not read it once more for the fields that we do not know. It is written under the
/// revision that it was read at, so one that is out of date is refused by the server. Safe for many
/// threads.
final class LatelyRead {

  private static final Set<ResourceKind> KINDS =
      Set.of(
          ResourceKind.IPAM_BLOCK,
          ResourceKind.IPAM_HANDLE,
          ResourceKind.BLOCK_AFFINITY,
          ResourceKind.WORKLOAD_ENDPOINT);

  /// A few for each CNI call that is under way.
  private static final int MOST = 32;

  /// The latest is last.
  private final SequencedMap<ResourceKey, Found> objects = new LinkedHashMap<>();

  synchronized void remember(Found found) {
    ResourceKey key = found.resource().key();
    if (KINDS.contains(key.kind())) {
      objects.putLast(key, found);
      if (objects.size() > MOST) {
        objects.pollFirstEntry();
      }
    }
  }

  /// For one write.
  ///
  /// @return empty if it is not known as of that revision
  synchronized Optional<Found> take(ResourceKey key, String revision) {
    return Optional.ofNullable(objects.remove(key))
        .filter(found -> found.resource().metadata().resourceVersion().equals(revision));
  }
}
