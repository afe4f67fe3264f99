// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.podcidr;

import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.Feed;
import dev.brindle.datastore.FeedListener;
import dev.brindle.datastore.Finalizers;
import dev.brindle.datastore.Kubeadm;
import dev.brindle.datastore.KubernetesNodes;
import dev.brindle.datastore.KubernetesServices;
import dev.brindle.datastore.Leases;
import dev.brindle.datastore.Listing;
import dev.brindle.datastore.PodEvents;
import dev.brindle.datastore.PodNotes;
import dev.brindle.datastore.StatusReports;
import dev.brindle.datastore.Unread;
import dev.brindle.datastore.WriteResult;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/// A store with `usePodCIDR`: addresses of pods are assigned by a plugin on each node (host-local)
/// out of the networks that Kubernetes gave the node. Those stand for its blocks, so whoever makes
/// routes sees claims on them; records of our own IPAM are not to be seen and cannot be written.
public final class PodCidrDatastore implements Datastore {

  /// What is made from Nodes, or is of nobody here.
  static final Set<ResourceKind> OF_IPAM =
      EnumSet.of(ResourceKind.BLOCK_AFFINITY, ResourceKind.IPAM_BLOCK, ResourceKind.IPAM_HANDLE);

  private final Datastore real;

  /// @param real closed with this
  public PodCidrDatastore(Datastore real) {
    this.real = real;
  }

  @Override
  public boolean hasIpam() {
    return false;
  }

  // ---- reading

  @Override
  public Optional<Resource> get(ResourceKey key) {
    return OF_IPAM.contains(key.kind())
        ? list(key.kind()).stream().filter(each -> each.key().equals(key)).findFirst()
        : real.get(key).map(PodCidrDatastore::seen);
  }

  @Override
  public List<Resource> list(ResourceKind kind) {
    return OF_IPAM.contains(kind)
        ? ofIpam(kind, real.list(ResourceKind.NODE))
        : real.list(kind).stream().map(PodCidrDatastore::seen).toList();
  }

  @Override
  public Listing listing(ResourceKind kind) {
    if (OF_IPAM.contains(kind)) {
      Listing nodes = real.listing(ResourceKind.NODE);
      return new Listing(ofIpam(kind, nodes.resources()), nodes.revision());
    }
    Listing listing = real.listing(kind);
    return new Listing(
        listing.resources().stream().map(PodCidrDatastore::seen).toList(), listing.revision());
  }

  @Override
  public List<Resource> list(ResourceKind kind, String namePrefix) {
    return OF_IPAM.contains(kind)
        ? Datastore.super.list(kind, namePrefix)
        : real.list(kind, namePrefix).stream().map(PodCidrDatastore::seen).toList();
  }

  private static List<Resource> ofIpam(ResourceKind kind, List<Resource> nodes) {
    Stream<Resource> claims =
        nodes.stream().flatMap(node -> PodCidrViews.affinities((CalicoNode) node).stream());
    return kind == ResourceKind.BLOCK_AFFINITY
        ? claims.sorted(Comparator.comparing(Resource::key)).toList()
        : List.of();
  }

  private static Resource seen(Resource resource) {
    return resource instanceof CalicoNode node ? PodCidrViews.withTunnels(node) : resource;
  }

  @Override
  public Feed feed(Collection<ResourceKind> kinds, FeedListener listener) {
    return real.feed(asked(kinds), new PodCidrListener(Set.copyOf(kinds), listener));
  }

  @Override
  public Feed feedOfNode(Collection<ResourceKind> kinds, String node, FeedListener listener) {
    return real.feedOfNode(asked(kinds), node, new PodCidrListener(Set.copyOf(kinds), listener));
  }

  private static Set<ResourceKind> asked(Collection<ResourceKind> kinds) {
    Set<ResourceKind> asked = EnumSet.copyOf(kinds);
    asked.removeAll(OF_IPAM);
    asked.add(ResourceKind.NODE);
    return asked;
  }

  @Override
  public Optional<PodNotes> podNotes(String namespace, String pod) {
    return real.podNotes(namespace, pod);
  }

  @Override
  public List<Unread> unread(ResourceKind kind) {
    return real.unread(kind);
  }

  @Override
  public Optional<PodNotes> heardNotes(String namespace, String pod) {
    return real.heardNotes(namespace, pod);
  }

  @Override
  public boolean hasServices() {
    return real.hasServices();
  }

  @Override
  public Optional<KubernetesNodes> kubernetesNodes() {
    return real.kubernetesNodes();
  }

  @Override
  public Optional<KubernetesServices> kubernetesServices() {
    return real.kubernetesServices();
  }

  @Override
  public Optional<PodEvents> podEvents() {
    return real.podEvents();
  }

  @Override
  public Optional<StatusReports> statusReports() {
    return real.statusReports();
  }

  @Override
  public Optional<Kubeadm> kubeadm() {
    return real.kubeadm();
  }

  @Override
  public Optional<Finalizers> finalizers() {
    return real.finalizers();
  }

  @Override
  public Leases leases(String namespace) {
    return real.leases(namespace);
  }

  @Override
  public void check() {
    real.check();
  }

  // ---- writing

  @Override
  public WriteResult create(Resource resource) {
    return asSeen("create", resource.key(), store -> store.create(resource));
  }

  @Override
  public WriteResult update(Resource resource) {
    return asSeen("update", resource.key(), store -> store.update(resource));
  }

  @Override
  public WriteResult updateStatus(Resource resource) {
    return asSeen("update", resource.key(), store -> store.updateStatus(resource));
  }

  @Override
  public WriteResult delete(ResourceKey key) {
    return asSeen("delete", key, store -> store.delete(key));
  }

  @Override
  public WriteResult delete(ResourceKey key, String revision) {
    return asSeen("delete", key, store -> store.delete(key, revision));
  }

  @Override
  public int movePolicies(Runnable permit) {
    return real.movePolicies(permit);
  }

  @Override
  public void requireRemovable(ResourceKey key) {
    refuse("delete", key);
    real.requireRemovable(key);
  }

  private WriteResult asSeen(
      String verb, ResourceKey key, Function<Datastore, WriteResult> writing) {
    refuse(verb, key);
    return switch (writing.apply(real)) {
      case WriteResult.Written(var resource) -> new WriteResult.Written(seen(resource));
      case WriteResult.Conflict(var resource) -> new WriteResult.Conflict(seen(resource));
      case WriteResult.AlreadyThere(var resource) -> new WriteResult.AlreadyThere(seen(resource));
      case WriteResult.Missing missing -> missing;
    };
  }

  private static void refuse(String verb, ResourceKey key) {
    if (OF_IPAM.contains(key.kind())) {
      throw new DatastoreException(
          ("operation %s is not supported on %s: with usePodCIDR pods' addresses are those of"
                  + " spec.podCIDRs of Kubernetes' Nodes")
              .formatted(verb, key));
    }
  }

  @Override
  public void close() {
    real.close();
  }
}
