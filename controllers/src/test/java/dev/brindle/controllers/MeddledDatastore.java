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
import dev.brindle.datastore.KubernetesServices;
import dev.brindle.datastore.Leases;
import dev.brindle.datastore.PodNotes;
import dev.brindle.datastore.WriteResult;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// A store in which somebody else does something at the worst of moments.
final class MeddledDatastore implements Datastore {

  private final Datastore store;
  private final Map<ResourceKind, Runnable> beforeReads = new EnumMap<>(ResourceKind.class);
  private final Map<ResourceKind, Runnable> beforeWrites = new EnumMap<>(ResourceKind.class);

  private volatile Consumer<Resource> beforeCreations = _ -> {};
  private volatile Predicate<String> isServiceRefused = _ -> false;
  private final Queue<String> questions = new ConcurrentLinkedQueue<>();
  private boolean hasIpam = true;

  MeddledDatastore(Datastore store) {
    this.store = store;
  }

  /// From now on nodes' addresses are their own, as with `usePodCIDR`.
  void takeIpamAway() {
    hasIpam = false;
  }

  @Override
  public boolean hasIpam() {
    return hasIpam && store.hasIpam();
  }

  /// How often each was asked since it was asked last, as "get Node".
  SortedMap<String, Long> takeQuestions() {
    SortedMap<String, Long> counts = new TreeMap<>();
    for (String next = questions.poll(); next != null; next = questions.poll()) {
      counts.merge(next, 1L, Long::sum);
    }
    return counts;
  }

  private void asked(String what, ResourceKind kind) {
    questions.add(what + " " + kind.kindName());
  }

  /// Once, before the next read of one resource of that kind.
  void beforeRead(ResourceKind kind, Runnable action) {
    beforeReads.put(kind, action);
  }

  /// Once, before the next write of that kind.
  void beforeWrite(ResourceKind kind, Runnable action) {
    beforeWrites.put(kind, action);
  }

  /// Each time before something is created.
  void beforeCreations(Consumer<Resource> action) {
    beforeCreations = action;
  }

  /// As a webhook that is asked about them and does not answer.
  ///
  /// @param isRefused by the name of a service
  void refuseServices(Predicate<String> isRefused) {
    isServiceRefused = isRefused;
  }

  @Override
  public Optional<KubernetesServices> kubernetesServices() {
    return store.kubernetesServices().map(MeddledServices::new);
  }

  private final class MeddledServices implements KubernetesServices {

    private final KubernetesServices services;

    MeddledServices(KubernetesServices services) {
      this.services = services;
    }

    @Override
    public boolean offer(KubernetesService service, List<Ingress> ways) {
      if (isServiceRefused.test(service.metadata().name())) {
        throw new DatastoreException("failed calling webhook for " + service.metadata().name());
      }
      return services.offer(service, ways);
    }

    @Override
    public void warn(KubernetesService service, Remark remark, Instant now) {
      services.warn(service, remark, now);
    }
  }

  /// Whether all that was to be done was done.
  boolean isDone() {
    return beforeReads.isEmpty() && beforeWrites.isEmpty();
  }

  private static void meddle(Map<ResourceKind, Runnable> actions, ResourceKind kind) {
    Runnable action = actions.remove(kind);
    if (action != null) {
      action.run();
    }
  }

  @Override
  public Optional<Resource> get(ResourceKey key) {
    asked("get", key.kind());
    meddle(beforeReads, key.kind());
    return store.get(key);
  }

  @Override
  public List<Resource> list(ResourceKind kind) {
    asked("list", kind);
    return store.list(kind);
  }

  @Override
  public Optional<PodNotes> podNotes(String namespace, String pod) {
    return store.podNotes(namespace, pod);
  }

  @Override
  public WriteResult create(Resource resource) {
    asked("create", resource.kind());
    beforeCreations.accept(resource);
    meddle(beforeWrites, resource.kind());
    return store.create(resource);
  }

  @Override
  public WriteResult update(Resource resource) {
    asked("update", resource.kind());
    meddle(beforeWrites, resource.kind());
    return store.update(resource);
  }

  @Override
  public WriteResult delete(ResourceKey key) {
    asked("delete", key.kind());
    meddle(beforeWrites, key.kind());
    return store.delete(key);
  }

  @Override
  public WriteResult delete(ResourceKey key, String revision) {
    asked("delete", key.kind());
    meddle(beforeWrites, key.kind());
    return store.delete(key, revision);
  }

  @Override
  public Leases leases(String namespace) {
    return store.leases(namespace);
  }

  @Override
  public Feed feed(Collection<ResourceKind> kinds, FeedListener listener) {
    return store.feed(kinds, listener);
  }

  @Override
  public void close() {}
}
