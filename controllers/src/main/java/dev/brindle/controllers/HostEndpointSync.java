// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import dev.brindle.api.resource.KubeControllersConfiguration.HostEndpoints;
import dev.brindle.controllers.hostendpoint.HostEndpointPlan;
import dev.brindle.datastore.Datastore;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

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
    var steps = new Steps(LOG, Level.INFO);
    plan.create().forEach(it -> steps.write(it.key(), "created", () -> store.create(it)));
    plan.update().forEach(it -> steps.write(it.key(), "updated", () -> store.update(it)));
    plan.remove()
        .forEach(
            it -> {
              String revision = it.metadata().resourceVersion();
              steps.write(it.key(), "removed", () -> store.delete(it.key(), revision));
            });
    return Stream.concat(plan.complaints().stream(), steps.failures().stream()).toList();
  }
}
