// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor.check;

import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.ClusterInformation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The store, and what is in it of nodes that are gone.
public final class StoreCheck {

  private static final Duration SLOW = Duration.ofSeconds(1);

  private StoreCheck() {}

  /// @param took to answer one question
  public static List<Finding> answers(
      String name, Duration took, Optional<ClusterInformation> cluster) {
    if (cluster
        .filter(each -> each.spec().datastoreReady().filter(ready -> !ready).isPresent())
        .isPresent()) {
      return List.of(Symptom.STORE_LOCKED.at(name + " says datastoreReady: false"));
    }
    return took.compareTo(SLOW) > 0
        ? List.of(Symptom.STORE_SLOW.at("%s took %d ms to answer".formatted(name, took.toMillis())))
        : List.of(
            Finding.ok(Check.STORE, "%s answers after %d ms".formatted(name, took.toMillis())));
  }

  /// @param claims on blocks
  public static List<Finding> leftBehind(List<CalicoNode> nodes, List<BlockAffinity> claims) {
    Set<String> known =
        nodes.stream().map(node -> node.metadata().name()).collect(Collectors.toSet());
    Map<String, Long> gone =
        claims.stream()
            .map(claim -> claim.spec().node())
            .filter(node -> !known.contains(node) && !node.equals("load-balancer"))
            .collect(Collectors.groupingBy(node -> node, TreeMap::new, Collectors.counting()));
    return gone.isEmpty()
        ? List.of(
            Finding.ok(
                Check.IPAM, "%d blocks, all of nodes that are there".formatted(claims.size())))
        : List.of(
            Symptom.IPAM_OF_GONE_NODES.at(
                gone.entrySet().stream()
                    .map(each -> "%s has %d blocks".formatted(each.getKey(), each.getValue()))
                    .limit(5)
                    .collect(Collectors.joining(", "))));
  }
}
