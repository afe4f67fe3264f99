// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.count;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.ipam.Holding;
import dev.brindle.ipam.block.Assignment;
import dev.brindle.ipam.block.Block;
import dev.brindle.ipam.block.BlockOwner;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/// Counts what is in use, and remembers it for each block: what nobody has written since the last
/// time is not counted anew, as there may be 100,000 addresses. Not safe for threads.
public final class IpamTally {

  private final Function<Block, Map<String, Integer>> users;
  private Map<Cidr, Counted> last = Map.of();

  /// @param users how many addresses each node holds
  private record Counted(IpamBlock block, Map<String, Integer> users) {}

  public IpamTally() {
    this(IpamTally::users);
  }

  /// @param users counts how many addresses of a block each node holds; empty for no node
  IpamTally(Function<Block, Map<String, Integer>> users) {
    this.users = users;
  }

  /// @param all blocks that there are
  /// @param suspects addresses that seem to be lost
  public IpamCounts count(Collection<Block> all, Collection<IpPool> pools, Set<Holding> suspects) {
    NavigableMap<IpAddress, Holding> suspected = new TreeMap<>();
    suspects.forEach(each -> suspected.put(each.address(), each));
    Map<Cidr, Counted> now = new HashMap<>();
    var counts = IpamCounts.none();
    for (Block block : all) {
      Counted counted = counted(block);
      now.put(block.cidr(), counted);
      String owner = owner(block);
      PoolNode owners = PoolNode.of(block.cidr().address(), owner, pools);
      counts.blocks().merge(owners, 1, Integer::sum);
      counted
          .users()
          .forEach(
              (user, held) -> {
                counts.inUse().merge(owners.of(user), held, Integer::sum);
                if (!user.equals(owner)) {
                  counts.borrowed().merge(owners.of(user), held, Integer::sum);
                }
              });
      for (Holding suspect :
          suspected.subMap(block.cidr().address(), true, block.cidr().last(), true).values()) {
        block
            .assignmentOf(suspect.address())
            .filter(held -> Holding.of(held).equals(suspect))
            .map(held -> owners.of(user(held, owner)))
            .ifPresent(user -> counts.candidates().merge(user, 1, Integer::sum));
      }
    }
    last = now;
    return counts;
  }

  private Counted counted(Block block) {
    Counted before = last.get(block.cidr());
    if (before != null && before.block().equals(block.resource())) {
      return before;
    }
    return new Counted(block.resource(), users.apply(block));
  }

  private static Map<String, Integer> users(Block block) {
    String owner = owner(block);
    Map<String, Integer> users = new HashMap<>();
    block.assignments().forEach(held -> users.merge(user(held, owner), 1, Integer::sum));
    return Map.copyOf(users);
  }

  private static String owner(Block block) {
    return block.owner().map(BlockOwner::name).orElse("");
  }

  private static String user(Assignment held, String owner) {
    return held.node().isEmpty() ? owner : held.node();
  }
}
