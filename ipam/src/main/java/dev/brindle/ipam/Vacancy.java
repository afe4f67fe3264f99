// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.IpamConfig;
import dev.brindle.ipam.block.Block;
import dev.brindle.ipam.block.BlockOwner;
import dev.brindle.ipam.block.Reservations;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Whether a node could get an address, without taking one. Lists all blocks, so it is for when
/// there is reason to ask.
final class Vacancy {

  private final BlockStore store;
  private final FreeBlocks freeBlocks;
  private final InstantSource clock;

  Vacancy(BlockStore store, FreeBlocks freeBlocks, InstantSource clock) {
    this.store = store;
    this.freeBlocks = freeBlocks;
    this.clock = clock;
  }

  /// @param wanted only these pools; none for any that a pod of the node may use unasked
  /// @return why there is none for any pod; empty if there is one for some pod
  Optional<String> obstacle(String node, IpFamily family, List<Cidr> wanted) {
    Map<String, String> labels = store.nodeLabels(node);
    List<IpPool> pools =
        store.pools().stream()
            .filter(pool -> pool.spec().cidr().family() == family)
            .filter(PoolChoice::isForWorkloads)
            .filter(
                pool ->
                    wanted.isEmpty()
                        ? PoolChoice.isForReserve(pool, labels)
                        : wanted.contains(pool.spec().cidr()))
            .toList();
    if (pools.isEmpty()) {
      return Optional.of(
          "no enabled %s pool is for pods of node %s: create an IPPool, or enable one"
              .formatted(family, node));
    }
    return obstacle(node, family, pools, store.config());
  }

  private Optional<String> obstacle(
      String node, IpFamily family, List<IpPool> pools, IpamConfig.Spec config) {
    BlockOwner owner = BlockOwner.node(node);
    Reservations reserved = store.reservations();
    List<Block> blocks = store.blocks();
    List<Cidr> own =
        store.affinities(owner).stream()
            .map(affinity -> affinity.spec().cidr())
            .filter(block -> isIn(pools, block))
            .toList();
    Instant now = clock.instant();
    List<Block> inPools = blocks.stream().filter(block -> isIn(pools, block.cidr())).toList();
    boolean hasOwn =
        inPools.stream()
            .filter(block -> block.isOwnedBy(owner))
            .map(block -> block.collect(now, config.ipCooldownSeconds()))
            .anyMatch(block -> block.free(reserved) > 0 || hasOwnReserve(block, node));
    if (hasOwn) {
      return Optional.empty();
    }
    String full =
        "no %s address is left in the %d blocks of node %s".formatted(family, own.size(), node);
    int limit = AutoAssign.maxBlocks(0, config);
    if (own.size() >= limit) {
      return Optional.of(
          "%s, and %d blocks are its limit: 'ipam configure --max-blocks-per-host' raises it"
              .formatted(full, limit));
    }
    if (!config.autoAllocateBlocks().orElse(true)) {
      return Optional.of(
          full + ", and autoAllocateBlocks of IPAMConfiguration default is false: it gets no more");
    }
    if (freeBlocks.isThereOne(pools, owner, reserved, blocks)) {
      return Optional.empty();
    }
    if (config.strictAffinity()) {
      return Optional.of(
          full
              + ", no other block is free, and strict affinity is enabled: add an IPPool, or run"
              + " 'ipam configure --strictaffinity=false'");
    }
    return inPools.stream().anyMatch(block -> block.free(reserved) > 0)
        ? Optional.empty()
        : Optional.of(full + ", and none in those of others: add an IPPool, or delete pods");
  }

  private static boolean isIn(List<IpPool> pools, Cidr block) {
    return pools.stream().anyMatch(pool -> pool.spec().cidr().contains(block));
  }

  /// Pods get those when nothing else of the node is free.
  private static boolean hasOwnReserve(Block block, String node) {
    return block.assignments().stream()
        .anyMatch(held -> held.handle().equals(Reserve.handle(node)));
  }
}
