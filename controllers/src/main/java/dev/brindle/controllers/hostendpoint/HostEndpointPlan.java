// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.hostendpoint;

import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.HostEndpoint;
import dev.brindle.api.resource.KubeControllersConfiguration.HostEndpoints;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What leads from the host endpoints there are to those that the nodes are to have. Only what was
/// made by controllers is changed or removed.
///
/// @param update with the revisions they replace
/// @param remove as they are stored
/// @param complaints what cannot be done, in words for people
public record HostEndpointPlan(
    List<HostEndpoint> create,
    List<HostEndpoint> update,
    List<HostEndpoint> remove,
    List<String> complaints) {

  public HostEndpointPlan {
    create = List.copyOf(create);
    update = List.copyOf(update);
    remove = List.copyOf(remove);
    complaints = List.copyOf(complaints);
  }

  public static HostEndpointPlan between(
      Collection<CalicoNode> nodes,
      Collection<HostEndpoint> existing,
      Optional<HostEndpoints> settings) {
    Map<String, HostEndpoint> wanted = new TreeMap<>();
    List<String> complaints = new ArrayList<>();
    for (CalicoNode node : nodes) {
      try {
        AutoHostEndpoints.of(node, settings)
            .forEach(endpoint -> wanted.put(endpoint.metadata().name(), endpoint));
      } catch (IllegalArgumentException e) {
        // what is there of this node must not go for a word that cannot be read
        return new HostEndpointPlan(
            List.of(),
            List.of(),
            List.of(),
            List.of("automatic host endpoints stay as they are: " + e.getMessage()));
      }
    }
    List<HostEndpoint> update = new ArrayList<>();
    List<HostEndpoint> remove = new ArrayList<>();
    for (HostEndpoint there : existing) {
      Optional<HostEndpoint> like = Optional.ofNullable(wanted.remove(there.metadata().name()));
      if (!isOurs(there)) {
        like.ifPresent(
            _ ->
                complaints.add(
                    "%s is not made automatically: somebody made one of that name"
                        .formatted(there.key())));
      } else if (like.isEmpty()) {
        remove.add(there);
      } else {
        HostEndpoint changed = changed(there, like.get());
        if (!changed.equals(there)) {
          update.add(changed);
        }
      }
    }
    return new HostEndpointPlan(List.copyOf(wanted.values()), update, remove, complaints);
  }

  private static boolean isOurs(HostEndpoint endpoint) {
    return AutoHostEndpoints.CONTROLLERS.equals(
        endpoint.metadata().labels().get(AutoHostEndpoints.CREATED_BY));
  }

  private static HostEndpoint changed(HostEndpoint there, HostEndpoint wanted) {
    return new HostEndpoint(
        there
            .metadata()
            .withLabels(wanted.metadata().labels())
            .withAnnotations(wanted.metadata().annotations()),
        wanted.spec());
  }
}
