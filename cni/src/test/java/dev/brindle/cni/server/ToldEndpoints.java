// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.datastore.PodNotes;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// What felix was told, and by whom.
final class ToldEndpoints implements LocalEndpoints {

  final Map<ResourceKey, WorkloadEndpoint> told = new HashMap<>();
  final Map<ResourceKey, WorkloadEndpoint> unstored = new HashMap<>();

  /// What the store said of each pod; empty: nothing.
  Optional<PodNotes> notes = Optional.of(PodNotes.NONE);

  @Override
  public Optional<WorkloadEndpoint> told(ResourceKey endpoint) {
    return Optional.ofNullable(told.get(endpoint));
  }

  @Override
  public boolean isOfPods() {
    return false;
  }

  @Override
  public Optional<PodNotes> notes(ResourceKey endpoint, String namespace, String pod) {
    return notes;
  }

  @Override
  public void put(WorkloadEndpoint endpoint) {
    unstored.put(endpoint.key(), endpoint);
  }

  /// The store of a test has told of it by the time that it has written it.
  @Override
  public void stored(WorkloadEndpoint written) {
    remove(written.key(), written.spec().containerID());
  }

  @Override
  public void remove(ResourceKey endpoint, String containerId) {
    unstored.computeIfPresent(
        endpoint, (_, found) -> found.spec().containerID().equals(containerId) ? null : found);
  }
}
