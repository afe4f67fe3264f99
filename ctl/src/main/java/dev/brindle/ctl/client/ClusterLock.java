// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.client;

import dev.brindle.api.resource.ClusterInformation;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.WriteResult.Written;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// The store's lock: while it is shut, no address is given out and no pod started.
public final class ClusterLock {

  private static final ResourceKey CLUSTER =
      ResourceKey.of(ResourceKind.CLUSTER_INFORMATION, ClusterInformation.DEFAULT);
  private static final int TRIES = 5;

  /// Says which file is being imported: without it the store must not be opened, as addresses that
  /// are in use would be given out again.
  private static final String IMPORT = "brindle.dev/unfinished-import";

  private final Datastore store;

  public ClusterLock(Datastore store) {
    this.store = store;
  }

  /// @throws ClientException if the store does not know its cluster yet
  public ClusterInformation information() {
    return information(store.get(CLUSTER).map(ClusterInformation.class::cast));
  }

  public boolean isShut() {
    return !information().spec().datastoreReady().orElse(true);
  }

  /// Which import began and did not end, as it was given to `shutFor`.
  public Optional<String> unfinishedImport() {
    return store.get(CLUSTER).map(found -> found.metadata().annotations().get(IMPORT));
  }

  /// Whether it is the store of that cluster.
  public boolean isOf(String guid) {
    return store
        .get(CLUSTER)
        .map(ClusterInformation.class::cast)
        .filter(found -> found.spec().clusterGUID().equals(guid))
        .isPresent();
  }

  /// @throws ClientException if others write it all the time, or the store would be opened with
  ///     half an import in it
  public void set(boolean isShut) {
    Optional<String> unfinished = isShut ? Optional.empty() : unfinishedImport();
    if (unfinished.isPresent()) {
      throw new ClientException(
          ("the import into this datastore is not finished: unlocked, it would give out addresses"
                  + " that are in use. Run 'datastore migrate import' with the same file again (%s)")
              .formatted(unfinished.get()));
    }
    write(before -> changed(information(before), Optional.empty(), isShut));
  }

  /// Shuts the store, whether it knows its cluster or not, and notes that an import has begun.
  ///
  /// @param digest of the file
  /// @param guid the cluster's own from now on
  /// @throws ClientException if others write it all the time
  public void shutFor(String digest, String guid) {
    write(
        before ->
            noted(
                changed(before.orElseGet(ClusterLock::unknown), Optional.of(guid), true),
                Optional.of(digest)));
  }

  /// The store stays shut.
  ///
  /// @throws ClientException if others write it all the time
  public void importFinished() {
    write(before -> noted(information(before), Optional.empty()));
  }

  private void write(Function<Optional<ClusterInformation>, ClusterInformation> change) {
    for (int i = 0; i < TRIES; i++) {
      Optional<ClusterInformation> before = store.get(CLUSTER).map(ClusterInformation.class::cast);
      ClusterInformation after = change.apply(before);
      if ((before.isEmpty() ? store.create(after) : store.update(after)) instanceof Written) {
        return;
      }
    }
    throw ClientException.conflict(CLUSTER);
  }

  private static ClusterInformation information(Optional<ClusterInformation> stored) {
    return stored.orElseThrow(() -> ClientException.missing(CLUSTER));
  }

  private static ClusterInformation unknown() {
    return new ClusterInformation(
        Metadata.named(ClusterInformation.DEFAULT),
        new ClusterInformation.Spec("", "", "", Optional.empty(), ""));
  }

  private static ClusterInformation noted(ClusterInformation cluster, Optional<String> digest) {
    Map<String, String> annotations = new HashMap<>(cluster.metadata().annotations());
    annotations.remove(IMPORT);
    digest.ifPresent(text -> annotations.put(IMPORT, text));
    return cluster.withMetadata(cluster.metadata().withAnnotations(annotations));
  }

  private static ClusterInformation changed(
      ClusterInformation cluster, Optional<String> guid, boolean isShut) {
    ClusterInformation.Spec spec = cluster.spec();
    return new ClusterInformation(
        cluster.metadata(),
        new ClusterInformation.Spec(
            guid.orElse(spec.clusterGUID()),
            spec.clusterType(),
            spec.calicoVersion(),
            Optional.of(!isShut),
            spec.variant()));
  }
}
