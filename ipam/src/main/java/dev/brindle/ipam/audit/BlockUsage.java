// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam.audit;

import dev.brindle.api.net.Cidr;
import dev.brindle.ipam.block.Assignment;
import dev.brindle.ipam.block.Block;
import dev.brindle.ipam.block.BlockOwner;
import dev.brindle.ipam.block.Reservations;
import java.util.List;

/// How many addresses of a block are in use, and which by others than its owner.
///
/// @param owner empty when nobody owns it
/// @param unattributed addresses in use of which it is not said by which node
/// @param reserved in no use, but not to be given out either
public record BlockUsage(
    Cidr cidr,
    String owner,
    int total,
    int inUse,
    List<Borrowed> borrowed,
    int unattributed,
    int reserved) {

  public BlockUsage {
    borrowed = List.copyOf(borrowed);
  }

  static BlockUsage of(Block block, Reservations reservations) {
    String owner = block.owner().map(BlockOwner::name).orElse("");
    int total = block.spec().allocations().size();
    List<Assignment> assignments = block.assignments();
    List<Borrowed> borrowed =
        assignments.stream()
            .filter(held -> !held.node().isEmpty() && !held.node().equals(owner))
            .map(held -> Borrowed.of(held, block.cidr(), owner))
            .toList();
    int unattributed =
        Math.toIntExact(assignments.stream().filter(held -> held.node().isEmpty()).count());
    return new BlockUsage(
        block.cidr(),
        owner,
        total,
        total - block.free(),
        borrowed,
        unattributed,
        block.free() - block.free(reservations));
  }

  public int free() {
    return total - inUse - reserved;
  }
}
