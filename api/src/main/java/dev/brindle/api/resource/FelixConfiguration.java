// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import java.util.Map;

/// Settings of felix for the cluster (`default`), one node (`node.<name>`) or the nodes of a
/// selector.
///
/// There are some two hundred fields, so they stay a map: name to text, number, boolean, or a list
/// or
/// map of these. Which names there are and what they may hold is a table, not a type.
public record FelixConfiguration(Metadata metadata, Map<String, Object> spec) implements Resource {

  /// The one that counts for the whole cluster.
  public static final String DEFAULT = "default";

  public FelixConfiguration {
    spec = Absent.asEmpty(spec);
  }

  @Override
  public FelixConfiguration withMetadata(Metadata changed) {
    return new FelixConfiguration(changed, spec);
  }
}
