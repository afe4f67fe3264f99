// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.client;

import dev.brindle.api.resource.KeptStatus;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.validation.Defaults;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.Listing;
import dev.brindle.datastore.WriteResult.AlreadyThere;
import dev.brindle.datastore.WriteResult.Conflict;
import dev.brindle.datastore.WriteResult.Missing;
import dev.brindle.datastore.WriteResult.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads and writes resources the way people do it. What cannot be done is a `ClientException`.
public final class ResourceClient {

  private static final int TRIES = 5;

  private final Datastore store;
  private final Removal removal;

  public ResourceClient(Datastore store) {
    this.store = store;
    this.removal = new Removal(store);
  }

  public Resource get(ResourceKey key) {
    if (key.equals(Protected.ALLOW_ALL.key())) {
      return Protected.ALLOW_ALL;
    }
    return store.get(key).orElseThrow(() -> ClientException.missing(key));
  }

  /// @param namespace empty for all
  public List<Resource> list(ResourceKind kind, String namespace) {
    return listing(kind, namespace).resources();
  }

  /// @param namespace empty for all
  public Listing listing(ResourceKind kind, String namespace) {
    Listing stored = store.listing(kind);
    List<Resource> found = new ArrayList<>(stored.resources());
    if (kind == ResourceKind.PROFILE) {
      found.add(Protected.ALLOW_ALL);
    }
    return new Listing(
        found.stream()
            .filter(item -> namespace.isEmpty() || item.metadata().namespace().equals(namespace))
            .toList(),
        stored.revision());
  }

  public Resource create(Resource resource) {
    return create("create", Defaults.fill(resource));
  }

  /// Creates, or replaces what is there.
  public Resource apply(Resource resource) {
    checkChange("apply", resource.key());
    try {
      Metadata fresh = resource.metadata().withResourceVersion("");
      return create("apply", Defaults.fill(resource.withMetadata(fresh)));
    } catch (ClientException e) {
      if (e.reason() == ClientException.Reason.ALREADY_EXISTS) {
        return replace(resource);
      }
      throw e;
    }
  }

  /// That it may be changed by hand. Kubernetes' policies may not; but where there is none of the
  /// name, as in etcd, that comes first.
  private void checkChange(String operation, ResourceKey key) {
    if (Protected.isOfKubernetes(key) && store.get(key).isEmpty()) {
      throw ClientException.missing(key, Protected.OF_KUBERNETES);
    }
    Protected.check(operation, key);
  }

  private Resource create(String operation, Resource resource) {
    Protected.check(operation, resource.key());
    Metadata given = resource.metadata();
    Resource reduced =
        resource.withMetadata(
            Metadata.named(given.namespace(), given.name())
                .withLabels(given.labels())
                .withAnnotations(given.annotations())
                .withResourceVersion(given.resourceVersion()));
    if (resource.key().equals(Protected.ALLOW_ALL.key()) || store.get(resource.key()).isPresent()) {
      throw ClientException.alreadyExists(resource.key());
    }
    Checks.beforeCreate(reduced, store);
    return switch (store.create(reduced)) {
      case Written(Resource written) -> written;
      case AlreadyThere _, Conflict _, Missing _ ->
          throw ClientException.alreadyExists(resource.key());
    };
  }

  /// Replaces what is there: with a revision only that one, without whichever is the latest.
  public Resource replace(Resource given) {
    Resource resource = Defaults.fill(given);
    ResourceKey key = resource.key();
    checkChange("update", key);
    String revision = resource.metadata().resourceVersion();
    int tries = revision.isEmpty() ? TRIES : 1;
    for (int i = 0; i < tries; i++) {
      Resource before = store.get(key).orElseThrow(() -> ClientException.missing(key));
      String stored = before.metadata().resourceVersion();
      if (!revision.isEmpty() && !revision.equals(stored)) {
        throw ClientException.outdated(key, revision, stored);
      }
      Optional<Resource> written = update(before, resource);
      if (written.isPresent()) {
        return written.get();
      }
    }
    throw ClientException.conflict(key);
  }

  /// Empty if someone else was faster.
  private Optional<Resource> update(Resource before, Resource after) {
    Metadata metadata =
        before
            .metadata()
            .withLabels(after.metadata().labels())
            .withAnnotations(after.metadata().annotations());
    Resource merged = KeptStatus.of(before, after.withMetadata(metadata));
    Checks.beforeUpdate(before, merged, store);
    return switch (store.update(merged)) {
      case Written(Resource written) -> Optional.of(written);
      case Conflict _ -> Optional.empty();
      case Missing(ResourceKey key) -> throw ClientException.missing(key);
      case AlreadyThere(Resource existing) ->
          throw new IllegalStateException("an update that found " + existing.key() + " new");
    };
  }

  /// @param revision empty for whichever is the latest
  public void delete(ResourceKey key, String revision) {
    Protected.check("delete", key);
    removal.remove(key, revision);
  }
}
