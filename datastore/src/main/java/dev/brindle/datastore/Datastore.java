// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore;

import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.ClusterInformation;
import dev.brindle.api.resource.IpamNames;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Reads, writes and watches resources. Safe for many threads, and for many processes on one store.
///
/// Every write gives a resource a new revision, in its `metadata.resourceVersion`; revisions of one
/// store grow. Writing is by compare and set: who was slower gets a `Conflict` and decides again.
public interface Datastore extends AutoCloseable {

  /// @throws DatastoreException if the store could not be asked
  Optional<Resource> get(ResourceKey key);

  /// All of a kind, ordered by namespace and name.
  ///
  /// @throws DatastoreException if the store could not be asked
  List<Resource> list(ResourceKind kind);

  /// The same, with the revision of the store that it shows.
  ///
  /// @throws DatastoreException if the store could not be asked
  default Listing listing(ResourceKind kind) {
    return new Listing(list(kind), "");
  }

  /// Those of a kind whose names begin so, in the same order. Costs no more for all the others.
  ///
  /// @throws DatastoreException if the store could not be asked
  default List<Resource> list(ResourceKind kind, String namePrefix) {
    return list(kind).stream()
        .filter(resource -> resource.metadata().name().startsWith(namePrefix))
        .toList();
  }

  /// The claims on blocks of one owner: a node, or what holds blocks in place of one. Costs no more
  /// for all the others.
  ///
  /// @throws DatastoreException if the store could not be asked
  default List<Resource> affinitiesOf(String owner) {
    return list(ResourceKind.BLOCK_AFFINITY, IpamNames.affinityPrefix(owner)).stream()
        .filter(each -> ((BlockAffinity) each).spec().node().equals(owner))
        .toList();
  }

  /// What is said of a pod besides its endpoint; nothing where no Kubernetes says anything.
  ///
  /// @return empty if Kubernetes has no such pod
  /// @throws DatastoreException if the store could not be asked
  default Optional<PodNotes> podNotes(String namespace, String pod) {
    return Optional.of(PodNotes.NONE);
  }

  /// The same of what feeds have heard, for who cannot ask now: never waits. Annotations of others
  /// than `cni.projectcalico.org/` are left out. Whether there is such a pod is not said: who has a
  /// feed of endpoints knows it.
  ///
  /// @return empty if the feeds have not heard of its namespace
  default Optional<PodNotes> heardNotes(String namespace, String pod) {
    return Optional.of(PodNotes.NONE);
  }

  /// Whether it knows Kubernetes' services and who is behind them; elsewhere nobody can say.
  default boolean hasServices() {
    return false;
  }

  /// Whether addresses of pods are ours to assign, and the records of who has which are here. With
  /// Kubernetes' `usePodCIDR` another plugin assigns them on each node.
  default boolean hasIpam() {
    return true;
  }

  /// Kubernetes' own word on nodes, where the store is Kubernetes.
  default Optional<KubernetesNodes> kubernetesNodes() {
    return Optional.empty();
  }

  /// Where services are told their addresses; empty where there is no Kubernetes.
  default Optional<KubernetesServices> kubernetesServices() {
    return Optional.empty();
  }

  /// Where people are told of pods, where the store is Kubernetes.
  default Optional<PodEvents> podEvents() {
    return Optional.empty();
  }

  /// What feeds leave out of resources of a kind, or leave out altogether, as it is now. Only of
  /// kinds that a feed is open for; where resources are stored as they are there is none.
  default List<Unread> unread(ResourceKind kind) {
    return List.of();
  }

  /// Where nodes say how they are; empty where nobody looks for it, as in Calico.
  default Optional<StatusReports> statusReports() {
    return Optional.empty();
  }

  /// How kubeadm has set up the cluster; empty where it has not, or where nobody may tell us.
  ///
  /// @throws DatastoreException if the store could not be asked, or what it says cannot be read
  default Optional<Kubeadm> kubeadm() {
    return Optional.empty();
  }

  /// Where resources wait for controllers before they go: Calico's native custom resources; empty
  /// elsewhere.
  ///
  /// @throws DatastoreException if the store could not be asked
  default Optional<Finalizers> finalizers() {
    return Optional.empty();
  }

  /// Who leads those of whom one only may work.
  ///
  /// @param namespace where Kubernetes has them; of no meaning elsewhere
  /// @throws UnsupportedOperationException for a view of a store that has none of its own
  default Leases leases(String namespace) {
    throw new UnsupportedOperationException("%s keeps no leases".formatted(this));
  }

  /// Stores what is not there yet. Sets the revision, the uid and the time of creation; those given
  /// are
  /// ignored.
  ///
  /// @return `Written` or `AlreadyThere`
  /// @throws DatastoreException if the store could not be asked; it may or may not be written
  WriteResult create(Resource resource);

  /// Replaces what has the revision in the resource's metadata. The uid and the time of creation
  /// stay; the revision may, where nothing changes.
  ///
  /// @return `Written`, `Conflict` or `Missing`
  /// @throws IllegalArgumentException if the metadata has no revision
  /// @throws DatastoreException if the store could not be asked; it may or may not be written
  WriteResult update(Resource resource);

  /// Like `update`, for programs that say how a resource is doing: of what is there only the status
  /// becomes another, where the store keeps it apart from what people wish.
  ///
  /// @return as `update` does
  /// @throws IllegalArgumentException if the metadata has no revision
  /// @throws DatastoreException if the store could not be asked; it may or may not be written
  default WriteResult updateStatus(Resource resource) {
    return update(resource);
  }

  /// Moves policies of the default tier that an older Calico stored as `default.NAME` to the place
  /// that they have today. They stay in force for who knows both places; it may be said again after
  /// a failure.
  ///
  /// @param permit is asked before each policy, and throws where no more are to be moved
  /// @return how many were moved
  /// @throws DatastoreException if the store could not be asked; some may be moved
  default int movePolicies(Runnable permit) {
    return 0; // no older writer was ever here
  }

  /// For who would have to undo much before it learns that the resource itself stays.
  ///
  /// @throws DatastoreException if what has this key is never removed by way of this store
  default void requireRemovable(ResourceKey key) {}

  /// Removes a resource, whatever its revision.
  ///
  /// @return `Written` with what was removed, or `Missing`
  /// @throws DatastoreException if the store could not be asked; it may or may not be removed
  WriteResult delete(ResourceKey key);

  /// Removes a resource that still has this revision.
  ///
  /// @return `Written` with what was removed, `Conflict` or `Missing`
  /// @throws DatastoreException if the store could not be asked; it may or may not be removed
  WriteResult delete(ResourceKey key, String revision);

  /// Asks whether the store works now; changes nothing. May take long if it does not.
  ///
  /// @throws DatastoreException saying why it does not
  default void check() {
    get(ResourceKey.of(ResourceKind.CLUSTER_INFORMATION, ClusterInformation.DEFAULT));
  }

  /// Tells of all resources of some kinds: first all there are, then one in-sync mark, then every
  /// change
  /// for ever. An error is the feed's own business: it tries again, and the listener gets whatever
  /// differs from what it knew. All calls come from one thread, one at a time.
  Feed feed(Collection<ResourceKind> kinds, FeedListener listener);

  /// The same for who needs endpoints of pods of one node only: a store that can ask for them tells
  /// of no others, and they cost nothing.
  default Feed feedOfNode(Collection<ResourceKind> kinds, String node, FeedListener listener) {
    return feed(kinds, listener);
  }

  @Override
  void close();
}
