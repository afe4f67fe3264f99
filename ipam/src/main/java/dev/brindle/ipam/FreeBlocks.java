// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.IpPool;
import dev.brindle.ipam.block.Block;
import dev.brindle.ipam.block.BlockCidrs;
import dev.brindle.ipam.block.BlockOwner;
import dev.brindle.ipam.block.Reservations;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Finds a block to claim: one that does not exist yet, else one that others have left unused.
final class FreeBlocks {

  /// A node that has just claimed a block is about to use it.
  private static final Duration UNUSED_AT_LEAST = Duration.ofSeconds(60);

  private static final long MAX_CANDIDATES = 1_000_000;

  private final BlockStore store;
  private final BlockClaims claims;
  private final InstantSource clock;
  private final RandomGenerator random;

  FreeBlocks(BlockStore store, BlockClaims claims, InstantSource clock, RandomGenerator random) {
    this.store = store;
    this.claims = claims;
    this.clock = clock;
    this.random = random;
  }

  /// @param tried not these
  /// @param reserved nor what is wholly among these
  Optional<Cidr> find(
      List<IpPool> pools, BlockOwner owner, Set<Cidr> tried, Reservations reserved) {
    Map<Cidr, Block> existing =
        store.blocks().stream().collect(Collectors.toMap(Block::cidr, Function.identity()));
    return pools.stream()
        .flatMap(pool -> candidate(pool.spec(), owner, tried, existing, reserved).stream())
        .findFirst()
        .or(() -> reclaimed(pools, owner, tried, existing, reserved));
  }

  /// Whether there is one. Changes nothing.
  ///
  /// @param blocks all there are
  boolean isThereOne(
      List<IpPool> pools, BlockOwner owner, Reservations reserved, List<Block> blocks) {
    Map<Cidr, Block> existing =
        blocks.stream().collect(Collectors.toMap(Block::cidr, Function.identity()));
    return pools.stream()
            .anyMatch(
                pool -> candidate(pool.spec(), owner, Set.of(), existing, reserved).isPresent())
        || unused(pools, owner, Set.of(), existing, reserved).findFirst().isPresent();
  }

  private Optional<Cidr> candidate(
      IpPool.Spec pool,
      BlockOwner owner,
      Set<Cidr> tried,
      Map<Cidr, Block> existing,
      Reservations reserved) {
    boolean isSingle = pool.blockSize() == pool.cidr().family().bits();
    long seed = isSingle ? random.nextLong() : BlockCidrs.seed(owner.name());
    List<Cidr> otherSizes =
        existing.keySet().stream()
            .filter(block -> block.length() != pool.blockSize() && block.overlaps(pool.cidr()))
            .toList();
    return BlockCidrs.of(pool.cidr(), pool.blockSize(), seed).stream()
        .limit(MAX_CANDIDATES)
        .filter(block -> !tried.contains(block))
        .filter(block -> isUsable(existing.get(block), owner, reserved))
        .filter(block -> !reserved.covers(block))
        .filter(block -> otherSizes.stream().noneMatch(block::overlaps))
        .findFirst();
  }

  private static boolean isUsable(
      @Nullable Block existing, BlockOwner owner, Reservations reserved) {
    return existing == null || (existing.isOwnedBy(owner) && existing.free(reserved) > 0);
  }

  private Optional<Cidr> reclaimed(
      List<IpPool> pools,
      BlockOwner owner,
      Set<Cidr> tried,
      Map<Cidr, Block> existing,
      Reservations reserved) {
    return unused(pools, owner, tried, existing, reserved)
        .filter(this::release)
        .map(Block::cidr)
        .findFirst();
  }

  /// What others have left so.
  private Stream<Block> unused(
      List<IpPool> pools,
      BlockOwner owner,
      Set<Cidr> tried,
      Map<Cidr, Block> existing,
      Reservations reserved) {
    Instant limit = clock.instant().minus(UNUSED_AT_LEAST);
    return existing.values().stream()
        .filter(block -> block.isEmpty() && !block.isOwnedBy(owner))
        .filter(block -> !tried.contains(block.cidr()) && !reserved.covers(block.cidr()))
        .filter(block -> pools.stream().anyMatch(pool -> fits(pool.spec(), block.cidr())))
        .filter(block -> isClaimedBefore(block, limit));
  }

  private static boolean fits(IpPool.Spec pool, Cidr block) {
    return pool.blockSize() == block.length() && pool.cidr().contains(block);
  }

  private static boolean isClaimedBefore(Block block, Instant limit) {
    try {
      String claimed = block.spec().affinityClaimTime();
      return claimed.isEmpty() || !Instant.parse(claimed).isAfter(limit);
    } catch (DateTimeParseException _) {
      return false; // it may have been claimed just now
    }
  }

  private boolean release(Block block) {
    return block
        .owner()
        .map(other -> claims.release(other, block.cidr(), true))
        .orElseGet(() -> store.delete(block.resource()));
  }
}
