// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore;

import dev.brindle.api.net.IpAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What Kubernetes itself says of nodes, and is told of them.
public interface KubernetesNodes {

  /// Whether pods may be put on a node, as far as its network goes: the condition
  /// `NetworkUnavailable`.
  ///
  /// @param isAvailable false puts a taint on the node
  /// @param reason one word for programs
  /// @param message for people
  record Network(boolean isAvailable, String reason, String message) {}

  /// The node's addresses of type `InternalIP`, in Kubernetes' order.
  ///
  /// @return empty if Kubernetes has no such node
  /// @throws DatastoreException if Kubernetes could not be asked
  Optional<List<IpAddress>> internalAddresses(String node);

  /// The API server's clock, to a second.
  ///
  /// @return empty if it does not say
  /// @throws DatastoreException if Kubernetes could not be asked
  default Optional<Instant> clock() {
    return Optional.empty();
  }

  /// The pods of Calico's own agent, `namespace/name`, whatever their version: they read the same
  /// policies as we do.
  ///
  /// @throws DatastoreException if Kubernetes could not be asked
  default List<String> calicoAgents() {
    return List.of();
  }

  /// Says how the network of a node is. All other conditions of the node stay as they are.
  ///
  /// @return whether Kubernetes has such a node
  /// @throws DatastoreException if Kubernetes could not be asked; it may or may not be said
  boolean say(String node, Network network, Instant now);
}
