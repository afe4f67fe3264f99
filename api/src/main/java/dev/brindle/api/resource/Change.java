// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import java.util.Optional;

/// The only event about resources: this key now has this value, or is gone. It may repeat, skip
/// steps
/// and go back; only what is, counts.
public record Change(ResourceKey key, Optional<Resource> value) {

  /// @throws IllegalArgumentException if the value has another key
  public Change {
    value.ifPresent(
        resource -> {
          if (!resource.key().equals(key)) {
            throw new IllegalArgumentException("%s under key %s".formatted(resource.key(), key));
          }
        });
  }

  public static Change to(Resource resource) {
    return new Change(resource.key(), Optional.of(resource));
  }

  public static Change gone(ResourceKey key) {
    return new Change(key, Optional.empty());
  }
}
