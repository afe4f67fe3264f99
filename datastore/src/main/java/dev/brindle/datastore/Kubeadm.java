// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore;

import dev.brindle.api.net.Cidr;
import java.util.List;

/// How kubeadm has set up the cluster.
///
/// @param podSubnets networks for pods, at most one of each family; empty if none were named
public record Kubeadm(List<Cidr> podSubnets) {

  public Kubeadm {
    podSubnets = List.copyOf(podSubnets);
  }
}
