// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore;

import dev.brindle.api.resource.Resource;
import java.util.List;

/// All of a kind, and as of when.
///
/// @param revision of the store; empty where it tells none for a list
public record Listing(List<Resource> resources, String revision) {

  public Listing {
    resources = List.copyOf(resources);
  }
}
