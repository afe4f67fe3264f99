// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.count;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.IpPool;
import java.util.Collection;
import java.util.Comparator;

/// What is counted together.
///
/// @param pool name of an IP pool, or the word for none
/// @param node name of a node, or the word for none
public record PoolNode(String pool, String node) implements Comparable<PoolNode> {

  /// Calico's words.
  public static final String NO_POOL = "no_ippool";

  public static final String NO_NODE = "unknown_node";

  private static final Comparator<PoolNode> ORDER =
      Comparator.comparing(PoolNode::pool).thenComparing(PoolNode::node);

  /// @param node empty for none
  public static PoolNode of(IpAddress address, String node, Collection<IpPool> pools) {
    String pool =
        pools.stream()
            .filter(each -> each.spec().cidr().contains(address))
            .map(each -> each.metadata().name())
            .findFirst()
            .orElse(NO_POOL);
    return new PoolNode(pool, node.isEmpty() ? NO_NODE : node);
  }

  /// @param other empty for none
  PoolNode of(String other) {
    return new PoolNode(pool, other.isEmpty() ? NO_NODE : other);
  }

  @Override
  public int compareTo(PoolNode other) {
    return ORDER.compare(this, other);
  }
}
