// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.route;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.IpamBlock;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Which node each block is on, and which single addresses of it another node borrowed.
///
/// @param blocks by prefix
/// @param borrowed by address
public record BlockOwners(Map<Cidr, String> blocks, Map<IpAddress, String> borrowed) {

  private static final String HOST = "host:";
  private static final String NODE = "node";

  /// A block record says who has it; where there is none yet, a confirmed claim does.
  static BlockOwners of(ClusterView view) {
    Map<Cidr, String> blocks = new TreeMap<>();
    Map<IpAddress, String> borrowed = new TreeMap<>();
    view.affinities().stream()
        .map(BlockAffinity::spec)
        .filter(claim -> claim.state() == BlockAffinity.State.CONFIRMED && !claim.deleted())
        .filter(claim -> claim.type().equals("host"))
        .forEach(claim -> blocks.put(claim.cidr(), claim.node()));
    view.blocks().forEach(block -> add(block, blocks, borrowed));
    return new BlockOwners(blocks, borrowed);
  }

  /// What one block says: as long as this is the same, its other changes concern no route.
  public static BlockOwners of(IpamBlock block) {
    Map<Cidr, String> blocks = new TreeMap<>();
    Map<IpAddress, String> borrowed = new TreeMap<>();
    add(block, blocks, borrowed);
    return new BlockOwners(blocks, borrowed);
  }

  private static void add(
      IpamBlock block, Map<Cidr, String> blocks, Map<IpAddress, String> borrowed) {
    IpamBlock.Spec spec = block.spec();
    Optional<String> owner = owner(spec);
    blocks.remove(spec.cidr());
    owner.ifPresent(node -> blocks.put(spec.cidr(), node));
    borrowed(spec, owner.orElse(""), borrowed);
  }

  private static Optional<String> owner(IpamBlock.Spec block) {
    return block
        .affinity()
        .filter(affinity -> affinity.startsWith(HOST) && !block.deleted())
        .map(affinity -> affinity.substring(HOST.length()));
  }

  private static void borrowed(
      IpamBlock.Spec block, String owner, Map<IpAddress, String> borrowed) {
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
  }
}
