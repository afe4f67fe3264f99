// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.IpamConfig;
import dev.brindle.ipam.block.Block;
import dev.brindle.ipam.block.BlockCidrs;
import dev.brindle.ipam.block.BlockOwner;
import dev.brindle.ipam.block.Reservations;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// One request for addresses of one family: from the node's own blocks, then from a new block, then
/// borrowed from others' blocks.
final class AutoAssign {

  private static final int DEFAULT_MAX_BLOCKS = 20;

  private final BlockStore store;
  private final BlockClaims claims;
  private final AddressTaker taker;
  private final FreeBlocks freeBlocks;
  private final AssignRequest request;
  private final IpFamily family;
  private final ReserveYield reserve;

  private final BlockOwner owner;
  private final List<IpAddress> assigned = new ArrayList<>();
  private final List<String> messages = new ArrayList<>();
  private Terms terms = new Terms(0, Reservations.NONE);

  AutoAssign(
      BlockStore store,
      BlockClaims claims,
      AddressTaker taker,
      FreeBlocks freeBlocks,
      AssignRequest request,
      IpFamily family,
      ReserveYield reserve) {
    this.store = store;
    this.claims = claims;
    this.taker = taker;
    this.freeBlocks = freeBlocks;
    this.request = request;
    this.family = family;
    this.reserve = reserve;
    this.owner = BlockOwner.of(request.use(), request.node());
  }

  List<IpAddress> assigned() {
    return assigned;
  }

  /// Why there are not more.
  List<String> messages() {
    return messages;
  }

  /// @throws IpamException if nothing can be assigned as it is asked for
  void run() {
    IpamConfig.Spec config = store.config();
    terms = new Terms(config.ipCooldownSeconds(), store.reservations());
    Map<String, String> nodeLabels = isForServices() ? Map.of() : store.nodeLabels(request.node());
    List<IpPool> all = store.pools();
    List<IpPool> pools = PoolChoice.of(all, family).fitting(request, family, nodeLabels);

    Set<Cidr> own = ownBlocks(pools, all, nodeLabels);
    for (Cidr block : own) {
      if (missing() == 0) {
        return;
      }
      if (terms.reserved().covers(block)) {
        continue;
      }
      claims.claim(owner, block).ifPresent(this::takeOwned);
    }
    if (missing() > 0 && !isForServices()) {
      assigned.addAll(reserve.take(own, missing(), request));
    }
    if (missing() == 0 || !claimMore(pools, own, config)) {
      return;
    }
    if (config.strictAffinity()) {
      messages.add(
          "No more free affine blocks and strict affinity enabled: add an IPPool, or run 'ipam"
              + " configure --strictaffinity=false'");
      return;
    }
    pools.forEach(this::borrow);
    if (missing() > 0) {
      messages.add(
          "add an IPPool, or delete %s that are not needed ('ipam show' tells what is in use)"
              .formatted(isForServices() ? "services" : "pods"));
    }
  }

  private int missing() {
    return request.wanted(family) - assigned.size();
  }

  private void takeOwned(Block block) {
    assigned.addAll(taker.take(block, missing(), request, Optional.of(owner), terms));
  }

  /// The node's blocks in pools it may use. An empty one in a pool that no longer selects the node
  /// is given up.
  private Set<Cidr> ownBlocks(
      List<IpPool> usable, List<IpPool> all, Map<String, String> nodeLabels) {
    Set<Cidr> own = new TreeSet<>();
    for (BlockAffinity affinity : store.affinities(owner)) {
      Cidr block = affinity.spec().cidr();
      if (block.family() != family) {
        continue;
      }
      if (isIn(usable, block)) {
        own.add(block);
      } else if (isUnselected(all, block, nodeLabels)) {
        claims.release(owner, block, true);
      }
    }
    return own;
  }

  private static boolean isIn(List<IpPool> pools, Cidr block) {
    return pools.stream().anyMatch(pool -> pool.spec().cidr().contains(block));
  }

  private boolean isUnselected(List<IpPool> all, Cidr block, Map<String, String> nodeLabels) {
    List<IpPool> around =
        all.stream()
            .filter(pool -> PoolChoice.isEnabled(pool) && pool.spec().cidr().contains(block))
            .toList();
    return !isForServices()
        && !around.isEmpty()
        && around.stream().noneMatch(pool -> PoolChoice.selectsNode(pool, nodeLabels));
  }

  /// @return whether borrowing may be tried
  private boolean claimMore(List<IpPool> pools, Set<Cidr> own, IpamConfig.Spec config) {
    // services are on no host: only their pools limit them
    int limit = isForServices() ? Integer.MAX_VALUE : maxBlocks(request.maxBlocks(), config);
    int owned = own.size();
    Set<Cidr> tried = new HashSet<>(own);
    while (missing() > 0) {
      if (owned >= limit) {
        messages.add(
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
      Optional<Cidr> candidate = freeBlocks.find(pools, owner, tried, terms.reserved());
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

  private boolean isForServices() {
    return request.use() == IpPool.AllowedUse.LOAD_BALANCER;
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
    if (missing() == 0) {
      return;
    }
    IpPool.Spec spec = pool.spec();
    BlockCidrs order = BlockCidrs.of(spec.cidr(), spec.blockSize(), BlockCidrs.seed(owner.name()));
    store.blocks().stream()
        .filter(block -> spec.cidr().contains(block.cidr()))
        .filter(block -> block.free(terms.reserved()) > 0)
        .sorted(Comparator.comparing(block -> order.distance(block.cidr())))
        .takeWhile(_ -> missing() > 0)
        .forEach(
            block ->
                assigned.addAll(taker.take(block, missing(), request, Optional.empty(), terms)));
    if (missing() > 0) {
      messages.add(
          "No IPs available in pools: [%s], IPPool %s is full (%s addresses)"
              .formatted(spec.cidr(), pool.metadata().name(), size(spec.cidr())));
    }
  }
}
