// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.IpPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// Requests wait for the turn here. Those that wait while others are served are served together by
/// whoever of them has the turn next: what the cluster says is read once for all, and a block is
/// written once. Safe for many threads.
///
/// ```
/// own thread:   count the handle, if others are served ─> wait ─────────────> put the count right
/// has the turn:                                            read, write blocks
/// ```
final class AssignQueue {

  private final ReentrantLock turn;
  private final HandleCounts handles;
  private final Consumer<List<Wish>> round;
  private final RecentBlocks recent = new RecentBlocks();
  private final Map<Site, Queue<Wish>> waiting = new ConcurrentHashMap<>();

  /// Whose blocks a request is served from, and by which rules.
  private record Site(String node, IpPool.AllowedUse use) {}

  /// @param turn who has it may write blocks
  /// @param round serves wishes of one node and use, in their order; may be given one again that it
  ///     could not finish
  AssignQueue(ReentrantLock turn, HandleCounts handles, Consumer<List<Wish>> round) {
    this.turn = turn;
    this.handles = handles;
    this.round = round;
  }

  AssignResult assign(AssignRequest request) {
    var wish = new Wish(request);
    if (turn.isLocked()) {
      try {
        countAhead(wish);
      } catch (IpamException e) {
        wish.refuse(e.reason());
      }
    }
    var site = new Site(request.node(), request.use());
    Queue<Wish> wishes = waiting.computeIfAbsent(site, _ -> new ConcurrentLinkedQueue<>());
    wishes.add(wish);
    turn.lock();
    try {
      if (!wish.isDone()) {
        serve(wishes, wish);
      }
    } finally {
      turn.unlock();
    }
    return settled(wish);
  }

  /// Where the address will probably come from. If it comes from elsewhere, that is counted before
  /// it is taken, and this is put right at last.
  private void countAhead(Wish wish) {
    AssignRequest request = wish.request();
    for (IpFamily family : IpFamily.values()) {
      int wanted = request.wanted(family);
      if (wanted > 0 && !request.handle().isEmpty()) {
        recent.expect(request, family).ifPresent(block -> handles.count(wish, block, wanted));
      }
    }
  }

  /// Whoever has the turn does it for all. What it could not ask the store for is its own failure:
  /// the others will ask for themselves. But an answer that did not come to the write of a block
  /// is missing to all who were to get addresses by it.
  ///
  /// A wish that is not done is in the queue whenever the turn is free.
  private void serve(Queue<Wish> wishes, Wish own) {
    List<Wish> some = new ArrayList<>();
    for (Wish each = wishes.poll(); each != null; each = wishes.poll()) {
      some.add(each);
    }
    boolean isServed = false;
    try {
      round.accept(some);
      isServed = true;
      own.takeBack().ifPresent(own::fail);
    } catch (RuntimeException e) {
      if (!own.isComplete()) {
        own.fail(e);
      }
      some.stream().filter(Wish::isInDoubt).forEach(each -> each.fail(e));
    } finally {
      own.closeAll();
      for (Wish each : some) {
        boolean isAside = each.takeBack().isPresent();
        if (each.isInDoubt() && each.failure().isEmpty()) {
          each.fail(new IllegalStateException("the thread that wrote a block for others has died"));
        }
        boolean isOver = each.isComplete() || each.failure().isPresent();
        if (each == own || isOver || (isServed && !isAside)) {
          each.done();
        } else {
          wishes.add(each);
        }
      }
    }
    some.stream().filter(Wish::isDone).forEach(recent::note);
  }

  /// @throws RuntimeException why it is not known what it got
  private AssignResult settled(Wish wish) {
    if (wish.failure().isPresent()) {
      throw wish.failure().get();
    }
    try {
      handles.settle(wish);
      return wish.result();
    } catch (IpamException e) {
      return wish.lessBecause(e.reason());
    }
  }
}
