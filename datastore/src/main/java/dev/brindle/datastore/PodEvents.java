// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore;

import java.time.Instant;

/// What people find beside a pod of Kubernetes: its Events.
public interface PodEvents {

  /// Which pod is meant.
  ///
  /// @param uid empty for whichever has that name
  record Pod(String namespace, String name, String uid) {}

  /// @param node who says it
  /// @param reason one word for programs
  /// @param message for people
  record Warning(String node, String reason, String message) {}

  /// Adds a warning to what `kubectl describe pod` shows for the next hour.
  ///
  /// @return whether Kubernetes has such a pod
  /// @throws DatastoreException if Kubernetes could not be asked; it may or may not be said
  boolean warn(Pod pod, Warning warning, Instant now);
}
