// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.router;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.lab.topology.Addressing;
import dev.brindle.lab.topology.Topology;
import java.util.List;

/// What the router has to do, whichever program does it: wait for the nodes, learn their pods, tell
/// them of the network behind it.
///
/// @param device name of the interface to the announced networks, which are connected there
public record RouterPart(
    AsNumber own,
    AsNumber cluster,
    IpAddress routerId,
    String device,
    List<Cidr> announced,
    List<IpAddress> neighbors) {

  /// The router's interface to the machine behind it.
  public static final String OUTSIDE_DEVICE = "outside";

  public RouterPart {
    announced = List.copyOf(announced);
    neighbors = List.copyOf(neighbors);
  }

  public static RouterPart in(Topology topology) {
    List<IpFamily> families = topology.family().families();
    return new RouterPart(
        Addressing.ROUTER_AS,
        Addressing.CLUSTER_AS,
        Addressing.routerId(),
        OUTSIDE_DEVICE,
        families.stream().map(Addressing::outsideNetwork).toList(),
        families.stream()
            .flatMap(
                family ->
                    topology.nodes().stream().map(node -> Addressing.node(node, family).address()))
            .toList());
  }

  List<IpAddress> neighbors(IpFamily family) {
    return neighbors.stream().filter(neighbor -> neighbor.family() == family).toList();
  }

  List<Cidr> announced(IpFamily family) {
    return announced.stream().filter(network -> network.family() == family).toList();
  }
}
