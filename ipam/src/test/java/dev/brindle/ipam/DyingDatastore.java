// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.Feed;
import dev.brindle.datastore.FeedListener;
import dev.brindle.datastore.WriteResult;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// A store seen by a process that is killed after some writes.
final class DyingDatastore implements Datastore {

  /// The process is no more.
  static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  private final Datastore store;
  private int writesLeft;

  DyingDatastore(Datastore store, int writesLeft) {
    this.store = store;
    this.writesLeft = writesLeft;
  }

  private WriteResult write(Supplier<WriteResult> write) {
    if (writesLeft == 0) {
      throw new Killed();
    }
    writesLeft--;
    return write.get();
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
  public WriteResult create(Resource resource) {
    return write(() -> store.create(resource));
  }

  @Override
  public WriteResult update(Resource resource) {
    return write(() -> store.update(resource));
  }

  @Override
  public WriteResult delete(ResourceKey key) {
    return write(() -> store.delete(key));
  }

  @Override
  public WriteResult delete(ResourceKey key, String revision) {
    return write(() -> store.delete(key, revision));
  }

  @Override
  public Feed feed(Collection<ResourceKind> kinds, FeedListener listener) {
    return store.feed(kinds, listener);
  }

  @Override
  public void close() {}
}
