// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.IpamConfig;
import dev.brindle.ipam.block.Block;
import dev.brindle.ipam.block.BlockCidrs;
import dev.brindle.ipam.block.BlockOwner;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;

/// Addresses of one family for wishes of one node that may take from the same pools: from the
/// node's own blocks, then from a new block, then borrowed from others' blocks. Who stands first
/// is served first.
final class AutoAssign {

  private static final int DEFAULT_MAX_BLOCKS = 20;

  private final BlockStore store;
  private final BlockClaims claims;
  private final AddressTaker taker;
  private final FreeBlocks freeBlocks;
  private final ReserveYield reserve;
  private final List<Wish> wishes;
  private final IpFamily family;
  private final Pools pools;
  private final IpamConfig.Spec config;
  private final Terms terms;

  /// Of the first, as it is of all: node, use, and how many blocks the node may have.
  private final AssignRequest request;

  private final BlockOwner owner;

  /// @param all there are
  /// @param usable those that these wishes may take from
  record Pools(List<IpPool> all, List<IpPool> usable, Map<String, String> nodeLabels) {}

  AutoAssign(
      BlockStore store,
      BlockClaims claims,
      AddressTaker taker,
      FreeBlocks freeBlocks,
      ReserveYield reserve,
      List<Wish> wishes,
      IpFamily family,
      Pools pools,
      IpamConfig.Spec config,
      Terms terms) {
    this.store = store;
    this.claims = claims;
    this.taker = taker;
    this.freeBlocks = freeBlocks;
    this.reserve = reserve;
    this.wishes = wishes;
    this.family = family;
    this.pools = pools;
    this.config = config;
    this.terms = terms;
    this.request = wishes.getFirst().request();
    this.owner = BlockOwner.of(request.use(), request.node());
  }

  private boolean isForServices() {
    return request.use() == IpPool.AllowedUse.LOAD_BALANCER;
  }

  /// @throws IpamException if those that miss something yet get nothing more; says why
  void run() {
    SequencedMap<Cidr, BlockAffinity> own = ownBlocks();
    for (Map.Entry<Cidr, BlockAffinity> each : own.entrySet()) {
      if (isAllGiven()) {
        return;
      }
      if (!terms.reserved().covers(each.getKey())) {
        claims.claim(owner, each.getValue()).ifPresent(this::takeOwned);
      }
    }
    if (!isForServices()) {
      open().forEach(wish -> takeReserved(own.keySet(), wish));
    }
    if (isAllGiven() || !claimMore(own.keySet())) {
      return;
    }
    if (config.strictAffinity()) {
      tell(
          "No more free affine blocks and strict affinity enabled: add an IPPool, or run 'ipam"
              + " configure --strictaffinity=false'");
      return;
    }
    pools.usable().forEach(this::borrow);
    tell(
        "add an IPPool, or delete %s that are not needed ('ipam show' tells what is in use)"
            .formatted(isForServices() ? "services" : "pods"));
  }

  private List<Wish> open() {
    return wishes.stream().filter(each -> each.missing(family) > 0).toList();
  }

  private boolean isAllGiven() {
    return open().isEmpty();
  }

  /// Those who miss something yet.
  private void tell(String message) {
    open().forEach(each -> each.tell(message));
  }

  private void takeOwned(Block block) {
    taker.take(block, open(), Optional.of(owner), terms);
  }

  /// Each has a write of its own, and so a failure.
  private void takeReserved(Set<Cidr> own, Wish wish) {
    try {
      wish.gotCounted(reserve.take(own, wish.missing(family), wish.request()));
    } catch (RuntimeException e) {
      wish.fail(e);
    }
  }

  /// The node's blocks in pools it may use. An empty one in a pool that no longer selects the node
  /// is given up.
  private SequencedMap<Cidr, BlockAffinity> ownBlocks() {
    SequencedMap<Cidr, BlockAffinity> own = new TreeMap<>();
    for (BlockAffinity affinity : store.affinities(owner)) {
      Cidr block = affinity.spec().cidr();
      if (block.family() != family) {
        continue;
      }
      if (pools.usable().stream().anyMatch(pool -> pool.spec().cidr().contains(block))) {
        own.put(block, affinity);
      } else if (isUnselected(block)) {
        claims.release(owner, block, true);
      }
    }
    return own;
  }

  private boolean isUnselected(Cidr block) {
    List<IpPool> around =
        pools.all().stream()
            .filter(pool -> PoolChoice.isEnabled(pool) && pool.spec().cidr().contains(block))
            .toList();
    return !isForServices()
        && !around.isEmpty()
        && around.stream().noneMatch(pool -> PoolChoice.selectsNode(pool, pools.nodeLabels()));
  }

  /// @return whether borrowing may be tried
  private boolean claimMore(Set<Cidr> own) {
    // services are on no host: only their pools limit them
    int limit = isForServices() ? Integer.MAX_VALUE : maxBlocks(request.maxBlocks(), config);
    int owned = own.size();
    Set<Cidr> tried = new HashSet<>(own);
    while (!isAllGiven()) {
      if (owned >= limit) {
        tell(
            ("Need to allocate an IPAM block but could not - limit of %d blocks reached for this"
                    + " node: 'ipam configure --max-blocks-per-host' raises it")
                .formatted(limit));
        return false;
      }
      if (!config.autoAllocateBlocks().orElse(true)) {
        throw new IpamException(
            "failed to find or claim a block: autoAllocateBlocks of IPAMConfiguration default is"
                + " false");
      }
      Optional<Cidr> candidate = freeBlocks.find(pools.usable(), owner, tried, terms.reserved());
      if (candidate.isEmpty()) {
        return true;
      }
      tried.add(candidate.get());
      Optional<Block> claimed = claims.claim(owner, candidate.get());
      if (claimed.isPresent()) {
        owned++;
        takeOwned(claimed.get());
      }
    }
    return true;
  }

  /// Of a node's blocks.
  ///
  /// @param requested 0 for no limit of the request's own
  static int maxBlocks(int requested, IpamConfig.Spec config) {
    int global = config.maxBlocksPerHost();
    if (requested > 0 && global > 0) {
      return Math.min(requested, global);
    }
    int given = Math.max(requested, global);
    return given > 0 ? given : DEFAULT_MAX_BLOCKS;
  }

  private static BigInteger size(Cidr cidr) {
    return BigInteger.TWO.pow(cidr.family().bits() - cidr.length());
  }

  private void borrow(IpPool pool) {
    if (isAllGiven()) {
      return;
    }
    IpPool.Spec spec = pool.spec();
    BlockCidrs order = BlockCidrs.of(spec.cidr(), spec.blockSize(), BlockCidrs.seed(owner.name()));
    store.blocks().stream()
        .filter(block -> spec.cidr().contains(block.cidr()))
        .filter(block -> block.free(terms.reserved()) > 0)
        .sorted(Comparator.comparing(block -> order.distance(block.cidr())))
        .takeWhile(_ -> !isAllGiven())
        .forEach(block -> taker.take(block, open(), Optional.empty(), terms));
    tell(
        "No IPs available in pools: [%s], IPPool %s is full (%s addresses)"
            .formatted(spec.cidr(), pool.metadata().name(), size(spec.cidr())));
  }
}
