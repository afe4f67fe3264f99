// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Asks a node to say how it is, and what it said.
///
/// @param status written by the node, kept as it is
public record CalicoNodeStatus(Metadata metadata, Spec spec, Map<String, Object> status)
    implements Resource {

  public CalicoNodeStatus {
    spec = Absent.or(spec, new Spec("", List.of(), Optional.empty()));
    status = Absent.asEmpty(status);
  }

  @Override
  public CalicoNodeStatus withMetadata(Metadata changed) {
    return new CalicoNodeStatus(changed, spec, status);
  }

  /// @param classes Agent, BGP, Routes: what is to be told
  /// @param updatePeriodSeconds 0 for never
  public record Spec(String node, List<String> classes, Optional<Integer> updatePeriodSeconds) {

    public Spec {
      node = Absent.asEmpty(node);
      classes = Absent.asEmpty(classes);
      updatePeriodSeconds = Absent.asEmpty(updatePeriodSeconds);
    }
  }
}
