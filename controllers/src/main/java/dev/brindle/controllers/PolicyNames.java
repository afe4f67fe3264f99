// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.KubernetesNodes;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Has policies of the default tier that a Calico before v3.32 stored as `default.NAME` stored as
/// `NAME`: once, when it begins to lead or the setting becomes Enabled. Nodes of ours read both
/// names. An older node of Calico takes the end of the old name for the end of the policy, so as
/// long as any node of Calico's runs nothing is moved.
final class PolicyNames {

  private static final Logger LOG = LoggerFactory.getLogger(PolicyNames.class);

  private final Cluster cluster;
  private final Datastore store;
  private final Datastore kubernetes;
  private final AtomicInteger moved = new AtomicInteger();
  private boolean isDone;

  /// @param store refuses writes when another leads
  /// @param kubernetes says which pods run; the same where that is Calico's store
  PolicyNames(Cluster cluster, Datastore store, Datastore kubernetes) {
    this.cluster = cluster;
    this.store = store;
    this.kubernetes = kubernetes;
  }

  /// @return what could not be done; it is tried again
  List<String> move(boolean isWanted) {
    if (!isWanted || isDone) {
      isDone = isWanted;
      return List.of();
    }
    List<String> obstacles = cluster.obstacles();
    if (!obstacles.isEmpty()) {
      return obstacles;
    }
    List<String> agents =
        kubernetes.kubernetesNodes().map(KubernetesNodes::calicoAgents).orElse(List.of());
    if (!agents.isEmpty()) {
      return List.of(
          "policies keep the names that an older Calico gave them while nodes of Calico's run,"
              + " which could lose them: %s".formatted(some(agents)));
    }
    int now = store.movePolicies(this::permit);
    isDone = true;
    moved.addAndGet(now);
    LOG.atLevel(now > 0 ? Level.INFO : Level.DEBUG)
        .log("{} policies of the default tier are stored under the names of today now", now);
    return List.of();
  }

  private static String some(List<String> agents) {
    String first = agents.stream().sorted().findFirst().orElseThrow();
    return agents.size() == 1 ? first : "%s and %d others".formatted(first, agents.size() - 1);
  }

  /// Before each: somebody may lock the store at any time.
  private void permit() {
    List<String> obstacles = cluster.obstacles();
    if (!obstacles.isEmpty()) {
      throw new DatastoreException(
          "no more policies get the names of today: " + String.join(", ", obstacles));
    }
  }

  /// How many were moved since it leads, but for rounds that failed.
  int moved() {
    return moved.get();
  }
}
