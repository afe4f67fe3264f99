// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.client;

import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.ctl.effect.Difference;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.Feed;
import dev.brindle.datastore.FeedListener;
import dev.brindle.datastore.WriteResult;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A store that reads from another and writes only into its own memory: commands run on it as they
/// would, and what they would have changed can be asked.
public final class OverlayStore implements Datastore {

  private final Datastore real;
  private final Map<ResourceKey, Optional<Resource>> written = new LinkedHashMap<>();
  private final Map<ResourceKey, Optional<Resource>> before = new LinkedHashMap<>();
  private int writes;

  public OverlayStore(Datastore real) {
    this.real = real;
  }

  /// What is different from the real store, in the order of the first writes.
  public List<Difference> differences() {
    return written.entrySet().stream()
        .map(
            entry ->
                new Difference(
                    entry.getKey(),
                    before.getOrDefault(entry.getKey(), Optional.empty()),
                    entry.getValue()))
        .toList();
  }

  @Override
  public Optional<Resource> get(ResourceKey key) {
    Optional<Resource> own = written.get(key);
    return own == null ? real.get(key) : own;
  }

  @Override
  public List<Resource> list(ResourceKind kind) {
    Map<ResourceKey, Resource> all = new TreeMap<>();
    real.list(kind).forEach(resource -> all.put(resource.key(), resource));
    written.forEach(
        (key, value) -> {
          if (key.kind() == kind) {
            all.remove(key);
            value.ifPresent(resource -> all.put(key, resource));
          }
        });
    return List.copyOf(all.values());
  }

  @Override
  public WriteResult create(Resource resource) {
    Optional<Resource> existing = get(resource.key());
    return existing.isPresent()
        ? new WriteResult.AlreadyThere(existing.get())
        : write(resource, Optional.empty());
  }

  @Override
  public WriteResult update(Resource resource) {
    Optional<Resource> existing = get(resource.key());
    if (existing.isEmpty()) {
      return new WriteResult.Missing(resource.key());
    }
    return revision(existing.get()).equals(revision(resource))
        ? write(resource, existing)
        : new WriteResult.Conflict(existing.get());
  }

  private WriteResult write(Resource resource, Optional<Resource> existing) {
    writes++;
    Resource stored =
        resource.withMetadata(resource.metadata().withResourceVersion("rehearsal-" + writes));
    note(resource.key(), existing, Optional.of(stored));
    return new WriteResult.Written(stored);
  }

  private void note(ResourceKey key, Optional<Resource> existing, Optional<Resource> now) {
    before.putIfAbsent(key, existing);
    written.put(key, now);
  }

  private static String revision(Resource resource) {
    return resource.metadata().resourceVersion();
  }

  @Override
  public boolean hasIpam() {
    return real.hasIpam();
  }

  @Override
  public boolean hasServices() {
    return real.hasServices();
  }

  @Override
  public WriteResult delete(ResourceKey key) {
    Optional<Resource> existing = get(key);
    if (existing.isEmpty()) {
      return new WriteResult.Missing(key);
    }
    note(key, existing, Optional.empty());
    return new WriteResult.Written(existing.get());
  }

  @Override
  public WriteResult delete(ResourceKey key, String revision) {
    Optional<Resource> existing = get(key);
    return existing.isPresent() && !revision(existing.get()).equals(revision)
        ? new WriteResult.Conflict(existing.get())
        : delete(key);
  }

  /// @throws UnsupportedOperationException always: nothing happens in an overlay by itself
  @Override
  public Feed feed(Collection<ResourceKind> kinds, FeedListener listener) {
    throw new UnsupportedOperationException("an overlay has no news");
  }

  /// Leaves the real store open: it is the caller's.
  @Override
  public void close() {}
}
