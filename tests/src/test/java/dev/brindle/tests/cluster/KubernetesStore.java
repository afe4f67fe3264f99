// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import dev.brindle.tests.cluster.Machine.Ended;
import java.util.List;
import java.util.Map;

/// Brindle's resources where the cluster's own API has them.
final class KubernetesStore {

  private KubernetesStore() {}

  static Ended brindle(Cluster cluster, String input, String... arguments) {
    Map<String, String> environment =
        Map.of(
            "DATASTORE_TYPE",
            "kubernetes",
            "KUBECONFIG",
            cluster.authority().config(Authority.ADMIN).toString());
    return cluster.control().run(BrindleNode.commandLine(arguments), environment, input);
  }

  static List<Booking> bookings(Cluster cluster) {
    return cluster.list("/apis/crd.projectcalico.org/v1/ipamblocks").stream()
        .flatMap(block -> Booking.of(block.path("spec")).stream())
        .toList();
  }
}
