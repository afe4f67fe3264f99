// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.client;

import dev.brindle.api.resource.Resource;

/// What happened to a resource.
///
/// @param resource as it is now; as it was last if it is gone
public record WatchEvent(Type type, Resource resource) {

  /// In Kubernetes' words.
  public enum Type {
    ADDED,
    MODIFIED,
    DELETED
  }
}
