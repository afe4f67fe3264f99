// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.route;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.BlockAffinity;
import java.util.Map;
import java.util.TreeMap;

/// Which node each block is on, and which single addresses of it another node borrowed.
///
/// @param blocks by prefix
/// @param borrowed by address
public record BlockOwners(Map<Cidr, String> blocks, Map<IpAddress, String> borrowed) {

  /// A block record says who has it; where there is none yet, a confirmed claim does.
  static BlockOwners of(ClusterView view) {
    Map<Cidr, String> blocks = new TreeMap<>();
    Map<IpAddress, String> borrowed = new TreeMap<>();
    view.affinities().stream()
        .map(BlockAffinity::spec)
        .filter(claim -> claim.state() == BlockAffinity.State.CONFIRMED && !claim.deleted())
        .filter(claim -> claim.type().equals("host"))
        .forEach(claim -> blocks.put(claim.cidr(), claim.node()));
    for (BlockHolders block : view.blocks()) {
      blocks.remove(block.cidr());
      block.owner().ifPresent(node -> blocks.put(block.cidr(), node));
      borrowed.putAll(block.borrowed());
    }
    return new BlockOwners(blocks, borrowed);
  }
}
