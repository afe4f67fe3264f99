// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.IpReservation;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.IpamConfig;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.WriteResult;
import dev.brindle.ipam.block.Block;
import dev.brindle.ipam.block.BlockNames;
import dev.brindle.ipam.block.BlockOwner;
import dev.brindle.ipam.block.Reservations;
import dev.brindle.ipam.claim.Affinities;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the allocator reads and writes, by its own words. A write that says false has changed
/// nothing: someone else was faster.
final class BlockStore {

  private final Datastore store;

  BlockStore(Datastore store) {
    this.store = store;
  }

  IpamConfig.Spec config() {
    return store
        .get(ResourceKey.of(ResourceKind.IPAM_CONFIG, IpamConfig.DEFAULT))
        .map(config -> ((IpamConfig) config).spec())
        .orElse(IpamConfig.Spec.DEFAULTS);
  }

  List<IpPool> pools() {
    return all(ResourceKind.IP_POOL, IpPool.class);
  }

  /// @throws IpamException if it cannot be told what is reserved
  Reservations reservations() {
    try {
      return Reservations.of(all(ResourceKind.IP_RESERVATION, IpReservation.class));
    } catch (IllegalArgumentException e) {
      throw new IpamException(String.valueOf(e.getMessage()));
    }
  }

  /// None for a node that is not registered: only selectors that ask for nothing match it.
  Map<String, String> nodeLabels(String node) {
    return store
        .get(ResourceKey.of(ResourceKind.NODE, node))
        .map(resource -> resource.metadata().labels())
        .orElse(Map.of());
  }

  List<BlockAffinity> affinities() {
    return all(ResourceKind.BLOCK_AFFINITY, BlockAffinity.class);
  }

  /// Of one owner. Costs no more for those of all others.
  List<BlockAffinity> affinities(BlockOwner owner) {
    return store.affinitiesOf(owner.name()).stream()
        .map(BlockAffinity.class::cast)
        .filter(affinity -> Affinities.owner(affinity).equals(owner))
        .toList();
  }

  Optional<BlockAffinity> affinity(BlockOwner owner, Cidr cidr) {
    return store.get(BlockNames.affinityKey(owner, cidr)).map(BlockAffinity.class::cast);
  }

  Optional<Block> block(Cidr cidr) {
    return store.get(BlockNames.blockKey(cidr)).map(block -> new Block((IpamBlock) block));
  }

  List<Block> blocks() {
    return all(ResourceKind.IPAM_BLOCK, IpamBlock.class).stream().map(Block::new).toList();
  }

  boolean create(Resource resource) {
    return store.create(resource) instanceof WriteResult.Written;
  }

  boolean update(Resource resource) {
    return store.update(resource) instanceof WriteResult.Written;
  }

  boolean delete(Resource resource) {
    return store.delete(resource.key(), resource.metadata().resourceVersion())
        instanceof WriteResult.Written;
  }

  private <T extends Resource> List<T> all(ResourceKind kind, Class<T> type) {
    return store.list(kind).stream().map(type::cast).toList();
  }
}
