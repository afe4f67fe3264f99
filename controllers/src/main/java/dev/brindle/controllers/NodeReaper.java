// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.Resource;
import dev.brindle.controllers.kubernetes.GoneNodes;
import dev.brindle.controllers.kubernetes.NodeLabels;
import dev.brindle.controllers.leak.Known;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.WriteResult;
import dev.brindle.ipam.Allocator;
import dev.brindle.ipam.NodeRemoval;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has Calico's nodes follow those of Kubernetes where they are stored by themselves: one that is
/// gone there goes here, with all it held, and labels are what they are there.
final class NodeReaper {

  private static final Logger LOG = LoggerFactory.getLogger(NodeReaper.class);

  private final Cluster cluster;
  private final Datastore store;
  private final Allocator allocator;

  NodeReaper(Cluster cluster, Datastore store, Allocator allocator) {
    this.cluster = cluster;
    this.store = store;
    this.allocator = allocator;
  }

  /// @return what could not be done; it is tried again
  List<String> reap() {
    List<String> problems = new ArrayList<>();
    for (CalicoNode node : GoneNodes.of(cluster.nodes(), cluster.kubernetesNames())) {
      remove(node).ifPresent(problems::add);
    }
    return problems;
  }

  /// What was heard of it may be late, here as there.
  private Optional<String> remove(CalicoNode heard) {
    Optional<CalicoNode> node = store.get(heard.key()).map(CalicoNode.class::cast);
    boolean isGone =
        node.flatMap(Known::inKubernetes)
            .filter(reference -> !cluster.isInKubernetes(reference))
            .isPresent();
    if (!isGone) {
      return Optional.empty();
    }
    CalicoNode found = node.orElseThrow();
    NodeRemoval.takeBack(store, allocator, found);
    WriteResult result = store.delete(found.key(), found.metadata().resourceVersion());
    if (result instanceof WriteResult.Conflict) {
      return Optional.of(found.key() + " was changed while it was to be removed");
    }
    LOG.info("{} is gone from Kubernetes: it is removed, with all it held", found.key());
    return Optional.empty();
  }

  /// @return what could not be done; it is tried again
  List<String> syncLabels() {
    Map<String, CalicoNode> theirs = new HashMap<>();
    cluster.kubernetesNodes().forEach(node -> theirs.put(node.metadata().name(), node));
    List<String> problems = new ArrayList<>();
    for (CalicoNode ours : cluster.nodes()) {
      Known.inKubernetes(ours)
          .flatMap(reference -> Optional.ofNullable(theirs.get(reference)))
          .flatMap(there -> NodeLabels.synced(ours, there))
          .flatMap(this::write)
          .ifPresent(problems::add);
    }
    return problems;
  }

  private Optional<String> write(Resource changed) {
    if (store.update(changed) instanceof WriteResult.Conflict) {
      return Optional.of("labels of %s: somebody else was faster".formatted(changed.key()));
    }
    LOG.debug("{} has the labels that it has in Kubernetes", changed.key());
    return Optional.empty();
  }
}
