// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import java.util.Map;

/// All addresses that were given out under one name, so that they can be released together.
public record IpamHandle(Metadata metadata, Spec spec) implements Resource {

  @Override
  public IpamHandle withMetadata(Metadata changed) {
    return new IpamHandle(changed, spec);
  }

  /// @param handleID the resource's name too; Kubernetes has that in lower case only
  /// @param block CIDR of a block to how many addresses it holds there; may be too high, never too
  /// low
  public record Spec(String handleID, Map<String, Integer> block, boolean deleted) {

    public Spec {
      handleID = Absent.asEmpty(handleID);
      block = Absent.asEmpty(block);
    }
  }
}
