// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam.audit;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.ipam.block.Block;
import dev.brindle.ipam.block.Reservations;
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
  public static List<PoolUsage> of(
      List<IpPool> pools, List<IpamBlock> blocks, Reservations reservations) {
    List<PoolUsage> usages = new ArrayList<>();
    for (IpPool pool : pools) {
      Cidr cidr = pool.spec().cidr();
      List<BlockUsage> inside = blocks(blocks, cidr::contains, reservations);
      BigInteger reserved = unused(cidr, inside, reservations);
      usages.add(new PoolUsage(pool.metadata().name(), cidr, reserved, inside));
    }
    List<BlockUsage> orphans =
        blocks(
            blocks,
            block -> pools.stream().noneMatch(pool -> pool.spec().cidr().contains(block)),
            reservations);
    if (!orphans.isEmpty()) {
      usages.add(new PoolUsage(ORPHANS, EVERYTHING, reserved(orphans), orphans));
    }
    return usages;
  }

  private static List<BlockUsage> blocks(
      List<IpamBlock> blocks, Predicate<Cidr> isInside, Reservations reservations) {
    return blocks.stream()
        .filter(block -> isInside.test(block.spec().cidr()))
        .sorted(Comparator.comparing(block -> block.spec().cidr()))
        .map(block -> BlockUsage.of(new Block(block), reservations))
        .toList();
  }

  /// What is reserved and in a block is counted there, because it may be in use all the same.
  private static BigInteger unused(Cidr cidr, List<BlockUsage> blocks, Reservations reservations) {
    BigInteger outside =
        blocks.stream()
            .map(block -> reservations.count(block.cidr()))
            .reduce(reservations.count(cidr), BigInteger::subtract);
    return outside.add(reserved(blocks));
  }

  private static BigInteger reserved(List<BlockUsage> blocks) {
    return BigInteger.valueOf(blocks.stream().mapToLong(BlockUsage::reserved).sum());
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
