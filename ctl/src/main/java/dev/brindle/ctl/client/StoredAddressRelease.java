// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.client;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.ctl.ipam.BlockRelease;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.WriteResult;
import dev.brindle.datastore.WriteResult.Missing;
import dev.brindle.datastore.WriteResult.Written;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// Gives addresses and claims back in the order that is safe to stop at: claim marked, block
/// written, claim removed.
public final class StoredAddressRelease implements AddressRelease {

  private static final String NODE = "node";
  private static final int TRIES = 5;

  private final Datastore store;

  public StoredAddressRelease(Datastore store) {
    this.store = store;
  }

  @Override
  public void ofPool(Cidr pool) {
    releaseClaims(affinity -> pool.contains(affinity.spec().cidr()));
  }

  @Override
  public void ofNode(String node) {
    Set<Cidr> addresses = new HashSet<>();
    Checks.list(store, ResourceKind.WORKLOAD_ENDPOINT, WorkloadEndpoint.class).stream()
        .filter(endpoint -> endpoint.spec().node().equals(node))
        .forEach(endpoint -> addresses.addAll(endpoint.spec().ipNetworks()));
    var release = new BlockRelease(store);
    for (IpamBlock block : Checks.list(store, ResourceKind.IPAM_BLOCK, IpamBlock.class)) {
      Cidr cidr = block.spec().cidr();
      release.free(
          block.key(),
          ordinal -> addresses.contains(Cidr.host(cidr.address().plus(ordinal))),
          _ -> true);
      release.free(
          block.key(), _ -> true, attribute -> node.equals(attribute.activeOwner().get(NODE)));
    }
    releaseClaims(affinity -> affinity.spec().node().equals(node));
  }

  private void releaseClaims(Predicate<BlockAffinity> which) {
    Checks.list(store, ResourceKind.BLOCK_AFFINITY, BlockAffinity.class).stream()
        .filter(which)
        .forEach(this::releaseClaim);
  }

  private void releaseClaim(BlockAffinity claim) {
    Optional<BlockAffinity> marked = marked(claim);
    if (marked.isEmpty()) {
      return; // gone meanwhile
    }
    String owner = claim.spec().type() + ":" + claim.spec().node();
    for (int i = 0; i < TRIES; i++) {
      Optional<IpamBlock> found =
          Checks.list(store, ResourceKind.IPAM_BLOCK, IpamBlock.class).stream()
              .filter(item -> item.spec().cidr().equals(claim.spec().cidr()))
              .findFirst();
      boolean isOwned = found.flatMap(item -> item.spec().affinity()).equals(Optional.of(owner));
      if (!isOwned || isDisowned(found.orElseThrow())) {
        requireDone(store.delete(claim.key()), claim);
        return;
      }
    }
    throw new ClientException("update conflict: block " + claim.spec().cidr());
  }

  /// The claim as it goes, so that nobody counts on it; empty if it went by itself.
  private Optional<BlockAffinity> marked(BlockAffinity claim) {
    for (int i = 0; i < TRIES; i++) {
      Optional<BlockAffinity> current = store.get(claim.key()).map(BlockAffinity.class::cast);
      if (current.isEmpty()) {
        return current;
      }
      BlockAffinity.Spec spec = current.get().spec();
      var changed =
          new BlockAffinity(
              current.get().metadata(),
              new BlockAffinity.Spec(
                  BlockAffinity.State.PENDING_DELETION,
                  spec.node(),
                  spec.type(),
                  spec.cidr(),
                  spec.deleted()));
      if (store.update(changed) instanceof Written) {
        return Optional.of(changed);
      }
    }
    throw ClientException.conflict(claim.key());
  }

  /// An empty block goes; one in use stays without an owner.
  private boolean isDisowned(IpamBlock block) {
    List<Integer> allocations = block.spec().allocations();
    WriteResult result =
        allocations.stream().allMatch(index -> index == IpamBlock.FREE)
            ? store.delete(block.key(), block.metadata().resourceVersion())
            : store.update(withoutOwner(block));
    return result instanceof Written || result instanceof Missing;
  }

  private static Resource withoutOwner(IpamBlock block) {
    IpamBlock.Spec spec = block.spec();
    return new IpamBlock(
        block.metadata(),
        new IpamBlock.Spec(
            spec.cidr(),
            Optional.empty(),
            "",
            spec.allocations(),
            spec.unallocated(),
            spec.attributes(),
            spec.sequenceNumber() + 1,
            spec.sequenceNumberForAllocation(),
            spec.deleted()));
  }

  private static void requireDone(WriteResult result, BlockAffinity claim) {
    if (!(result instanceof Written || result instanceof Missing)) {
      throw ClientException.conflict(claim.key());
    }
  }
}
