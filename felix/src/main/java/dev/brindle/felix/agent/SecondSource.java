// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.agent;

import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.WorkloadEndpoint;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Endpoints of this node that the store does not have yet, over what it says, until it says the
/// same, or more than that: of two changes only the second may be told. One thread changes it; what
/// the store told may be read by others.
final class SecondSource {

  private final String node;

  /// Of this node, as the store told.
  private final Map<ResourceKey, WorkloadEndpoint> told = new ConcurrentHashMap<>();

  private final Map<ResourceKey, Unstored> unstored = new HashMap<>();

  /// The revisions of those that the store has by now, and has not told yet.
  private final Map<ResourceKey, String> stored = new HashMap<>();

  SecondSource(String node) {
    this.node = node;
  }

  /// What an endpoint of this node is by the store alone.
  Optional<WorkloadEndpoint> told(ResourceKey key) {
    return Optional.ofNullable(told.get(key));
  }

  /// Takes in what the store tells.
  ///
  /// @return what counts
  Change tell(Change change) {
    ResourceKey key = change.key();
    if (key.kind() != ResourceKind.WORKLOAD_ENDPOINT) {
      return change;
    }
    Optional<WorkloadEndpoint> endpoint =
        change
            .value()
            .map(WorkloadEndpoint.class::cast)
            .filter(found -> found.spec().node().equals(node));
    endpoint.ifPresentOrElse(found -> told.put(key, found), () -> told.remove(key));
    Unstored over = unstored.get(key);
    if (over == null) {
      return change;
    }
    if (isTold(key, over, endpoint)) {
      forget(key);
    }
    return current(key);
  }

  /// @param told of the endpoint; empty if it is gone: after it was stored that is its own end, or
  ///     for a moment an older one's, whose news the write overtook
  private boolean isTold(ResourceKey key, Unstored over, Optional<WorkloadEndpoint> told) {
    Optional<String> revision = Optional.ofNullable(stored.get(key));
    return told.map(
            found ->
                over.isStoredAs(found)
                    || revision
                        .filter(
                            written ->
                                Revisions.isAtLeast(found.metadata().resourceVersion(), written))
                        .isPresent())
        .orElse(revision.isPresent());
  }

  private void forget(ResourceKey key) {
    unstored.remove(key);
    stored.remove(key);
  }

  /// @return what counts now
  Change put(Unstored endpoint) {
    ResourceKey key = endpoint.endpoint().key();
    forget(key);
    if (told(key).filter(endpoint::isStoredAs).isEmpty()) {
      unstored.put(key, endpoint);
    }
    return current(key);
  }

  /// The store has that container's under a revision.
  ///
  /// @return what counts now
  Change stored(ResourceKey key, String containerId, String revision) {
    Unstored found = unstored.get(key);
    if (found != null && found.endpoint().spec().containerID().equals(containerId)) {
      stored.put(key, revision);
      Optional<WorkloadEndpoint> told = told(key);
      if (told.isPresent() && isTold(key, found, told)) {
        forget(key);
      }
    }
    return current(key);
  }

  /// Of that container; another one's stays.
  ///
  /// @return what counts now
  Change remove(ResourceKey key, String containerId) {
    Unstored found = unstored.get(key);
    if (found != null && found.endpoint().spec().containerID().equals(containerId)) {
      forget(key);
    }
    return current(key);
  }

  private Change current(ResourceKey key) {
    Unstored over = unstored.get(key);
    return new Change(
        key, (over == null ? told(key) : over.over(told(key))).map(endpoint -> endpoint));
  }
}
