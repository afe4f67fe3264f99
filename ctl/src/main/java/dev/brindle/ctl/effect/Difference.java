// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.effect;

import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import java.util.Optional;

/// What a resource is and what it would be; absent for what is not there.
public record Difference(ResourceKey key, Optional<Resource> before, Optional<Resource> after) {

  public Difference {
    before = before.map(Difference::bare);
    after = after.map(Difference::bare);
  }

  /// Every write gives another revision.
  private static Resource bare(Resource resource) {
    return resource.withMetadata(resource.metadata().withResourceVersion(""));
  }

  public boolean isNothing() {
    return before.equals(after);
  }

  /// What would become of it, as in `would be created`.
  public String verb() {
    if (isNothing()) {
      return "stay as it is";
    }
    return after.isEmpty() ? "be deleted" : before.isEmpty() ? "be created" : "be changed";
  }
}
