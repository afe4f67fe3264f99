// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.client;

import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.FelixConfiguration;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.validation.FelixConfigurationCheck;
import dev.brindle.api.validation.PoolConflicts;
import dev.brindle.api.validation.ReferenceCheck;
import dev.brindle.api.validation.UpdateCheck;
import dev.brindle.api.validation.Validation;
import dev.brindle.api.validation.Violation;
import dev.brindle.datastore.Datastore;
import java.util.ArrayList;
import java.util.List;

/// Asks the rules, with what they need to know from the store.
public final class Checks {

  private Checks() {}

  /// Rules that need no store.
  ///
  /// @throws ClientException if one is broken
  public static void alone(Resource resource) {
    if (resource instanceof FelixConfiguration configuration) {
      FelixConfigurationCheck.unknownFields(configuration).stream()
          .findFirst()
          .ifPresent(
              field -> {
                throw ClientException.unknownField("spec." + field);
              });
    }
    refuse(resource, Validation.of(resource));
  }

  /// The same, for a document that has to be whole: it has a name.
  ///
  /// @throws ClientException if one is broken
  public static void named(Resource resource) {
    if (resource.metadata().name().isEmpty()) {
      refuse(resource, List.of(new Violation("metadata.name", "", "a resource has a name")));
    }
    alone(resource);
  }

  static void beforeCreate(Resource resource, Datastore store) {
    List<Violation> violations = new ArrayList<>();
    if (resource.metadata().name().isEmpty()) {
      violations.add(new Violation("metadata.name", "", "field must be set for a Create request"));
    }
    if (!resource.metadata().resourceVersion().isEmpty()) {
      violations.add(
          new Violation(
              "metadata.resourceVersion",
              resource.metadata().resourceVersion(),
              "field must not be set for a Create request"));
    }
    refuse(resource, violations);
    alone(resource);
    refuse(resource, ReferenceCheck.of(resource, key -> store.get(key).isPresent()));
    if (resource instanceof IpPool pool) {
      refuse(
          pool,
          PoolConflicts.of(
              pool,
              list(store, ResourceKind.IP_POOL, IpPool.class),
              list(store, ResourceKind.IPAM_BLOCK, IpamBlock.class)));
      refuse(pool, NodeNetworks.clashes(pool, list(store, ResourceKind.NODE, CalicoNode.class)));
    }
  }

  static void beforeUpdate(Resource before, Resource after, Datastore store) {
    alone(after);
    refuse(after, ReferenceCheck.of(after, key -> store.get(key).isPresent()));
    refuse(after, UpdateCheck.of(before, after));
    if (before instanceof IpPool old && old.spec().disabled() && after instanceof IpPool pool) {
      refuse(pool, NodeNetworks.clashes(pool, list(store, ResourceKind.NODE, CalicoNode.class)));
    }
  }

  private static void refuse(Resource resource, List<Violation> violations) {
    if (!violations.isEmpty()) {
      throw new ClientException(Violation.text(resource.kind(), violations));
    }
  }

  static <T> List<T> list(Datastore store, ResourceKind kind, Class<T> type) {
    return store.list(kind).stream().map(type::cast).toList();
  }
}
