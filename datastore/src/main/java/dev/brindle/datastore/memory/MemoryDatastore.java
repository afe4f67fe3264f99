// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.memory;

import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.Feed;
import dev.brindle.datastore.FeedListener;
import dev.brindle.datastore.Lease;
import dev.brindle.datastore.Leases;
import dev.brindle.datastore.Stamp;
import dev.brindle.datastore.WriteResult;
import dev.brindle.datastore.feed.Bell;
import dev.brindle.datastore.feed.ChangeBatch;
import dev.brindle.datastore.feed.ChangeSource;
import dev.brindle.datastore.feed.SourceFeed;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGenerator;

/// A store in memory, for the threads of one process. Behaves as the others, and fails when told.
public final class MemoryDatastore implements Datastore {

  private final InstantSource clock;
  private final RandomGenerator random;
  private final Bell bell = new Bell();
  private final Collection<Feed> feeds = new ConcurrentLinkedQueue<>();

  /// By key, and for removed keys too: then without a value.
  private final NavigableMap<ResourceKey, ChangeBatch.Entry> entries = new TreeMap<>();

  private final Map<String, Lease> leases = new HashMap<>();

  /// Of feeds.
  private final Set<ResourceKind> forbidden = EnumSet.noneOf(ResourceKind.class);

  private long revision;
  private Optional<String> fault = Optional.empty();

  public MemoryDatastore() {
    this(InstantSource.system(), RandomGenerator.getDefault());
  }

  /// @param random makes the uids
  public MemoryDatastore(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /// From now on every question and write fails, and feeds hear nothing.
  public synchronized void goDown(String reason) {
    fault = Optional.of(reason);
  }

  public synchronized void comeBack() {
    fault = Optional.empty();
  }

  /// From now on feeds that want resources of this kind are refused.
  public synchronized void forbid(ResourceKind kind) {
    forbidden.add(kind);
  }

  public synchronized void allow(ResourceKind kind) {
    forbidden.remove(kind);
  }

  /// It holds whatever it is given.
  @Override
  public boolean hasServices() {
    return true;
  }

  @Override
  public synchronized Optional<Resource> get(ResourceKey key) {
    requireUp();
    return current(key);
  }

  @Override
  public synchronized List<Resource> list(ResourceKind kind) {
    requireUp();
    return entries.values().stream()
        .filter(entry -> entry.key().kind() == kind)
        .flatMap(entry -> entry.value().stream())
        .toList();
  }

  @Override
  public synchronized WriteResult create(Resource resource) {
    requireUp();
    Optional<Resource> existing = current(resource.key());
    if (existing.isPresent()) {
      return new WriteResult.AlreadyThere(existing.get());
    }
    UUID uid = new UUID(random.nextLong(), random.nextLong());
    return written(Stamp.created(resource, revision + 1, uid, clock.instant()));
  }

  @Override
  public synchronized WriteResult update(Resource resource) {
    String expected = Stamp.requireRevision(resource);
    requireUp();
    Optional<Resource> existing = current(resource.key());
    if (existing.isEmpty()) {
      return new WriteResult.Missing(resource.key());
    }
    if (!existing.get().metadata().resourceVersion().equals(expected)) {
      return new WriteResult.Conflict(existing.get());
    }
    return written(Stamp.updated(resource, existing.get(), revision + 1));
  }

  @Override
  public synchronized WriteResult delete(ResourceKey key) {
    requireUp();
    return current(key).map(this::removed).orElseGet(() -> new WriteResult.Missing(key));
  }

  @Override
  public synchronized WriteResult delete(ResourceKey key, String expected) {
    requireUp();
    Optional<Resource> existing = current(key);
    if (existing.isPresent() && !existing.get().metadata().resourceVersion().equals(expected)) {
      return new WriteResult.Conflict(existing.get());
    }
    return existing.map(this::removed).orElseGet(() -> new WriteResult.Missing(key));
  }

  @Override
  public Leases leases(String namespace) {
    return new Leases() {

      @Override
      public Optional<Lease> find(String name) {
        synchronized (MemoryDatastore.this) {
          requireUp();
          return Optional.ofNullable(leases.get(name));
        }
      }

      @Override
      public Optional<Lease> write(Lease lease) {
        return replace(lease);
      }
    };
  }

  private synchronized Optional<Lease> replace(Lease lease) {
    requireUp();
    Lease before = leases.get(lease.name());
    String found = before == null ? "" : before.revision();
    if (!found.equals(lease.revision())) {
      return Optional.empty();
    }
    revision++;
    Lease written = lease.withRevision(Long.toString(revision));
    leases.put(lease.name(), written);
    return Optional.of(written);
  }

  @Override
  public Feed feed(Collection<ResourceKind> kinds, FeedListener listener) {
    Feed feed = SourceFeed.start("the store in memory", this::since, bell, kinds, listener);
    feeds.add(feed);
    return feed;
  }

  @Override
  public void close() {
    feeds.forEach(Feed::close);
  }

  private Optional<Resource> current(ResourceKey key) {
    return Optional.ofNullable(entries.get(key)).flatMap(ChangeBatch.Entry::value);
  }

  private WriteResult written(Resource resource) {
    put(resource.key(), Optional.of(resource));
    return new WriteResult.Written(resource);
  }

  private WriteResult removed(Resource last) {
    put(last.key(), Optional.empty());
    return new WriteResult.Written(last);
  }

  private void put(ResourceKey key, Optional<Resource> value) {
    revision++;
    entries.put(key, new ChangeBatch.Entry(key, revision, value));
    bell.ring();
  }

  private synchronized ChangeBatch since(long start, Set<ResourceKind> kinds) {
    requireUp();
    for (ResourceKind kind : kinds) {
      if (forbidden.contains(kind)) {
        throw DatastoreException.refusal("the store in memory does not allow %s".formatted(kind));
      }
    }
    boolean isComplete = start == ChangeSource.BEGINNING;
    List<ChangeBatch.Entry> news =
        entries.values().stream()
            .filter(entry -> entry.revision() > start && kinds.contains(entry.key().kind()))
            .filter(entry -> !isComplete || entry.value().isPresent())
            .sorted(Comparator.comparingLong(ChangeBatch.Entry::revision))
            .toList();
    return new ChangeBatch(revision, isComplete, news);
  }

  private void requireUp() {
    if (fault.isPresent()) {
      throw new DatastoreException("the store in memory is down: " + fault.get());
    }
  }
}
