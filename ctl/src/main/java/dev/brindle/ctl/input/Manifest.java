// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.input;

import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;

/// A resource as a person wrote it.
///
/// @param origin `pools.yaml, line 9`
public record Manifest(Resource resource, String origin) {

  public Manifest withResource(Resource changed) {
    return new Manifest(changed, origin);
  }

  /// `IPPool(b) in pools.yaml, line 9`. Not by its key: one who gives a pool a namespace, or none
  /// to a policy, is to be told so.
  @Override
  public String toString() {
    Metadata metadata = resource.metadata();
    String namespace = metadata.namespace().isEmpty() ? "" : metadata.namespace() + "/";
    return "%s(%s%s) in %s".formatted(resource.kind(), namespace, metadata.name(), origin);
  }
}
