// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.controllers.leak.PodUse;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.Feed;
import dev.brindle.datastore.FeedListener;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// What a store holds of some kinds, kept up to date. Of a pod's endpoint only what is needed of it
/// is kept, as there are many.
final class Watched implements AutoCloseable {

  /// Who is told.
  @FunctionalInterface
  interface News {

    /// Must return at once.
    ///
    /// @param isGone whether it was removed
    void of(ResourceKind kind, boolean isGone);
  }

  private final Map<ResourceKey, Resource> resources = new HashMap<>();
  private final Map<ResourceKey, PodUse> pods = new HashMap<>();
  private final Predicate<ResourceKey> isOfUse;
  private final Optional<PodTable> table;
  private final News news;
  private final Feed feed;
  private boolean isInSync;
  private Optional<String> failure = Optional.empty();

  Watched(Datastore store, Collection<ResourceKind> kinds, News news) {
    this(store, kinds, _ -> true, Optional.empty(), news);
  }

  /// @param isOfUse which to keep, and to tell of
  /// @param table is told of endpoints too
  Watched(
      Datastore store,
      Collection<ResourceKind> kinds,
      Predicate<ResourceKey> isOfUse,
      Optional<PodTable> table,
      News news) {
    this.isOfUse = isOfUse;
    this.table = table;
    this.news = news;
    this.feed = store.feed(kinds, new Listener(kinds));
  }

  /// Why nothing may be concluded from what is missing; empty if all is known.
  synchronized Optional<String> obstacle() {
    return isInSync
        ? Optional.empty()
        : Optional.of(failure.orElse("not all has been told yet of what there is"));
  }

  synchronized <T extends Resource> List<T> all(ResourceKind kind, Class<T> type) {
    return resources.values().stream()
        .filter(resource -> resource.kind() == kind)
        .map(type::cast)
        .toList();
  }

  synchronized List<PodUse> pods() {
    return List.copyOf(pods.values());
  }

  @Override
  public void close() {
    feed.close();
  }

  private synchronized void take(Change change) {
    Optional<Resource> value = change.value();
    if (change.key().kind() == ResourceKind.WORKLOAD_ENDPOINT) {
      value.ifPresentOrElse(
          endpoint -> pods.put(change.key(), PodUse.of((WorkloadEndpoint) endpoint)),
          () -> pods.remove(change.key()));
    } else {
      value.ifPresentOrElse(
          resource -> resources.put(change.key(), resource), () -> resources.remove(change.key()));
    }
  }

  private synchronized void allTold() {
    isInSync = true;
  }

  private synchronized void failed(String why) {
    failure = Optional.of(why);
  }

  private final class Listener implements FeedListener {

    private final Collection<ResourceKind> kinds;

    Listener(Collection<ResourceKind> kinds) {
      this.kinds = List.copyOf(kinds);
    }

    @Override
    public void changed(List<Change> changes) {
      for (Change change : changes) {
        if (!isOfUse.test(change.key())) {
          continue;
        }
        take(change);
        if (change.key().kind() == ResourceKind.WORKLOAD_ENDPOINT) {
          table.ifPresent(it -> it.take(change));
        }
        news.of(change.key().kind(), change.value().isEmpty());
      }
    }

    @Override
    public void inSync() {
      allTold();
      kinds.forEach(kind -> news.of(kind, false));
    }

    @Override
    public void failed(String why, boolean isRefusal) {
      Watched.this.failed(why);
    }
  }
}
