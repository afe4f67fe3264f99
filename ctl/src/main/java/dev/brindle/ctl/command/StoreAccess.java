// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.api.resource.ClusterInformation;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.ctl.ProductVersion;
import dev.brindle.ctl.Stores;
import dev.brindle.ctl.client.ClientException;
import dev.brindle.ctl.client.Initialization;
import dev.brindle.ctl.input.NamespaceRules;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.ipam.IpamException;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;

/// Opens the store for one command and closes it after.
public final class StoreAccess {

  private static final ResourceKey CLUSTER =
      ResourceKey.of(ResourceKind.CLUSTER_INFORMATION, ClusterInformation.DEFAULT);

  private final Stores stores;
  private final ProductVersion version;
  private boolean allowsMismatch;

  public StoreAccess(Stores stores, ProductVersion version) {
    this.stores = stores;
    this.version = version;
  }

  /// From now on the version of the cluster is not compared.
  void allowMismatch(boolean isAllowed) {
    allowsMismatch = isAllowed;
  }

  /// @throws ClientException if the store cannot be asked, or the cluster runs another version
  <T> T with(ConfigOption config, Function<Datastore, T> work) {
    try (Datastore store = stores.open(config.file)) {
      if (!allowsMismatch) {
        checkVersion(store);
      }
      return work.apply(store);
    } catch (DatastoreException | IpamException e) {
      throw new ClientException(String.valueOf(e.getMessage()));
    }
  }

  /// The same, for work on the records of who has which address.
  ///
  /// @throws ClientException also if there are none because another plugin assigns addresses
  <T> T withIpam(ConfigOption config, Function<Datastore, T> work) {
    return with(
        config,
        store -> {
          if (!store.hasIpam()) {
            throw new ClientException(
                "IPAM is not used here: with usePodCIDR (USE_POD_CIDR) pods' addresses are assigned"
                    + " on each node, by host-local, out of spec.podCIDRs of its Node");
          }
          return work.apply(store);
        });
  }

  /// The same, whatever version the cluster runs.
  <T> T unchecked(ConfigOption config, Function<Datastore, T> work) {
    try (Datastore store = stores.open(config.file)) {
      return work.apply(store);
    } catch (DatastoreException e) {
      throw new ClientException(String.valueOf(e.getMessage()));
    }
  }

  /// The same, for work that writes: the store has then what every cluster has.
  <T> T withInitialized(ConfigOption config, Function<Datastore, T> work) {
    return with(
        config,
        store -> {
          new Initialization(store, new SplittableRandom()).run();
          return work.apply(store);
        });
  }

  /// @param flag of `-n`
  /// @param isAll whether `-A` is given
  NamespaceRules namespaces(ConfigOption config, String flag, boolean isAll) {
    return new NamespaceRules(flag, isAll, stores.namespaceOfContext(config.file));
  }

  /// Asks the cluster of a kubeconfig, whatever the store is.
  <T> T withKubernetes(String kubeconfig, Function<Datastore, T> work) {
    try (Datastore cluster = stores.openKubernetes(kubeconfig)) {
      return work.apply(cluster);
    } catch (DatastoreException e) {
      throw new ClientException(String.valueOf(e.getMessage()));
    }
  }

  /// `embedded`, `etcdv3` or `kubernetes`.
  String type(ConfigOption config) {
    return stores.type(config.file);
  }

  /// What the cluster says of itself, whatever its version.
  Optional<ClusterInformation> cluster(ConfigOption config) {
    try (Datastore store = stores.open(config.file)) {
      return store.get(CLUSTER).map(ClusterInformation.class::cast);
    } catch (DatastoreException e) {
      throw new ClientException("unable to retrieve Cluster Version or Type: " + e.getMessage());
    }
  }

  private void checkVersion(Datastore store) {
    String cluster =
        store
            .get(CLUSTER)
            .map(ClusterInformation.class::cast)
            .map(found -> found.spec().calicoVersion())
            .orElse("");
    boolean isKnown = !cluster.isEmpty() && version.text().isPresent();
    if (isKnown && !release(cluster).equals(release(version.toString()))) {
      throw new ClientException(
          """
          version mismatch.
          Client Version:   %s
          Cluster Version:  %s
          Use --allow-version-mismatch to override"""
              .formatted(version, release(cluster)));
    }
  }

  /// `v3.32.0-4-gabc` is of release `3.32.0`.
  private static String release(String text) {
    String bare = text.startsWith("v") ? text.substring(1) : text;
    int dash = bare.indexOf('-');
    return dash < 0 ? bare : bare.substring(0, dash);
  }

  ProductVersion version() {
    return version;
  }
}
