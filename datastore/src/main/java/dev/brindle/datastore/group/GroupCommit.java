// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.group;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

/// Callers wait for a turn, and whoever gets it does the work of all that wait, at once: what
/// databases call group commit. For work that costs much each time and little more for many. Safe
/// for many threads.
///
/// ```
/// a   turn ─> work [a] ──────────┐
/// b   wait ──────────────────────┴> turn ─> work [b, c, d] ─┐
/// c   wait ─────────────────────────────────────────────────┴> answer
/// d   wait ─────────────────────────────────────────────────┴> answer
/// ```
///
/// - The work for a wish begins after its caller came, so it knows all that was so until then.
/// - In the work the wishes are in the order in which they came.
/// - If the work fails, all whose work it was hear of it, and nobody else.
/// - Whoever dies in the work (an `Error`) leaves nobody waiting: the others hear that it is not
///   known what became of theirs.
/// - Waiting has no deadline, and no interrupt ends it: nobody may go while another works for him.
///   An interrupt stays noted; only the one who works can meet it, and then the work fails.
public final class GroupCommit<W, R> {

  private final String what;
  private final ReentrantLock turn;
  private final Function<List<W>, List<R>> work;
  private final Queue<Place<W, R>> waiting = new ConcurrentLinkedQueue<>();

  /// @param what the work is, for messages
  /// @param turn who has it works; may be others' turn too
  /// @param work gives a result for each wish, in their order
  public GroupCommit(String what, ReentrantLock turn, Function<List<W>, List<R>> work) {
    this.what = what;
    this.turn = turn;
    this.work = work;
  }

  /// Returns when it is done.
  ///
  /// @throws RuntimeException why the work failed
  /// @throws IllegalStateException if it is not known what became of it
  public R commit(W wish) {
    var place = new Place<W, R>(wish, this::lost);
    waiting.add(place);
    turn.lock();
    try {
      if (!place.isTaken) {
        workForAll();
      }
    } finally {
      turn.unlock();
    }
    return place.outcome.get();
  }

  private R lost() {
    throw new IllegalStateException(
        "%s: whoever did it for others did not get to its end".formatted(what));
  }

  /// A wish that is not taken is in the queue.
  private void workForAll() {
    List<Place<W, R>> group = new ArrayList<>();
    for (Place<W, R> each = waiting.poll(); each != null; each = waiting.poll()) {
      each.isTaken = true;
      group.add(each);
    }
    try {
      List<R> results = work.apply(group.stream().map(each -> each.wish).toList());
      if (results.size() != group.size()) {
        throw new IllegalStateException(
            "%s: %d results for %d wishes".formatted(what, results.size(), group.size()));
      }
      for (int i = 0; i < group.size(); i++) {
        R result = results.get(i);
        group.get(i).outcome = () -> result;
      }
    } catch (RuntimeException e) {
      for (Place<W, R> each : group) {
        each.outcome =
            () -> {
              throw e;
            };
      }
    }
  }

  /// All but the wish is for who has the turn, and for its caller after that.
  private static final class Place<W, R> {

    private final W wish;
    private boolean isTaken;
    private Supplier<R> outcome;

    private Place(W wish, Supplier<R> lost) {
      this.wish = wish;
      this.outcome = lost;
    }
  }
}
