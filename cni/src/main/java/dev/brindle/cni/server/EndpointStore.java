// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static dev.brindle.cni.protocol.CniError.Code.GENERAL;
import static dev.brindle.cni.protocol.CniError.Code.TRY_AGAIN_LATER;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.ClusterInformation;
import dev.brindle.api.resource.Profile;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.api.resource.WorkloadEndpointName;
import dev.brindle.cni.pod.PodIdentity;
import dev.brindle.cni.protocol.CniException;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.PodEvents;
import dev.brindle.datastore.PodNotes;
import dev.brindle.datastore.WriteResult;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the datastore must know of pods.
final class EndpointStore {

  /// How often someone else may be faster before we give up.
  private static final int TRIES = 6;

  /// Between the segments of an endpoint's name.
  private static final char SEPARATOR = '-';

  private static final ResourceKey CLUSTER =
      ResourceKey.of(ResourceKind.CLUSTER_INFORMATION, ClusterInformation.DEFAULT);

  private final Datastore datastore;

  private final Datastore kubernetes;

  private final SharedQuestion readiness = new SharedQuestion(this::askWhetherReady);

  private volatile boolean isLocked;

  private volatile List<Cidr> podCidrs = List.of();

  /// @param kubernetes says what there is of a pod besides: the datastore itself, unless that is in
  ///     etcd
  EndpointStore(Datastore datastore, Datastore kubernetes) {
    this.datastore = datastore;
    this.kubernetes = kubernetes;
  }

  /// Whether the cluster was being set up, or locked, when it was last asked.
  boolean wasLocked() {
    return isLocked;
  }

  /// @throws CniException code 11 while the cluster is being set up, or its datastore is locked
  void checkReady() {
    readiness.ask();
  }

  private void askWhetherReady() {
    boolean isReady =
        datastore.get(CLUSTER).orElse(null) instanceof ClusterInformation cluster
            && cluster.spec().datastoreReady().orElse(false);
    isLocked = !isReady;
    if (!isReady) {
      throw new CniException(
          TRY_AGAIN_LATER,
          ("Calico is currently not ready to process requests: %s says datastoreReady is not true:"
                  + " 'datastore migrate unlock' ends a lock, and a cluster that is new is set up"
                  + " by the first node daemon")
              .formatted(CLUSTER));
    }
  }

  Optional<WorkloadEndpoint> find(ResourceKey key) {
    return datastore.get(key).map(WorkloadEndpoint.class::cast);
  }

  /// What is said of a pod besides.
  ///
  /// @throws CniException if there is no such pod
  PodNotes notes(PodIdentity pod) {
    return kubernetes
        .podNotes(pod.namespace(), pod.pod())
        .orElseThrow(
            () ->
                new CniException(
                    GENERAL, "pod %s is not known to Kubernetes: it was deleted".formatted(pod)));
  }

  /// Has people find a warning beside the pod, if Kubernetes still has it.
  ///
  /// @param uid Kubernetes' own of the pod; empty if nobody said it
  /// @return whether they will
  boolean warn(PodIdentity pod, String uid, String reason, String message, Instant now) {
    return kubernetes
        .podEvents()
        .filter(_ -> pod.isKubernetes())
        .filter(
            events ->
                events.warn(
                    new PodEvents.Pod(pod.namespace(), pod.pod(), uid),
                    new PodEvents.Warning(pod.node(), reason, message),
                    now))
        .isPresent();
  }

  /// Of the pod's namespace; none if Kubernetes has no such pod.
  Map<String, String> namespaceLabels(PodIdentity pod) {
    return kubernetes
        .podNotes(pod.namespace(), pod.pod())
        .map(PodNotes::namespaceLabels)
        .orElse(Map.of());
  }

  /// The networks that Kubernetes gave this node for its pods; none if it gave none. They are for
  /// good, so while the store is away what it said last counts.
  List<Cidr> podCidrs(String node) {
    try {
      podCidrs =
          datastore
              .get(ResourceKey.of(ResourceKind.NODE, node))
              .map(found -> ((CalicoNode) found).podCidrs())
              .orElse(List.of());
    } catch (DatastoreException e) {
      if (e.isRefusal() || podCidrs.isEmpty()) {
        throw e;
      }
    }
    return podCidrs;
  }

  /// Whether endpoints are not written, but made of Kubernetes' Pods: one of each.
  boolean isOfPods() {
    return datastore.hasServices();
  }

  /// Those on an interface of a node.
  List<WorkloadEndpoint> of(String node, String hostInterface) {
    return datastore
        .list(ResourceKind.WORKLOAD_ENDPOINT, WorkloadEndpointName.of(node) + SEPARATOR)
        .stream()
        .map(WorkloadEndpoint.class::cast)
        .filter(endpoint -> endpoint.spec().node().equals(node))
        .filter(endpoint -> endpoint.spec().interfaceName().equals(hostInterface))
        .toList();
  }

  /// Creates the endpoint, or puts it in place of an older one.
  ///
  /// @return as stored
  WorkloadEndpoint put(WorkloadEndpoint endpoint) {
    return put(endpoint, find(endpoint.key()));
  }

  /// @param known the older one, as it was read last
  /// @return as stored
  WorkloadEndpoint put(WorkloadEndpoint endpoint, Optional<WorkloadEndpoint> known) {
    Optional<String> revision = known.map(EndpointStore::revision);
    for (int attempt = 0; attempt < TRIES; attempt++) {
      WriteResult result =
          revision
              .map(old -> endpoint.withMetadata(endpoint.metadata().withResourceVersion(old)))
              .map(datastore::update)
              .orElseGet(() -> datastore.create(endpoint));
      switch (result) {
        case WriteResult.Written(Resource written) -> {
          return (WorkloadEndpoint) written;
        }
        case WriteResult.Conflict(Resource current) -> revision = Optional.of(revision(current));
        case WriteResult.AlreadyThere(Resource current) ->
            revision = Optional.of(revision(current));
        case WriteResult.Missing(_) -> revision = Optional.empty();
      }
    }
    throw contended(endpoint.key());
  }

  private static String revision(Resource resource) {
    return resource.metadata().resourceVersion();
  }

  /// Removes the endpoint if it is still that container's.
  void remove(ResourceKey key, String containerId) {
    remove(key, containerId, find(key));
  }

  /// @param known as it was read last
  void remove(ResourceKey key, String containerId, Optional<WorkloadEndpoint> known) {
    Optional<WorkloadEndpoint> endpoint = known;
    for (int attempt = 0; attempt < TRIES; attempt++) {
      endpoint = endpoint.filter(found -> found.spec().containerID().equals(containerId));
      if (endpoint.isEmpty()) {
        return;
      }
      if (!(datastore.delete(key, revision(endpoint.get()))
          instanceof WriteResult.Conflict(Resource current))) {
        return;
      }
      endpoint = Optional.of((WorkloadEndpoint) current);
    }
    throw contended(key);
  }

  private static CniException contended(ResourceKey key) {
    return new CniException(
        TRY_AGAIN_LATER,
        "%s: others changed it %d times while it was to be written".formatted(key, TRIES));
  }

  void createIfMissing(Profile profile) {
    if (datastore.get(profile.key()).isEmpty()) {
      WriteResult result = datastore.create(profile);
      if (!(result instanceof WriteResult.Written || result instanceof WriteResult.AlreadyThere)) {
        throw new IllegalStateException("creating %s gave %s".formatted(profile.key(), result));
      }
    }
  }
}
