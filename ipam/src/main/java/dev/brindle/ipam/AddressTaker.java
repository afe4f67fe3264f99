// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.ipam.block.Block;
import dev.brindle.ipam.block.BlockChange;
import dev.brindle.ipam.block.BlockOwner;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Takes addresses out of a block that is there: counts them for the handles, then writes the
/// block.
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

  /// How a block would be, and who would get what of it; those who would get nothing are left out.
  private record Shares(Block block, Map<Wish, List<IpAddress>> given) {}

  /// Whichever are free and not reserved, in one write: for each wish at most as many as it misses,
  /// for the first one first. What their handles count too much then is not taken off yet.
  ///
  /// @param seen the block as it was last read; if it has changed since, it is read again
  /// @param owner whose block it must be; empty to borrow
  /// @throws IpamException if others change the block all the time
  void take(Block seen, List<Wish> wishes, Optional<BlockOwner> owner, Terms terms) {
    Cidr cidr = seen.cidr();
    Optional<Shares> first = shared(Optional.of(seen), wishes, owner, terms);
    if (first.isEmpty()) {
      return;
    }
    List<Wish> some = counted(first.get().given().keySet(), cidr);
    if (some.isEmpty()) {
      return;
    }
    boolean areAllCounted = some.size() == first.get().given().size();
    Optional<Shares> wanted = areAllCounted ? first : shared(Optional.of(seen), some, owner, terms);
    Shares written =
        writeShares(wanted)
            .orElseGet(
                () -> retry.until(() -> writeShares(shared(store.block(cidr), some, owner, terms))))
            .orElse(new Shares(seen, Map.of()));
    int free = written.block().free(terms.reserved());
    written.given().forEach((wish, addresses) -> wish.got(cidr, addresses, free));
  }

  /// One that cannot be counted is left out.
  private List<Wish> counted(Iterable<Wish> wishes, Cidr block) {
    List<Wish> counted = new ArrayList<>();
    for (Wish wish : wishes) {
      try {
        handles.count(wish, block, wish.missing(block.family()));
        counted.add(wish);
      } catch (RuntimeException e) {
        wish.setAside(e);
      }
    }
    return counted;
  }

  /// What there is to write now; empty if there is nothing to take.
  private Optional<Shares> shared(
      Optional<Block> found, List<Wish> wishes, Optional<BlockOwner> owner, Terms terms) {
    return usable(found, owner, terms.coolDownSeconds())
        .map(block -> shared(block, wishes, terms))
        .filter(shares -> !shares.given().isEmpty());
  }

  private static Shares shared(Block block, List<Wish> wishes, Terms terms) {
    IpFamily family = block.cidr().family();
    Map<Wish, List<IpAddress>> given = new LinkedHashMap<>();
    Block rest = block;
    for (Wish wish : wishes) {
      BlockChange change = rest.assign(wish.missing(family), wish.holder(), terms.reserved());
      if (!change.isNothing()) {
        given.put(wish, change.addresses());
        rest = change.block();
      }
    }
    return new Shares(rest, given);
  }

  /// @return empty if someone else was faster; nothing if there was nothing to write
  private Optional<Optional<Shares>> writeShares(Optional<Shares> wanted) {
    if (wanted.isEmpty()) {
      return Optional.of(Optional.empty());
    }
    wanted.get().given().keySet().forEach(Wish::doubt);
    boolean isWritten = store.update(wanted.get().block().resource());
    wanted.get().given().keySet().forEach(Wish::doubtNoMore);
    return isWritten ? Optional.of(wanted) : Optional.empty();
  }

  /// For one alone, and puts right what its handle counts.
  ///
  /// @return what it got, at most so many
  List<IpAddress> take(Block block, AssignRequest request, BlockOwner owner, Terms terms) {
    var wish = new Wish(request);
    try {
      take(block, List.of(wish), Optional.of(owner), terms);
    } catch (IpamException e) {
      handles.settle(wish);
      throw e;
    }
    Optional<RuntimeException> notCounted = wish.takeBack();
    if (notCounted.isPresent()) {
      throw notCounted.get();
    }
    handles.settle(wish);
    return wish.addresses();
  }

  /// One address.
  ///
  /// @return nothing if it is not free
  List<IpAddress> take(
      Block seen,
      IpAddress address,
      String handle,
      Map<String, String> attributes,
      Optional<BlockOwner> owner,
      int coolDown) {
    var holder = new IpamBlock.Attribute(handle, attributes, Map.of(), Optional.empty());
    Optional<BlockChange> first = changed(Optional.of(seen), owner, address, holder, coolDown);
    if (first.isEmpty()) {
      return List.of();
    }
    Cidr cidr = seen.cidr();
    handles.add(handle, cidr, 1);
    List<IpAddress> taken;
    try {
      taken =
          write(first)
              .orElseGet(
                  () ->
                      retry.until(
                          () ->
                              write(changed(store.block(cidr), owner, address, holder, coolDown))));
    } catch (IpamException e) {
      handles.subtract(handle, cidr, 1);
      throw e;
    }
    handles.subtract(handle, cidr, 1 - taken.size());
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

  private Optional<BlockChange> changed(
      Optional<Block> found,
      Optional<BlockOwner> owner,
      IpAddress address,
      IpamBlock.Attribute holder,
      int coolDown) {
    return usable(found, owner, coolDown)
        .map(block -> block.assign(address, holder))
        .filter(wanted -> !wanted.isNothing());
  }

  private Optional<Block> usable(
      Optional<Block> found, Optional<BlockOwner> owner, int coolDownSeconds) {
    return found
        .filter(block -> owner.isEmpty() || block.isOwnedBy(owner.get()))
        .map(block -> block.collect(clock.instant(), coolDownSeconds));
  }
}
