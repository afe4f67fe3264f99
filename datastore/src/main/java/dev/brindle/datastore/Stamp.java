// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore;

import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/// What a store writes into metadata.
public final class Stamp {

  private Stamp() {}

  /// A resource as it is created.
  ///
  /// @throws IllegalArgumentException if it has no name
  public static Resource created(Resource resource, long revision, UUID uid, Instant now) {
    requireName(resource.key());
    String second = now.truncatedTo(ChronoUnit.SECONDS).toString();
    return resource.withMetadata(
        resource.metadata().withIdentity(Long.toString(revision), uid.toString(), second));
  }

  /// A resource as it replaces another, whose identity it keeps.
  public static Resource updated(Resource resource, Resource before, long revision) {
    Metadata identity = before.metadata();
    return resource.withMetadata(
        resource
            .metadata()
            .withIdentity(Long.toString(revision), identity.uid(), identity.creationTimestamp()));
  }

  /// @throws IllegalArgumentException if the metadata has no revision
  public static String requireRevision(Resource resource) {
    String revision = resource.metadata().resourceVersion();
    if (revision.isEmpty()) {
      throw new IllegalArgumentException(
          "%s has no resourceVersion: read it before it is replaced".formatted(resource.key()));
    }
    return revision;
  }

  private static void requireName(ResourceKey key) {
    if (key.name().isEmpty()) {
      throw new IllegalArgumentException("%s without a name".formatted(key.kind()));
    }
  }
}
