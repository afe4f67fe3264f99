// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore;

import dev.brindle.api.resource.KubernetesService;
import dev.brindle.api.resource.KubernetesService.Ingress;
import java.time.Instant;
import java.util.List;

/// What Kubernetes is told of services.
public interface KubernetesServices {

  /// What those who look at a service are to read.
  ///
  /// @param reason one word, for programs
  /// @param message for people
  record Remark(String reason, String message) {}

  /// Sets the ways in that a service's status names. Those that are there already keep what else is
  /// said of them.
  ///
  /// @param service as it was read
  /// @return whether it is so now; false if the service has changed since, or is gone
  /// @throws DatastoreException if Kubernetes could not be asked; it may or may not be said
  boolean offer(KubernetesService service, List<Ingress> ways);

  /// Warns of a service by an event, which Kubernetes forgets after a while.
  ///
  /// @throws DatastoreException if Kubernetes could not be asked; it may or may not be said
  void warn(KubernetesService service, Remark remark, Instant now);
}
