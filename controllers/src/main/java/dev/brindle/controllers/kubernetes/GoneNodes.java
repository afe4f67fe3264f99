// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.kubernetes;

import dev.brindle.api.resource.CalicoNode;
import dev.brindle.controllers.leak.Known;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/// Nodes of Calico's that Kubernetes had and has no more. Those it never had are none of these.
public final class GoneNodes {

  private GoneNodes() {}

  /// @param kubernetes names of all nodes there
  public static List<CalicoNode> of(Collection<CalicoNode> calicos, Collection<String> kubernetes) {
    Set<String> there = Set.copyOf(kubernetes);
    return calicos.stream()
        .filter(node -> Known.inKubernetes(node).filter(name -> !there.contains(name)).isPresent())
        .toList();
  }
}
