// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.topology;

import java.util.List;
import java.util.Optional;

/// What the user asked for.
///
/// @param nodes 1 to 50
/// @param podsPerNode 1 to 250: more than a kubelet takes
/// @param topologyFile instead of `nodes` and `podsPerNode`
/// @param policyFiles YAML applied instead of the tour's own policy
/// @param json one object on standard output and nothing else
/// @param keep leave logs and configuration behind
public record LabOptions(
    int nodes,
    int podsPerNode,
    RouterKind router,
    StoreKind store,
    FamilyChoice family,
    Encap encap,
    Optional<String> topologyFile,
    List<String> policyFiles,
    boolean json,
    boolean keep) {

  public static final int MOST_NODES = 50;
  public static final int MOST_PODS_PER_NODE = 250;

  private static final int MOST_PODS = 500;

  /// @throws IllegalArgumentException if a number is out of range or the options contradict
  public LabOptions {
    checkRange("--nodes", nodes, MOST_NODES);
    checkRange("--pods", podsPerNode, MOST_PODS_PER_NODE);
    if (nodes * podsPerNode > MOST_PODS) {
      throw new IllegalArgumentException(
          "--nodes %d times --pods %d is more than %d pods"
              .formatted(nodes, podsPerNode, MOST_PODS));
    }
    if (encap == Encap.IPIP && family != FamilyChoice.IPV4) {
      throw new IllegalArgumentException(
          "--encap ipip carries IPv4 only; use --family 4, or --encap vxlan");
    }
    policyFiles = List.copyOf(policyFiles);
  }

  private static void checkRange(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException("%s %d is not in 1..%d".formatted(option, value, most));
    }
  }

  public static LabOptions defaults() {
    return new LabOptions(
        3,
        2,
        RouterKind.BRINDLE,
        StoreKind.EMBEDDED,
        FamilyChoice.IPV4,
        Encap.NONE,
        Optional.empty(),
        List.of(),
        false,
        false);
  }
}
