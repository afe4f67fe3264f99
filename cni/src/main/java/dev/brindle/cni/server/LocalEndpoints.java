// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.datastore.PodNotes;
import java.util.Optional;

/// What felix knows of this node's pods from what the store told last, and what it takes from us in
/// place of the store. Nothing here asks the store.
public interface LocalEndpoints {

  /// What the store told of an endpoint.
  Optional<WorkloadEndpoint> told(ResourceKey endpoint);

  /// Whether policy goes by what the store told of the Pod, and not by notes: then an endpoint that
  /// is put is nothing before the Pod was told.
  boolean isOfPods();

  /// What is said of a pod besides; empty if nobody has told of the pod who would have.
  Optional<PodNotes> notes(ResourceKey endpoint, String namespace, String pod);

  /// Has an endpoint count until the store tells the same, or it is `stored`, or removed.
  void put(WorkloadEndpoint endpoint);

  /// The store has one that was put, as it is here: once the store has told of that, or of what
  /// came after, it counts no more.
  void stored(WorkloadEndpoint written);

  /// Of that container. It is no error if there is none.
  void remove(ResourceKey endpoint, String containerId);
}
