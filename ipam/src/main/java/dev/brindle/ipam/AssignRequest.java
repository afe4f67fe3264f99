// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.IpPool;
import java.util.List;
import java.util.Map;

/// A wish for some addresses, whichever.
///
/// @param num4 how many of IPv4
/// @param num6 how many of IPv6
/// @param handle to release them by; may be empty
/// @param attributes who gets them: `pod`, `namespace`, `node`, `type`, ...
/// @param node where they are used
/// @param pools only these pools, whatever their selectors say; none for any that fits
/// @param namespaceLabels of the pod's namespace, for pools that select by it
/// @param maxBlocks a limit on the node's blocks; 0 for none of its own
public record AssignRequest(
    int num4,
    int num6,
    String handle,
    Map<String, String> attributes,
    String node,
    List<Cidr> pools,
    IpPool.AllowedUse use,
    Map<String, String> namespaceLabels,
    int maxBlocks) {

  public AssignRequest {
    attributes = Map.copyOf(attributes);
    pools = List.copyOf(pools);
    namespaceLabels = Map.copyOf(namespaceLabels);
    if (num4 < 0 || num6 < 0 || maxBlocks < 0) {
      throw new IllegalArgumentException("counts of an address request cannot be negative");
    }
    if (node.isEmpty()) {
      throw new IllegalArgumentException("an address request needs a node");
    }
  }

  /// For a workload, from any pool.
  public static AssignRequest forWorkload(
      int num4, int num6, String handle, Map<String, String> attributes, String node) {
    return new AssignRequest(
        num4, num6, handle, attributes, node, List.of(), IpPool.AllowedUse.WORKLOAD, Map.of(), 0);
  }

  public AssignRequest withPools(List<Cidr> changed) {
    return new AssignRequest(
        num4, num6, handle, attributes, node, changed, use, namespaceLabels, maxBlocks);
  }

  public AssignRequest withUse(IpPool.AllowedUse changed) {
    return new AssignRequest(
        num4, num6, handle, attributes, node, pools, changed, namespaceLabels, maxBlocks);
  }

  public AssignRequest withNamespaceLabels(Map<String, String> changed) {
    return new AssignRequest(num4, num6, handle, attributes, node, pools, use, changed, maxBlocks);
  }

  /// What is wanted, whoever wants it.
  AssignRequest ofAnybody() {
    return new AssignRequest(
        num4, num6, "", Map.of(), node, pools, use, namespaceLabels, maxBlocks);
  }

  int wanted(IpFamily family) {
    return family == IpFamily.IPV4 ? num4 : num6;
  }
}
