// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.ipam;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.IpamBlock.Attribute;
import dev.brindle.api.resource.IpamHandle;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.ctl.client.ClientException;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.WriteResult.Missing;
import dev.brindle.datastore.WriteResult.Written;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/// Frees addresses in stored blocks by compare and set, then takes them off their handles. If that
/// stops between the two, a handle counts too many, never too few.
public final class BlockRelease {

  private static final int TRIES = 100;

  private final Datastore store;

  public BlockRelease(Datastore store) {
    this.store = store;
  }

  /// @return whether anything was freed
  public boolean free(
      ResourceKey blockKey, Predicate<Integer> ordinals, Predicate<Attribute> attributes) {
    for (int i = 0; i < TRIES; i++) {
      Optional<IpamBlock> block = store.get(blockKey).map(IpamBlock.class::cast);
      if (block.isEmpty()) {
        return false;
      }
      FreedBlock freed = FreedBlock.of(block.get().spec(), ordinals, attributes);
      if (freed.isUnchanged()) {
        return false;
      }
      if (store.update(new IpamBlock(block.get().metadata(), freed.spec())) instanceof Written) {
        Cidr cidr = freed.spec().cidr();
        freed.perHandle().forEach((handle, count) -> takeOff(handle, cidr, count));
        return true;
      }
    }
    throw new ClientException("Max retries hit - excessive concurrent IPAM requests");
  }

  private void takeOff(String handleId, Cidr block, int count) {
    ResourceKey key = ResourceKey.of(ResourceKind.IPAM_HANDLE, handleId.toLowerCase(Locale.ROOT));
    for (int i = 0; i < TRIES && !handleId.isEmpty(); i++) {
      Optional<Resource> found = store.get(key);
      if (found.isEmpty() || isTakenOff((IpamHandle) found.get(), block, count)) {
        return;
      }
    }
  }

  private boolean isTakenOff(IpamHandle handle, Cidr block, int count) {
    Map<String, Integer> left = new TreeMap<>(handle.spec().block());
    left.computeIfPresent(block.toString(), (_, had) -> had > count ? had - count : null);
    var result =
        left.isEmpty()
            ? store.delete(handle.key(), handle.metadata().resourceVersion())
            : store.update(
                new IpamHandle(
                    handle.metadata(),
                    new IpamHandle.Spec(handle.spec().handleID(), left, handle.spec().deleted())));
    return result instanceof Written || result instanceof Missing;
  }
}
