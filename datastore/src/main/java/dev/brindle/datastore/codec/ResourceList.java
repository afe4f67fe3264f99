// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKind;
import java.util.List;

/// Resources of one kind, to be printed as `<Kind>List`.
///
/// @param resourceVersion of the whole list; empty when unknown
public record ResourceList(
    ResourceKind kind, List<? extends Resource> items, String resourceVersion) {

  public ResourceList {
    items = List.copyOf(items);
  }
}
