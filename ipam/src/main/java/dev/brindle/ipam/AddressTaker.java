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

  /// Whichever are free and not reserved, at most so many.
  ///
  /// @param block as it was last read; if it has changed since, it is read again
  /// @param owner whose block it must be; empty to borrow
  List<IpAddress> take(
      Block block, int count, AssignRequest request, Optional<BlockOwner> owner, Terms terms) {
    IpamBlock.Attribute holder = holder(request.handle(), request.attributes());
    return take(
        block,
        count,
        request.handle(),
        owner,
        terms.coolDownSeconds(),
        found -> found.assign(count, holder, terms.reserved()));
  }

  /// One address.
  ///
  /// @return nothing if it is not free
  List<IpAddress> take(
      Block block,
      IpAddress address,
      String handle,
      Map<String, String> attributes,
      Optional<BlockOwner> owner,
      int coolDownSeconds) {
    IpamBlock.Attribute holder = holder(handle, attributes);
    return take(block, 1, handle, owner, coolDownSeconds, found -> found.assign(address, holder));
  }

  private List<IpAddress> take(
      Block seen,
      int count,
      String handle,
      Optional<BlockOwner> owner,
      int coolDown,
      Function<Block, BlockChange> change) {
    Optional<BlockChange> first = changed(Optional.of(seen), owner, change, coolDown);
    if (first.isEmpty()) {
      return List.of();
    }
    Cidr cidr = seen.cidr();
    handles.add(handle, cidr, count);
    List<IpAddress> taken;
    try {
      taken =
          write(first)
              .orElseGet(
                  () ->
                      retry.until(
                          () -> write(changed(store.block(cidr), owner, change, coolDown))));
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

  /// @return empty if someone else was faster
  private Optional<List<IpAddress>> write(Optional<BlockChange> wanted) {
    if (wanted.isEmpty()) {
      return Optional.of(List.of());
    }
    boolean isWritten = store.update(wanted.get().block().resource());
    return isWritten ? Optional.of(wanted.get().addresses()) : Optional.empty();
  }

  /// What there is to write now; empty if there is nothing to take.
  private Optional<BlockChange> changed(
      Optional<Block> found,
      Optional<BlockOwner> owner,
      Function<Block, BlockChange> change,
      int coolDown) {
    return found
        .filter(block -> owner.isEmpty() || block.isOwnedBy(owner.get()))
        .map(block -> change.apply(block.collect(clock.instant(), coolDown)))
        .filter(wanted -> !wanted.isNothing());
  }

  private static IpamBlock.Attribute holder(String handle, Map<String, String> attributes) {
    return new IpamBlock.Attribute(handle, attributes, Map.of(), Optional.empty());
  }
}
