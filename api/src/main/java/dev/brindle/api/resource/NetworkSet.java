// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import java.util.List;

/// Networks that a namespace's rules select by the set's labels, as they select endpoints.
public record NetworkSet(Metadata metadata, Spec spec) implements Resource {

  public NetworkSet {
    spec = Absent.or(spec, Spec.EMPTY);
  }

  @Override
  public NetworkSet withMetadata(Metadata changed) {
    return new NetworkSet(changed, spec);
  }

  /// @param nets addresses and networks as they were written; bits after the length do not count
  public record Spec(List<String> nets) {

    static final Spec EMPTY = new Spec(List.of());

    public Spec {
      nets = Absent.asEmpty(nets);
    }
  }
}
