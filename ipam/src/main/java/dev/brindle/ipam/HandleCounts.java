// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.IpamHandle;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import dev.brindle.datastore.Datastore;
import dev.brindle.ipam.block.Assignment;
import dev.brindle.ipam.block.BlockNames;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Remembers for each handle in which blocks it holds addresses. Counted before the block is
/// written, so a count may be too high but no address is forgotten.
final class HandleCounts {

  private final Datastore datastore;
  private final BlockStore store;
  private final WriteRetry retry;

  HandleCounts(Datastore datastore, BlockStore store, WriteRetry retry) {
    this.datastore = datastore;
    this.store = store;
    this.retry = retry;
  }

  Optional<IpamHandle> find(String handle) {
    return datastore.get(BlockNames.handleKey(handle)).map(IpamHandle.class::cast);
  }

  List<Cidr> blocks(IpamHandle handle) {
    return handle.spec().block().keySet().stream().map(Cidr::parse).toList();
  }

  /// What blocks say of a handle, whatever notes they have of it.
  Map<Cidr, List<Assignment>> held(String handle) {
    return find(handle).map(this::held).orElse(Map.of());
  }

  private Map<Cidr, List<Assignment>> held(IpamHandle known) {
    String handle = known.spec().handleID();
    Map<Cidr, List<Assignment>> held = new TreeMap<>();
    for (Cidr cidr : blocks(known)) {
      store
          .block(cidr)
          .ifPresent(
              block ->
                  held.put(
                      cidr,
                      block.assignments().stream()
                          .filter(assignment -> assignment.handle().equals(handle))
                          .toList()));
    }
    return held;
  }

  void add(String handle, Cidr block, int count) {
    change(handle, block, count);
  }

  /// Has a wish's handle count so many of a block, if it does not yet. It is expected to be new:
  /// who assigns has released it before.
  void count(Wish wish, Cidr block, int count) {
    String handle = wish.request().handle();
    int more = wish.uncounted(block, count);
    if (handle.isEmpty() || more <= 0) {
      return;
    }
    if (wish.isCounted() || !create(handle, Map.of(block.toString(), more))) {
      add(handle, block, more);
    }
    wish.counted(block, more);
  }

  private boolean create(String handle, Map<String, Integer> counts) {
    var metadata = Metadata.named(BlockNames.handleKey(handle).name());
    return store.create(new IpamHandle(metadata, new IpamHandle.Spec(handle, counts, false)));
  }

  /// Takes off what a wish's handle counts too much, and makes sure that what it got is remembered:
  /// another process may have found the handle without addresses in between and dropped it.
  void settle(Wish wish) {
    String handle = wish.request().handle();
    Map<Cidr, Integer> surplus = wish.surplus();
    Map<Cidr, Integer> held = wish.held();
    if (handle.isEmpty() || (surplus.isEmpty() && held.isEmpty())) {
      return;
    }
    retry.until(
        () -> {
          Optional<IpamHandle> current = find(handle);
          Map<String, Integer> counts = counts(current);
          Map<String, Integer> right = new TreeMap<>(counts);
          surplus.forEach((block, count) -> change(right, block, -count));
          held.forEach((block, count) -> right.putIfAbsent(block.toString(), count));
          boolean isRight = right.equals(counts) || write(handle, current, right);
          return isRight ? Optional.of(true) : Optional.empty();
        });
  }

  /// A handle without addresses goes.
  void subtract(String handle, Cidr block, int count) {
    change(handle, block, -count);
  }

  private void change(String handle, Cidr block, int difference) {
    if (handle.isEmpty() || difference == 0) {
      return;
    }
    retry.until(
        () -> {
          Optional<IpamHandle> current = find(handle);
          Map<String, Integer> counts = counts(current);
          change(counts, block, difference);
          return write(handle, current, counts) ? Optional.of(true) : Optional.empty();
        });
  }

  private static Map<String, Integer> counts(Optional<IpamHandle> handle) {
    return new TreeMap<>(handle.map(found -> found.spec().block()).orElse(Map.of()));
  }

  private static void change(Map<String, Integer> counts, Cidr block, int difference) {
    int count = counts.getOrDefault(block.toString(), 0) + difference;
    if (count > 0) {
      counts.put(block.toString(), count);
    } else {
      counts.remove(block.toString());
    }
  }

  private boolean write(String handle, Optional<IpamHandle> current, Map<String, Integer> counts) {
    if (counts.isEmpty()) {
      return current.map(store::delete).orElse(true);
    }
    Metadata metadata =
        current
            .map(Resource::metadata)
            .orElseGet(() -> Metadata.named(BlockNames.handleKey(handle).name()));
    IpamHandle changed = new IpamHandle(metadata, new IpamHandle.Spec(handle, counts, false));
    return current.isPresent() ? store.update(changed) : store.create(changed);
  }

  /// Makes sure that a block is remembered after its addresses were given out: another process may
  /// have found the handle without addresses in between and dropped it.
  void ensure(String handle, Cidr block, int count) {
    if (handle.isEmpty()) {
      return;
    }
    boolean isKnown =
        find(handle)
            .filter(found -> found.spec().block().containsKey(block.toString()))
            .isPresent();
    if (!isKnown) {
      add(handle, block, count);
    }
  }

  /// Drops a handle of which no block knows, unless it was changed since it was looked at.
  ///
  /// @return whether it is gone by this
  boolean dropEmpty(String handle) {
    return find(handle)
        .filter(known -> held(known).values().stream().allMatch(List::isEmpty))
        .filter(store::delete)
        .isPresent();
  }

  /// Drops a handle after all its addresses were released, unless it was changed since it was read.
  ///
  /// @return whether it is gone
  boolean drop(IpamHandle handle) {
    return store.delete(handle) || find(handle.spec().handleID()).isEmpty();
  }
}
