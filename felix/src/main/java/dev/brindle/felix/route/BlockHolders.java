// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.route;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.IpamBlock;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What of a block concerns routes. The rest, the notes on each address of the cluster, is not kept
/// on every node; as long as this is the same, other changes of the block mean nothing here.
///
/// @param owner the node that it is on
/// @param borrowed addresses of it that other nodes have, with their names
public record BlockHolders(Cidr cidr, Optional<String> owner, Map<IpAddress, String> borrowed) {

  private static final String HOST = "host:";
  private static final String NODE = "node";

  public BlockHolders {
    borrowed = Map.copyOf(borrowed);
  }

  public static BlockHolders of(IpamBlock block) {
    IpamBlock.Spec spec = block.spec();
    Optional<String> owner =
        spec.affinity()
            .filter(affinity -> affinity.startsWith(HOST) && !spec.deleted())
            .map(affinity -> affinity.substring(HOST.length()));
    return new BlockHolders(spec.cidr(), owner, borrowed(spec, owner.orElse("")));
  }

  private static Map<IpAddress, String> borrowed(IpamBlock.Spec block, String owner) {
    Map<IpAddress, String> borrowed = new TreeMap<>();
    for (int ordinal = 0; ordinal < block.allocations().size(); ordinal++) {
      int holder = block.allocations().get(ordinal);
      if (holder < 0 || holder >= block.attributes().size()) {
        continue;
      }
      IpamBlock.Attribute attribute = block.attributes().get(holder);
      String node = attribute.activeOwner().getOrDefault(NODE, "");
      if (!node.isEmpty() && !node.equals(owner) && attribute.releasedAt().isEmpty()) {
        borrowed.put(block.cidr().address().plus(ordinal), node);
      }
    }
    return borrowed;
  }
}
