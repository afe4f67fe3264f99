// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.output;

import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKind;
import java.util.List;

/// What one question to the store gave.
public sealed interface Answer {

  ResourceKind kind();

  List<Resource> resources();

  /// A resource that was asked for by name.
  record One(Resource resource) implements Answer {

    @Override
    public ResourceKind kind() {
      return resource.kind();
    }

    @Override
    public List<Resource> resources() {
      return List.of(resource);
    }
  }

  /// All of a kind.
  ///
  /// @param revision of the store; empty if it tells none
  record Many(ResourceKind kind, List<Resource> resources, String revision) implements Answer {

    public Many(ResourceKind kind, List<Resource> resources) {
      this(kind, resources, "");
    }

    public Many {
      resources = List.copyOf(resources);
    }
  }
}
