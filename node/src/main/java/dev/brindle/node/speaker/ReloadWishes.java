// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.node.control.Reloading;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Where a signal and people leave the wish that the file be read again, or that it may stay, for
/// the one thread that does it.
final class ReloadWishes implements Reloading {

  private boolean isHungUp;
  private boolean isConfirmed;
  private boolean isAwaitingConfirmation;
  private @Nullable Wish ordered;

  /// That the file be read again.
  ///
  /// @param confirm in place of what the daemon was started with
  /// @param line is shown what changes
  /// @param applied is told whether it was
  record Wish(
      Optional<Duration> confirm, Consumer<String> line, CompletableFuture<Boolean> applied) {

    static Wish of(Optional<Duration> confirm, Consumer<String> line) {
      return new Wish(confirm, line, new CompletableFuture<>());
    }
  }

  /// A SIGHUP: read it again, or let it stay.
  synchronized void hangUp() {
    isHungUp = true;
    notifyAll();
  }

  @Override
  public boolean reload(Optional<Duration> confirm, Consumer<String> line)
      throws InterruptedException {
    Wish wish = Wish.of(confirm, line);
    synchronized (this) {
      if (isAwaitingConfirmation || ordered != null) {
        line.accept(
            isAwaitingConfirmation
                ? "reload: the last one waits to be confirmed: say brindle bgp confirm, or wait"
                : "reload: somebody else's is under way");
        return false;
      }
      ordered = wish;
      notifyAll();
    }
    try {
      return wish.applied().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the reload failed", e);
    }
  }

  @Override
  public synchronized boolean confirm() {
    if (isAwaitingConfirmation) {
      isConfirmed = true;
      notifyAll();
    }
    return isAwaitingConfirmation;
  }

  /// Waits for a wish; several signals are one.
  synchronized Wish take() throws InterruptedException {
    while (!isHungUp && ordered == null) {
      wait();
    }
    isHungUp = false;
    Wish taken = ordered == null ? Wish.of(Optional.empty(), _ -> {}) : ordered;
    ordered = null;
    return taken;
  }

  /// A confirmation that comes from now on counts.
  synchronized void expectConfirmation() {
    isAwaitingConfirmation = true;
  }

  /// @return whether it was confirmed in that time
  synchronized boolean awaitConfirmation(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    try {
      while (!isHungUp && !isConfirmed) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
      return true;
    } finally {
      isHungUp = false;
      isConfirmed = false;
      isAwaitingConfirmation = false;
    }
  }
}
