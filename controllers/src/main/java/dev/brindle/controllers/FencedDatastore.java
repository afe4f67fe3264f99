// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import dev.brindle.api.resource.KubernetesService;
import dev.brindle.api.resource.KubernetesService.Ingress;
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
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// A store into which only the leader writes. What was decided while it led and is to be written
/// later is refused. A write that is already on its way may still arrive: it is by compare and set,
/// so it cannot undo what another leader has written since.
final class FencedDatastore implements Datastore {

  private final Datastore store;
  private final BooleanSupplier mayWrite;

  /// @param mayWrite is asked before each write, and must answer at once
  FencedDatastore(Datastore store, BooleanSupplier mayWrite) {
    this.store = store;
    this.mayWrite = mayWrite;
  }

  private void requireLeadership(String what, Object of) {
    if (!mayWrite.getAsBoolean()) {
      throw new DatastoreException("not the leader any more: does not %s %s".formatted(what, of));
    }
  }

  @Override
  public Optional<Resource> get(ResourceKey key) {
    return store.get(key);
  }

  @Override
  public List<Resource> list(ResourceKind kind) {
    return store.list(kind);
  }

  @Override
  public Listing listing(ResourceKind kind) {
    return store.listing(kind);
  }

  @Override
  public List<Resource> list(ResourceKind kind, String namePrefix) {
    return store.list(kind, namePrefix);
  }

  @Override
  public List<Resource> affinitiesOf(String owner) {
    return store.affinitiesOf(owner);
  }

  @Override
  public Optional<PodNotes> podNotes(String namespace, String pod) {
    return store.podNotes(namespace, pod);
  }

  @Override
  public Optional<PodNotes> heardNotes(String namespace, String pod) {
    return store.heardNotes(namespace, pod);
  }

  @Override
  public List<Unread> unread(ResourceKind kind) {
    return store.unread(kind);
  }

  @Override
  public boolean hasServices() {
    return store.hasServices();
  }

  @Override
  public boolean hasIpam() {
    return store.hasIpam();
  }

  @Override
  public Optional<KubernetesNodes> kubernetesNodes() {
    return store.kubernetesNodes();
  }

  @Override
  public Optional<PodEvents> podEvents() {
    return store.podEvents();
  }

  @Override
  public Optional<KubernetesServices> kubernetesServices() {
    return store
        .kubernetesServices()
        .map(
            real ->
                new KubernetesServices() {
                  @Override
                  public boolean offer(KubernetesService service, List<Ingress> ways) {
                    requireLeadership("set the addresses of", service.key());
                    return real.offer(service, ways);
                  }

                  @Override
                  public void warn(KubernetesService service, Remark remark, Instant now) {
                    requireLeadership("make an event of", service.key());
                    real.warn(service, remark, now);
                  }
                });
  }

  @Override
  public Optional<StatusReports> statusReports() {
    return store.statusReports();
  }

  @Override
  public Optional<Kubeadm> kubeadm() {
    return store.kubeadm();
  }

  @Override
  public Optional<Finalizers> finalizers() {
    return store
        .finalizers()
        .map(
            real ->
                (key, finalizer, isHeld) -> {
                  requireLeadership("write the finalizers of", key);
                  return real.set(key, finalizer, isHeld);
                });
  }

  @Override
  public Leases leases(String namespace) {
    return store.leases(namespace);
  }

  @Override
  public WriteResult create(Resource resource) {
    requireLeadership("create", resource.key());
    return store.create(resource);
  }

  @Override
  public WriteResult update(Resource resource) {
    requireLeadership("update", resource.key());
    return store.update(resource);
  }

  @Override
  public WriteResult updateStatus(Resource resource) {
    requireLeadership("update", resource.key());
    return store.updateStatus(resource);
  }

  @Override
  public int movePolicies(Runnable permit) {
    requireLeadership("move", "policies");
    return store.movePolicies(
        () -> {
          requireLeadership("move", "policies");
          permit.run();
        });
  }

  @Override
  public void requireRemovable(ResourceKey key) {
    store.requireRemovable(key);
  }

  @Override
  public WriteResult delete(ResourceKey key) {
    requireLeadership("delete", key);
    return store.delete(key);
  }

  @Override
  public WriteResult delete(ResourceKey key, String revision) {
    requireLeadership("delete", key);
    return store.delete(key, revision);
  }

  @Override
  public void check() {
    store.check();
  }

  @Override
  public Feed feed(Collection<ResourceKind> kinds, FeedListener listener) {
    return store.feed(kinds, listener);
  }

  @Override
  public Feed feedOfNode(Collection<ResourceKind> kinds, String node, FeedListener listener) {
    return store.feedOfNode(kinds, node, listener);
  }

  /// Leaves the store open: it is the caller's.
  @Override
  public void close() {}
}
