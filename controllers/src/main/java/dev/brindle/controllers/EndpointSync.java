// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.controllers.kubernetes.EndpointPlan;
import dev.brindle.controllers.kubernetes.EndpointPlan.Stale;
import dev.brindle.controllers.leak.Known;
import dev.brindle.datastore.Datastore;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Has endpoints say what their pods say, where pods are not the endpoints themselves: else a label
/// that a pod is given later selects nothing. Makes and removes none.
final class EndpointSync implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EndpointSync.class);

  /// What one endpoint could not is tried again so soon.
  private static final Duration RETRY = Duration.ofSeconds(30);

  private final Datastore store;
  private final Cluster cluster;
  private final PodTable ours = new PodTable();
  private final Watched watched;
  private volatile List<String> failures = List.of();

  /// What was changed may not be all there is to do: at the beginning, and when not all was done.
  private boolean isAllDue = true;

  private Map<String, String> lastNodes = Map.of();
  private long lastAll;
  private volatile Duration usual = Duration.ZERO;
  private volatile OptionalInt waiting = OptionalInt.empty();

  /// @param cluster knows pods
  /// @param news is told of each change, and must return at once
  EndpointSync(Datastore store, Cluster cluster, Runnable news) {
    this.store = store;
    this.cluster = cluster;
    ours.onNews(news);
    this.watched =
        new Watched(
            store,
            List.of(ResourceKind.WORKLOAD_ENDPOINT),
            _ -> true,
            Optional.of(ours),
            (_, _) -> {}); // the table tells
  }

  /// @return why nothing could be done
  List<String> sync() {
    Optional<String> unknown = watched.obstacle();
    if (unknown.isPresent()) {
      return List.of("endpoints do not follow their pods: " + unknown.get());
    }
    var steps = new Steps(LOG, Level.DEBUG);
    List<Stale> stale = due();
    waiting = OptionalInt.of(stale.size());
    for (int done = 1; done <= stale.size(); done++) {
      Stale each = stale.get(done - 1);
      steps.attempt(() -> write(each, steps));
      waiting = OptionalInt.of(stale.size() - done + steps.failures().size());
    }
    failures = steps.failures();
    isAllDue = !failures.isEmpty();
    if (!stale.isEmpty()) {
      LOG.info(
          "{} endpoints had not what their pods have, {} still have not",
          stale.size(),
          failures.size());
    }
    return steps.isInVain() ? failures : List.of();
  }

  /// Pods come and go all the time: of those that nobody spoke of since the last time nothing is to
  /// be done.
  private List<Stale> due() {
    Set<PodTable.Pod> changed = new HashSet<>(ours.takeChanged());
    changed.addAll(cluster.takeChangedPods());
    Map<String, String> nodes = nodes();
    long now = System.nanoTime();
    if (!isAllDue && nodes.equals(lastNodes) && now - lastAll < usual.toNanos()) {
      isAllDue = true; // until this round has ended well
      return EndpointPlan.stale(cluster.podFacts(changed), ours.facts(changed), nodes);
    }
    isAllDue = true;
    lastNodes = nodes;
    lastAll = now;
    return EndpointPlan.stale(cluster.podFacts(), ours.facts(), nodes);
  }

  private Map<String, String> nodes() {
    Map<String, String> nodes = new HashMap<>();
    for (CalicoNode node : cluster.nodes()) {
      Known.inKubernetes(node).ifPresent(name -> nodes.put(node.metadata().name(), name));
    }
    return nodes;
  }

  private Optional<String> write(Stale stale, Steps steps) {
    Optional<WorkloadEndpoint> stored =
        store.get(stale.endpoint()).map(WorkloadEndpoint.class::cast);
    boolean isAnother =
        stored.filter(it -> it.spec().containerID().equals(stale.container())).isEmpty();
    if (isAnother) {
      return Optional.empty(); // CNI has been there; that is news
    }
    WorkloadEndpoint wanted = stale.pod().on(stored.get());
    if (wanted.equals(stored.get())) {
      return Optional.empty();
    }
    return steps.outcome(wanted.key(), "given the labels of its pod", store.update(wanted));
  }

  /// What concerns some endpoints only.
  List<String> notes() {
    return failures;
  }

  /// After how long all is compared without news.
  Duration period(Duration usual) {
    this.usual = usual;
    return failures.isEmpty() || usual.compareTo(RETRY) < 0 ? usual : RETRY;
  }

  /// Whether all endpoints of a namespace have the labels of their pods, by which policies find
  /// them.
  Predicate<String> areUpToDate() {
    if (watched.obstacle().isPresent()) {
      return _ -> false;
    }
    Set<String> behind =
        EndpointPlan.stale(cluster.podFacts(), ours.facts(), nodes()).stream()
            .map(each -> each.pod().namespace())
            .collect(Collectors.toSet());
    return namespace -> !behind.contains(namespace);
  }

  /// How many had not what their pods have when they were compared last, and were not written
  /// since. Empty while they were never compared.
  OptionalInt waiting() {
    return waiting;
  }

  @Override
  public void close() {
    watched.close();
  }
}
