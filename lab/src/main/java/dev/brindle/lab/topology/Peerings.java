// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.topology;

import dev.brindle.api.net.IpFamily;
import java.util.ArrayList;
import java.util.List;

/// The sessions between nodes and router, as the resources that make nodes open them.
public final class Peerings {

  private Peerings() {}

  /// One BGPPeer for each segment's router address and family. With one segment it is everybody's
  /// peer; with two, each node has its own segment's.
  public static String yaml(Topology topology) {
    List<String> peers = new ArrayList<>();
    for (IpFamily family : topology.family().families()) {
      if (topology.segments() == 1) {
        peers.add(peer("router-v" + family.version(), "", 1, family));
      } else {
        for (NodeSpec node : topology.nodes()) {
          peers.add(
              peer(
                  "router-%s-v%d".formatted(node.name(), family.version()),
                  "  node: %s\n".formatted(node.name()),
                  node.segment(),
                  family));
        }
      }
    }
    return String.join("---\n", peers);
  }

  private static String peer(String name, String node, int segment, IpFamily family) {
    return """
    apiVersion: projectcalico.org/v3
    kind: BGPPeer
    metadata:
      name: %s
    spec:
    %s  peerIP: %s
      asNumber: %s
    """
        .formatted(name, node, Addressing.router(segment, family).address(), Addressing.ROUTER_AS);
  }

  /// How many sessions there will be: a mesh of the nodes, and one to the router for each node, all
  /// of that for each family.
  public static int sessions(Topology topology) {
    int nodes = topology.nodes().size();
    int mesh = nodes * (nodes - 1) / 2;
    int router = topology.router() == RouterKind.NONE ? 0 : nodes;
    return (mesh + router) * topology.family().families().size();
  }
}
