// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import dev.brindle.datastore.group.GroupCommit;
import java.util.concurrent.locks.ReentrantLock;

/// A question that all calls ask: those that come while it is being asked have it asked once for
/// them together, after that. So each has an answer that is no older than it is itself. Safe for
/// many threads.
final class SharedQuestion {

  private final GroupCommit<Thread, Thread> askers;

  /// @param question fails if the answer is no
  SharedQuestion(Runnable question) {
    this.askers =
        new GroupCommit<>(
            "a question of many",
            new ReentrantLock(),
            group -> {
              question.run();
              return group;
            });
  }

  /// @throws RuntimeException the answer, to all who share it
  void ask() {
    askers.commit(Thread.currentThread());
  }
}
