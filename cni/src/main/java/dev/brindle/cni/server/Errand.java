// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Work that is done while whoever wants it does other work. An interrupt ends no waiting for it:
/// what was begun in a kernel is finished. It stays noted.
final class Errand {

  private static final Logger LOG = LoggerFactory.getLogger(Errand.class);

  private final String what;
  private final FutureTask<Boolean> task;
  private boolean isAsked;

  /// Begins.
  ///
  /// @param what the work is, for the log
  Errand(String what, Executor place, Runnable work) {
    this.what = what;
    this.task = new FutureTask<>(work, true);
    place.execute(task);
  }

  /// Waits until it is done.
  ///
  /// @throws RuntimeException why it could not be
  void await() {
    isAsked = true;
    throwIfFailed(result());
  }

  /// Waits until nothing is done for it any more. What went wrong is logged if nobody has heard of
  /// it.
  void end() {
    Throwable failure = result();
    if (failure != null && !isAsked) {
      LOG.info("{} failed too: {}", what, failure.getMessage());
    }
  }

  private @Nullable Throwable result() {
    boolean isInterrupted = false;
    try {
      while (true) {
        try {
          task.get();
          return null;
        } catch (InterruptedException _) {
          isInterrupted = true;
        } catch (ExecutionException e) {
          return e.getCause();
        }
      }
    } finally {
      if (isInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void throwIfFailed(@Nullable Throwable failure) {
    switch (failure) {
      case null -> {}
      case RuntimeException cause -> throw cause;
      case Error cause -> throw cause;
      default -> throw new IllegalStateException(failure);
    }
  }
}
