// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.program;

import dev.brindle.api.net.IpFamily;
import dev.brindle.lab.topology.Addressing;
import dev.brindle.lab.topology.Encap;
import dev.brindle.lab.topology.FamilyChoice;
import dev.brindle.lab.topology.NodeSpec;
import java.util.Map;
import java.util.TreeMap;

/// How a node's daemon is configured: as calico/node is, by its environment.
final class NodeEnvironment {

  private NodeEnvironment() {}

  static Map<String, String> of(
      NodeSpec node, FamilyChoice family, Encap encap, Workplace workplace) {
    Map<String, String> environment = new TreeMap<>(workplace.cluster());
    environment.put("NODENAME", node.name());
    environment.put("AS", Addressing.CLUSTER_AS.toString());
    environment.put("CALICO_NETWORKING_BACKEND", "bird");
    for (IpFamily each : IpFamily.values()) {
      String ip = each == IpFamily.IPV4 ? "IP" : "IP6";
      String pool = "CALICO_IPV%dPOOL_".formatted(each.version());
      boolean has = family.has(each);
      environment.put(ip, has ? Addressing.node(node, each).toString() : "none");
      environment.put(pool + "CIDR", has ? Addressing.pods(each).toString() : "none");
      environment.put(pool + "VXLAN", encap.vxlanMode());
    }
    environment.put("CALICO_IPV4POOL_IPIP", encap.ipipMode());
    environment.put("FELIX_IPV6SUPPORT", Boolean.toString(family.has(IpFamily.IPV6)));
    if (!family.has(IpFamily.IPV4)) {
      environment.put("CALICO_ROUTER_ID", "hash");
    }
    environment.put("BRINDLE_RUN_DIR", workplace.run(node.name()).toString());
    environment.put("BRINDLE_CNI_DIR", workplace.cni(node.name()).toString());
    environment.put("BRINDLE_STATE_DIR", workplace.state(node.name()).toString());
    return environment;
  }
}
