// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.ClusterInformation;
import dev.brindle.api.resource.HostEndpoint;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.IpReservation;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.Tier;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.api.resource.WorkloadEndpointName;
import dev.brindle.controllers.kubernetes.PodFacts;
import dev.brindle.controllers.leak.Known;
import dev.brindle.controllers.leak.Leak;
import dev.brindle.controllers.leak.PodUse;
import dev.brindle.datastore.Datastore;
import dev.brindle.ipam.block.Block;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What there is: in Calico's store, and in Kubernetes, which says which nodes and pods there are.
/// Where Kubernetes is Calico's store both are one.
final class Cluster implements AutoCloseable {

  private static final String INSIDE = "eth0";

  private static final List<ResourceKind> CALICOS =
      List.of(
          ResourceKind.CLUSTER_INFORMATION,
          ResourceKind.HOST_ENDPOINT,
          ResourceKind.IPAM_BLOCK,
          ResourceKind.IP_POOL,
          ResourceKind.IP_RESERVATION,
          ResourceKind.NODE,
          ResourceKind.TIER);

  private static final List<ResourceKind> KUBERNETES =
      List.of(ResourceKind.NODE, ResourceKind.WORKLOAD_ENDPOINT);

  private final Datastore calico;
  private final Datastore kubernetes;
  private final boolean hasNodesOfItsOwn;
  private final Watched ours;
  private final Watched theirs;
  private final PodTable podTable = new PodTable();
  private volatile Watched.News news = (_, _) -> {};

  /// Begins to watch.
  ///
  /// @param apart Kubernetes, where that is not Calico's store
  Cluster(Datastore calico, Optional<Datastore> apart) {
    this.calico = calico;
    this.kubernetes = apart.orElse(calico);
    this.hasNodesOfItsOwn = apart.isPresent();
    Watched.News tell = (kind, isGone) -> news.of(kind, isGone);
    if (apart.isPresent()) {
      this.ours = new Watched(calico, CALICOS, tell);
      this.theirs = new Watched(kubernetes, KUBERNETES, _ -> true, Optional.of(podTable), tell);
    } else {
      List<ResourceKind> all =
          Stream.concat(CALICOS.stream(), KUBERNETES.stream()).distinct().toList();
      this.ours = new Watched(calico, all, tell);
      this.theirs = ours;
    }
  }

  /// @param listener is told of each change from now on, and must return at once
  void onNews(Watched.News listener) {
    news = listener;
  }

  /// @param listener is told when a pod says something else of itself, and must return at once;
  ///     only where pods are not the endpoints themselves
  void onPods(Runnable listener) {
    podTable.onNews(listener);
  }

  /// What pods say of themselves; none where they are the endpoints.
  Map<ResourceKey, PodFacts> podFacts() {
    return podTable.facts();
  }

  /// The same of some pods.
  Map<ResourceKey, PodFacts> podFacts(Set<PodTable.Pod> pods) {
    return podTable.facts(pods);
  }

  /// Who said something else of himself since it was asked last.
  Set<PodTable.Pod> takeChangedPods() {
    return podTable.takeChanged();
  }

  /// Whether Calico's nodes are stored by themselves, and not made from those of Kubernetes.
  boolean hasNodesOfItsOwn() {
    return hasNodesOfItsOwn;
  }

  /// Whether addresses are Calico's to give, and not each node's own (`usePodCIDR`).
  boolean hasIpam() {
    return calico.hasIpam();
  }

  /// Why nothing may be taken back now; none if it may.
  List<String> obstacles() {
    List<String> unknown =
        Stream.of(ours.obstacle(), theirs.obstacle()).flatMap(Optional::stream).distinct().toList();
    if (!unknown.isEmpty()) {
      return unknown;
    }
    if (!isReady()) {
      return List.of("the store is locked (datastoreReady is false)");
    }
    // more likely a fault, or the wrong cluster, than the truth
    return kubernetesNodes().isEmpty()
        ? List.of("Kubernetes has no nodes at all: nothing is concluded from that")
        : List.of();
  }

  private boolean isReady() {
    return ours.all(ResourceKind.CLUSTER_INFORMATION, ClusterInformation.class).stream()
        .allMatch(found -> found.spec().datastoreReady().orElse(true));
  }

  List<CalicoNode> nodes() {
    return ours.all(ResourceKind.NODE, CalicoNode.class);
  }

  List<CalicoNode> kubernetesNodes() {
    return theirs.all(ResourceKind.NODE, CalicoNode.class);
  }

  List<String> kubernetesNames() {
    return kubernetesNodes().stream().map(node -> node.metadata().name()).toList();
  }

  List<HostEndpoint> hostEndpoints() {
    return ours.all(ResourceKind.HOST_ENDPOINT, HostEndpoint.class);
  }

  List<Block> blocks() {
    return ours.all(ResourceKind.IPAM_BLOCK, IpamBlock.class).stream().map(Block::new).toList();
  }

  List<IpPool> pools() {
    return ours.all(ResourceKind.IP_POOL, IpPool.class);
  }

  List<Tier> tiers() {
    return ours.all(ResourceKind.TIER, Tier.class);
  }

  List<IpReservation> reservations() {
    return ours.all(ResourceKind.IP_RESERVATION, IpReservation.class);
  }

  List<PodUse> pods() {
    return theirs.pods();
  }

  Known known() {
    return new Known(pods(), nodes(), kubernetesNames());
  }

  // ---- asked anew, before something is done that cannot be undone

  /// Whether a node is still none that Kubernetes has. What was heard of it may be late.
  boolean isStillGone(String calicoName, Known known) {
    String name = known.inKubernetes(calicoName);
    if (isInKubernetes(name)) {
      return false;
    }
    Optional<CalicoNode> stored =
        calico.get(ResourceKey.of(ResourceKind.NODE, calicoName)).map(CalicoNode.class::cast);
    return stored.isEmpty()
        || Known.inKubernetes(stored.get())
            .filter(reference -> !isInKubernetes(reference))
            .isPresent();
  }

  boolean isInKubernetes(String node) {
    return kubernetes.get(ResourceKey.of(ResourceKind.NODE, node)).isPresent();
  }

  /// Whether a pod's address is still not its own.
  boolean isStillUnused(Leak leak, Known known) {
    if (leak.node().isEmpty()) {
      return kubernetes.podNotes(leak.namespace(), leak.pod()).isEmpty();
    }
    IpAddress address = leak.holding().address();
    return endpointKey(leak, known)
        .filter(key -> kubernetes.get(key).filter(found -> use(found).mayHave(address)).isEmpty())
        .isPresent();
  }

  private static PodUse use(Resource endpoint) {
    return PodUse.of((WorkloadEndpoint) endpoint);
  }

  /// Empty for names that no pod can have, of which nothing is known.
  private static Optional<ResourceKey> endpointKey(Leak leak, Known known) {
    try {
      String name = WorkloadEndpointName.ofPod(known.inKubernetes(leak.node()), leak.pod(), INSIDE);
      return Optional.of(new ResourceKey(ResourceKind.WORKLOAD_ENDPOINT, leak.namespace(), name));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    ours.close();
    if (hasNodesOfItsOwn) {
      theirs.close();
    }
  }
}
