// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.IpamHandle;
import dev.brindle.ipam.block.Assignment;
import dev.brindle.ipam.block.Block;
import dev.brindle.ipam.block.BlockChange;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Takes addresses back: first out of the block, then off the handle, so that a handle never
/// forgets one that is still held.
final class AddressRelease {

  private final BlockStore store;
  private final HandleCounts handles;
  private final WriteRetry retry;
  private final InstantSource clock;
  private final HandleReleases together;

  /// @param turn who has it may write blocks
  AddressRelease(
      BlockStore store,
      HandleCounts handles,
      WriteRetry retry,
      InstantSource clock,
      ReentrantLock turn) {
    this.store = store;
    this.handles = handles;
    this.retry = retry;
    this.clock = clock;
    this.together =
        new HandleReleases(
            turn,
            (block, some) -> release(block, held -> some.contains(held.handle()), coolDown()));
  }

  /// Takes the turn by itself, for as long as a block is written.
  List<IpAddress> byHandle(String handle) {
    Optional<IpamHandle> known = handles.find(handle);
    if (known.isEmpty()) {
      return List.of();
    }
    Map<Cidr, List<Assignment>> released =
        handles.blocks(known.get()).stream()
            .collect(Collectors.toMap(block -> block, block -> together.release(block, handle)));
    if (!handles.drop(known.get())) {
      released.forEach((block, gone) -> handles.subtract(handle, block, gone.size()));
    }
    return released.values().stream()
        .flatMap(List::stream)
        .map(Assignment::address)
        .sorted()
        .toList();
  }

  List<IpAddress> byAddress(List<IpAddress> addresses) {
    return matching(addresses, _ -> true);
  }

  List<IpAddress> exactly(Collection<Holding> holdings) {
    Set<Holding> wanted = Set.copyOf(holdings);
    return matching(
        wanted.stream().map(Holding::address).toList(), held -> wanted.contains(Holding.of(held)));
  }

  /// The same, where it is known that all are of one block: no other is looked at.
  ///
  /// @param coolDown seconds
  List<IpAddress> exactly(Cidr block, Set<Holding> holdings, int coolDown) {
    List<Assignment> released =
        release(block, held -> holdings.contains(Holding.of(held)), coolDown);
    takenOff(released, block);
    return released.stream().map(Assignment::address).toList();
  }

  /// Seconds for which nobody gets an address again that was released.
  int coolDown() {
    return store.config().ipCooldownSeconds();
  }

  private void takenOff(List<Assignment> released, Cidr block) {
    released.stream()
        .collect(Collectors.groupingBy(Assignment::handle, Collectors.counting()))
        .forEach((handle, count) -> handles.subtract(handle, block, Math.toIntExact(count)));
  }

  private List<IpAddress> matching(List<IpAddress> addresses, Predicate<Assignment> which) {
    Set<IpAddress> some = Set.copyOf(addresses);
    List<IpAddress> all = new ArrayList<>();
    List<Cidr> blocks =
        store.blocks().stream()
            .map(Block::cidr)
            .filter(block -> some.stream().anyMatch(block::contains))
            .toList();
    int coolDown = coolDown();
    for (Cidr block : blocks) {
      List<Assignment> released =
          release(block, held -> some.contains(held.address()) && which.test(held), coolDown);
      released.forEach(gone -> all.add(gone.address()));
      takenOff(released, block);
    }
    return List.copyOf(all);
  }

  private List<Assignment> release(Cidr cidr, Predicate<Assignment> which, int coolDown) {
    return retry.until(() -> attempt(cidr, which, coolDown));
  }

  private Optional<List<Assignment>> attempt(Cidr cidr, Predicate<Assignment> which, int coolDown) {
    Optional<Block> block = store.block(cidr);
    List<Assignment> held =
        block.stream().flatMap(found -> found.assignments().stream()).filter(which).toList();
    if (held.isEmpty()) {
      return Optional.of(List.of());
    }
    BlockChange change =
        block
            .get()
            .collect(clock.instant(), coolDown)
            .release(held.stream().map(Assignment::address).toList(), clock.instant(), coolDown);
    return write(change.block()) ? Optional.of(held) : Optional.empty();
  }

  /// Frees what has cooled down by now.
  void collect(Collection<Cidr> blocks) {
    int coolDown = coolDown();
    blocks.forEach(block -> retry.until(() -> attemptCollect(block, coolDown)));
  }

  private Optional<Boolean> attemptCollect(Cidr cidr, int coolDown) {
    Optional<Block> block = store.block(cidr);
    Optional<Block> collected = block.map(found -> found.collect(clock.instant(), coolDown));
    boolean isDone = collected.equals(block) || collected.map(this::write).orElse(true);
    return isDone ? Optional.of(true) : Optional.empty();
  }

  /// An empty block that nobody owns has no further use.
  private boolean write(Block block) {
    boolean isUseless = block.isEmpty() && block.spec().affinity().isEmpty();
    return isUseless ? store.delete(block.resource()) : store.update(block.resource());
  }
}
