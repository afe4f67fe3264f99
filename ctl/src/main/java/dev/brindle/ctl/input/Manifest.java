// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.input;

import dev.brindle.api.resource.Resource;

/// A resource as a person wrote it.
///
/// @param origin `pools.yaml, line 9`
public record Manifest(Resource resource, String origin) {

  public Manifest withResource(Resource changed) {
    return new Manifest(changed, origin);
  }

  /// `IPPool(b) in pools.yaml, line 9`.
  @Override
  public String toString() {
    return "%s in %s".formatted(resource.key(), origin);
  }
}
