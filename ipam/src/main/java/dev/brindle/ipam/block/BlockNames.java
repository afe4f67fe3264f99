// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam.block;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.IpamNames;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;

/// Keys of IPAM's resources.
public final class BlockNames {

  private BlockNames() {}

  public static ResourceKey blockKey(Cidr cidr) {
    return ResourceKey.of(ResourceKind.IPAM_BLOCK, IpamNames.block(cidr));
  }

  public static ResourceKey affinityKey(BlockOwner owner, Cidr cidr) {
    return ResourceKey.of(ResourceKind.BLOCK_AFFINITY, IpamNames.affinity(owner.name(), cidr));
  }

  /// In its true case; a store that has no such names keeps it in the handle itself.
  public static ResourceKey handleKey(String handle) {
    return ResourceKey.of(ResourceKind.IPAM_HANDLE, handle);
  }

  /// What the names of all affinities of an owner begin with; those of others may too.
  public static String affinityPrefix(BlockOwner owner) {
    return IpamNames.affinityPrefix(owner.name());
  }
}
