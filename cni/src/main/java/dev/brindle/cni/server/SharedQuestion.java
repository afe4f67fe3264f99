// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;

/// A question that all calls ask: those that come while it is being asked have it asked once for
/// them together, after that. So each has an answer that is no older than it is itself. Safe for
/// many threads.
final class SharedQuestion {

  private final Runnable question;
  private final ConcurrentLinkedQueue<Asker> waiting = new ConcurrentLinkedQueue<>();
  private final ReentrantLock turn = new ReentrantLock();

  /// All but being in the queue is for who has the turn.
  private static final class Asker {

    private boolean isAskedFor;
    private boolean isAnswered;
    private Optional<RuntimeException> failure = Optional.empty();
  }

  /// @param question fails if the answer is no
  SharedQuestion(Runnable question) {
    this.question = question;
  }

  /// @throws RuntimeException the answer, to all who share it
  void ask() {
    var asker = new Asker();
    waiting.add(asker);
    turn.lock();
    try {
      if (!asker.isAskedFor) {
        askForAll();
      }
    } finally {
      turn.unlock();
    }
    asker.failure.ifPresent(
        failure -> {
          throw failure;
        });
    if (!asker.isAnswered) { // whoever asked died of it
      throw new IllegalStateException("whoever asked for others did not get to its end");
    }
  }

  private void askForAll() {
    List<Asker> some = new ArrayList<>();
    for (Asker each = waiting.poll(); each != null; each = waiting.poll()) {
      each.isAskedFor = true;
      some.add(each);
    }
    Optional<RuntimeException> failure = Optional.empty();
    try {
      question.run();
    } catch (RuntimeException e) {
      failure = Optional.of(e);
    }
    for (Asker each : some) {
      each.failure = failure;
      each.isAnswered = true;
    }
  }
}
