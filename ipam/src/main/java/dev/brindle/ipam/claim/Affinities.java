// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam.claim;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.Metadata;
import dev.brindle.ipam.block.BlockNames;
import dev.brindle.ipam.block.BlockOwner;
import java.util.Map;

/// Affinities as they are written.
public final class Affinities {

  private Affinities() {}

  /// The labels let others find a node's affinities without reading all.
  public static BlockAffinity pending(BlockOwner owner, Cidr cidr) {
    Map<String, String> labels =
        Map.of(
            "projectcalico.org/affinity-type", owner.type(),
            "projectcalico.org/ip-version", Integer.toString(cidr.family().version()));
    return new BlockAffinity(
        Metadata.named(BlockNames.affinityKey(owner, cidr).name()).withLabels(labels),
        new BlockAffinity.Spec(
            BlockAffinity.State.PENDING, owner.name(), owner.type(), cidr, false));
  }

  public static BlockAffinity in(BlockAffinity affinity, BlockAffinity.State state) {
    BlockAffinity.Spec old = affinity.spec();
    return new BlockAffinity(
        affinity.metadata(),
        new BlockAffinity.Spec(state, old.node(), old.type(), old.cidr(), old.deleted()));
  }

  public static BlockOwner owner(BlockAffinity affinity) {
    return new BlockOwner(affinity.spec().type(), affinity.spec().node());
  }
}
