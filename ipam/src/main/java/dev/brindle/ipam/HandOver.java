// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.ipam.block.Assignment;
import dev.brindle.ipam.block.Block;
import java.util.Map;
import java.util.Optional;

/// Gives an address from one handle to another without its being free in between. At each moment
/// one of the two has it, and both are counted: the new one first, the old one's count goes last.
final class HandOver {

  private final BlockStore store;
  private final HandleCounts handles;
  private final WriteRetry retry;

  HandOver(BlockStore store, HandleCounts handles, WriteRetry retry) {
    this.store = store;
    this.handles = handles;
    this.retry = retry;
  }

  /// May be done again after it was interrupted.
  ///
  /// @return whether the new handle has it now; false if it is not in the old one's hands any more
  boolean move(Cidr block, Holding from, String handle, Map<String, String> attributes) {
    Optional<Assignment> now = holder(block, from);
    if (now.filter(held -> held.handle().equals(handle)).isPresent()) {
      handles.ensure(handle, block, 1);
      return true;
    }
    if (!isStill(from, now)) {
      return false;
    }
    handles.add(handle, block, 1);
    var holder = new IpamBlock.Attribute(handle, attributes, Map.of(), Optional.empty());
    boolean isMoved = retry.until(() -> attempt(block, from, holder));
    handles.subtract(isMoved ? from.handle() : handle, block, 1);
    if (isMoved) {
      handles.ensure(handle, block, 1);
    }
    return isMoved;
  }

  /// @return empty if someone else was faster
  private Optional<Boolean> attempt(Cidr cidr, Holding from, IpamBlock.Attribute holder) {
    Optional<Block> block = store.block(cidr);
    if (!isStill(from, block.flatMap(found -> found.assignmentOf(from.address())))) {
      return Optional.of(false);
    }
    Block changed = block.orElseThrow().handedOver(from.address(), holder);
    return store.update(changed.resource()) ? Optional.of(true) : Optional.empty();
  }

  private Optional<Assignment> holder(Cidr block, Holding from) {
    return store.block(block).flatMap(found -> found.assignmentOf(from.address()));
  }

  private static boolean isStill(Holding from, Optional<Assignment> now) {
    return now.map(Holding::of).filter(from::equals).isPresent();
  }
}
