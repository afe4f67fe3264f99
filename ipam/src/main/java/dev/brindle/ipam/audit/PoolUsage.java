// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam.audit;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.ipam.block.Block;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/// How many addresses of a pool are in use.
///
/// @param reserved in no use, but not to be given out either
public record PoolUsage(String name, Cidr cidr, BigInteger reserved, List<BlockUsage> blocks) {

  /// The name of what lies outside every pool.
  public static final String ORPHANS = "orphaned allocation blocks";

  private static final Cidr EVERYTHING = new Cidr(IpAddress.ofIpv4(0), 0);

  public PoolUsage {
    blocks = List.copyOf(blocks);
  }

  /// One for each pool, in order; at the end one for blocks outside all pools, if there are any.
  public static List<PoolUsage> of(List<IpPool> pools, List<IpamBlock> blocks) {
    List<PoolUsage> usages = new ArrayList<>();
    for (IpPool pool : pools) {
      Cidr cidr = pool.spec().cidr();
      usages.add(usage(pool.metadata().name(), cidr, blocks, cidr::contains));
    }
    PoolUsage orphans =
        usage(
            ORPHANS,
            EVERYTHING,
            blocks,
            block -> pools.stream().noneMatch(pool -> pool.spec().cidr().contains(block)));
    if (!orphans.blocks().isEmpty()) {
      usages.add(orphans);
    }
    return usages;
  }

  private static PoolUsage usage(
      String name, Cidr cidr, List<IpamBlock> blocks, Predicate<Cidr> isInside) {
    return new PoolUsage(
        name,
        cidr,
        BigInteger.ZERO,
        blocks.stream()
            .filter(block -> isInside.test(block.spec().cidr()))
            .sorted(Comparator.comparing(block -> block.spec().cidr()))
            .map(block -> BlockUsage.of(new Block(block)))
            .toList());
  }

  public BigInteger total() {
    return BigInteger.ONE.shiftLeft(cidr.family().bits() - cidr.length());
  }

  public BigInteger inUse() {
    return BigInteger.valueOf(blocks.stream().mapToLong(BlockUsage::inUse).sum());
  }

  public BigInteger free() {
    return total().subtract(inUse()).subtract(reserved);
  }
}
