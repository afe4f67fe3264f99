// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

/// Networks outside every namespace that rules select by the set's labels.
public record GlobalNetworkSet(Metadata metadata, NetworkSet.Spec spec) implements Resource {

  public GlobalNetworkSet {
    spec = Absent.or(spec, NetworkSet.Spec.EMPTY);
  }

  @Override
  public GlobalNetworkSet withMetadata(Metadata changed) {
    return new GlobalNetworkSet(changed, spec);
  }
}
