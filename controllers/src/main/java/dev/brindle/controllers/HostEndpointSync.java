// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import dev.brindle.api.resource.HostEndpoint;
import dev.brindle.api.resource.KubeControllersConfiguration.HostEndpoints;
import dev.brindle.controllers.hostendpoint.HostEndpointPlan;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.WriteResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes, changes and removes the host endpoints that nobody made by hand.
final class HostEndpointSync {

  private static final Logger LOG = LoggerFactory.getLogger(HostEndpointSync.class);

  private final Cluster cluster;
  private final Datastore store;

  HostEndpointSync(Cluster cluster, Datastore store) {
    this.cluster = cluster;
    this.store = store;
  }

  /// @return what could not be done; it is tried again
  List<String> sync(Optional<HostEndpoints> settings) {
    HostEndpointPlan plan =
        HostEndpointPlan.between(cluster.nodes(), cluster.hostEndpoints(), settings);
    List<String> problems = new ArrayList<>(plan.complaints());
    for (HostEndpoint wanted : plan.create()) {
      said("created", wanted, store.create(wanted)).ifPresent(problems::add);
    }
    for (HostEndpoint wanted : plan.update()) {
      said("updated", wanted, store.update(wanted)).ifPresent(problems::add);
    }
    for (HostEndpoint gone : plan.remove()) {
      String revision = gone.metadata().resourceVersion();
      said("removed", gone, store.delete(gone.key(), revision)).ifPresent(problems::add);
    }
    return problems;
  }

  private static Optional<String> said(String what, HostEndpoint endpoint, WriteResult result) {
    return switch (result) {
      case WriteResult.Written _ -> {
        LOG.info("{} is {}", endpoint.key(), what);
        yield Optional.empty();
      }
      case WriteResult.Conflict _, WriteResult.AlreadyThere _ ->
          Optional.of("%s is not %s: somebody else was faster".formatted(endpoint.key(), what));
      case WriteResult.Missing _ -> Optional.empty(); // what is to be is compared anew
    };
  }
}
