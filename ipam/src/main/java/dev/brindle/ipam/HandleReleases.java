// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import dev.brindle.api.net.Cidr;
import dev.brindle.ipam.block.Assignment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/// Takes what handles hold out of blocks. Those that come for a block while it is being written are
/// released together, in one write: a node that is drained writes its blocks a few times, and not
/// once for each pod. Safe for many threads.
final class HandleReleases {

  private final ReentrantLock turn;
  private final BiFunction<Cidr, Set<String>, List<Assignment>> release;
  private final Map<Cidr, ConcurrentLinkedQueue<Wish>> waiting = new ConcurrentHashMap<>();

  /// @param turn who has it may write blocks
  /// @param release takes all that some handles hold out of a block, and says what that was
  HandleReleases(ReentrantLock turn, BiFunction<Cidr, Set<String>, List<Assignment>> release) {
    this.turn = turn;
    this.release = release;
  }

  /// @return what was released
  List<Assignment> release(Cidr block, String handle) {
    var wish = new Wish(handle);
    ConcurrentLinkedQueue<Wish> wishes =
        waiting.computeIfAbsent(block, _ -> new ConcurrentLinkedQueue<>());
    wishes.add(wish);
    turn.lock();
    try {
      if (!wish.isDone) {
        releaseWaiting(block, wishes);
      }
    } finally {
      turn.unlock();
    }
    wish.failure.ifPresent(
        failure -> {
          throw failure;
        });
    if (!wish.isDone) { // whoever had the turn died of it: nobody knows what was released
      throw new IllegalStateException(
          "%s in %s: whoever released it did not get to its end".formatted(handle, block));
    }
    return wish.released;
  }

  /// Whoever has the turn does it for all.
  private void releaseWaiting(Cidr block, ConcurrentLinkedQueue<Wish> wishes) {
    List<Wish> some = new ArrayList<>();
    for (Wish each = wishes.poll(); each != null; each = wishes.poll()) {
      some.add(each);
    }
    try {
      Set<String> handles = some.stream().map(each -> each.handle).collect(Collectors.toSet());
      Map<String, List<Assignment>> released =
          release.apply(block, handles).stream().collect(Collectors.groupingBy(Assignment::handle));
      some.forEach(each -> each.released = released.getOrDefault(each.handle, List.of()));
    } catch (RuntimeException e) {
      some.forEach(each -> each.failure = Optional.of(e)); // so it would be for each of them
    }
    some.forEach(each -> each.isDone = true);
  }

  /// All but the handle is for who has the turn.
  private static final class Wish {

    private final String handle;
    private boolean isDone;
    private List<Assignment> released = List.of();
    private Optional<RuntimeException> failure = Optional.empty();

    private Wish(String handle) {
      this.handle = handle;
    }
  }
}
