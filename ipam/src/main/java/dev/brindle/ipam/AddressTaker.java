// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.ipam.block.Block;
import dev.brindle.ipam.block.BlockChange;
import dev.brindle.ipam.block.BlockOwner;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Takes addresses out of a block that is there: counts them for the handle, then writes the block.
final class AddressTaker {

  private final BlockStore store;
  private final HandleCounts handles;
  private final WriteRetry retry;
  private final InstantSource clock;

  AddressTaker(BlockStore store, HandleCounts handles, WriteRetry retry, InstantSource clock) {
    this.store = store;
    this.handles = handles;
    this.retry = retry;
    this.clock = clock;
  }

  /// Whichever are free, at most so many.
  ///
  /// @param owner whose block it must be; empty to borrow
  List<IpAddress> take(Cidr cidr, int count, AssignRequest request, Optional<BlockOwner> owner) {
    IpamBlock.Attribute holder = holder(request.handle(), request.attributes());
    return take(cidr, count, request.handle(), owner, block -> block.assign(count, holder));
  }

  /// One address.
  ///
  /// @return nothing if it is not free
  List<IpAddress> take(
      Cidr cidr,
      IpAddress address,
      String handle,
      Map<String, String> attributes,
      Optional<BlockOwner> owner) {
    IpamBlock.Attribute holder = holder(handle, attributes);
    return take(cidr, 1, handle, owner, block -> block.assign(address, holder));
  }

  private List<IpAddress> take(
      Cidr cidr,
      int count,
      String handle,
      Optional<BlockOwner> owner,
      Function<Block, BlockChange> change) {
    int coolDown = store.config().ipCooldownSeconds();
    if (changed(cidr, owner, change, coolDown).isEmpty()) {
      return List.of();
    }
    handles.add(handle, cidr, count);
    List<IpAddress> taken;
    try {
      taken = retry.until(() -> attempt(cidr, owner, change, coolDown));
    } catch (IpamException e) {
      handles.subtract(handle, cidr, count);
      throw e;
    }
    handles.subtract(handle, cidr, count - taken.size());
    if (!taken.isEmpty()) {
      handles.ensure(handle, cidr, taken.size());
    }
    return taken;
  }

  private Optional<List<IpAddress>> attempt(
      Cidr cidr, Optional<BlockOwner> owner, Function<Block, BlockChange> change, int coolDown) {
    Optional<BlockChange> wanted = changed(cidr, owner, change, coolDown);
    if (wanted.isEmpty()) {
      return Optional.of(List.of());
    }
    boolean isWritten = store.update(wanted.get().block().resource());
    return isWritten ? Optional.of(wanted.get().addresses()) : Optional.empty();
  }

  /// What there is to write now; empty if there is nothing to take.
  private Optional<BlockChange> changed(
      Cidr cidr, Optional<BlockOwner> owner, Function<Block, BlockChange> change, int coolDown) {
    return store
        .block(cidr)
        .filter(block -> owner.isEmpty() || block.isOwnedBy(owner.get()))
        .map(block -> change.apply(block.collect(clock.instant(), coolDown)))
        .filter(wanted -> !wanted.isNothing());
  }

  private static IpamBlock.Attribute holder(String handle, Map<String, String> attributes) {
    return new IpamBlock.Attribute(handle, attributes, Map.of(), Optional.empty());
  }
}
