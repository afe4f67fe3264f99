// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.count;

import dev.brindle.api.resource.IpPool;
import dev.brindle.ipam.Holding;
import dev.brindle.ipam.block.Assignment;
import dev.brindle.ipam.block.Block;
import dev.brindle.ipam.block.BlockOwner;
import java.util.Collection;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// What is in use, for each pool and node.
///
/// @param inUse addresses that are held, by the node that uses them
/// @param borrowed of these, those out of blocks of others
/// @param blocks by the node that owns them
/// @param candidates addresses that seem to be lost
public record IpamCounts(
    SortedMap<PoolNode, Integer> inUse,
    SortedMap<PoolNode, Integer> borrowed,
    SortedMap<PoolNode, Integer> blocks,
    SortedMap<PoolNode, Integer> candidates) {

  public static IpamCounts of(
      Collection<Block> all, Collection<IpPool> pools, Set<Holding> suspects) {
    var counts = new IpamCounts(new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
    for (Block block : all) {
      String owner = block.owner().map(BlockOwner::name).orElse("");
      PoolNode owners = PoolNode.of(block.cidr().address(), owner, pools);
      counts.blocks.merge(owners, 1, Integer::sum);
      for (Assignment held : block.assignments()) {
        String user = held.node().isEmpty() ? owner : held.node();
        PoolNode users = new PoolNode(owners.pool(), user.isEmpty() ? PoolNode.NO_NODE : user);
        counts.inUse.merge(users, 1, Integer::sum);
        if (!user.equals(owner)) {
          counts.borrowed.merge(users, 1, Integer::sum);
        }
        if (suspects.contains(new Holding(held.address(), held.handle(), held.sequence()))) {
          counts.candidates.merge(users, 1, Integer::sum);
        }
      }
    }
    return counts;
  }
}
