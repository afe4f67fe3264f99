// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.libc;

import dev.brindle.linux.kernel.KernelException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One thing that is done inside a network namespace, by a thread of ours that then waits a while
/// for the next: to start a thread costs more than most of what is done there. Between two visits
/// it is at home, in the namespace of the process; where it may not go there it ends.
///
/// ```
/// caller ── visit ──> a thread that waits, or a new one: enter, work, go home
///        <─ outcome ─────────────────────────────────────────────────────┘
/// ```
final class NamespaceVisit<T> {

  private static final int NETWORK = 0x4000_0000;
  private static final String HOME = "/proc/self/ns/net";
  private static final long PATIENCE_SECONDS = 10;

  /// Takes a visit only while a thread waits for one.
  private static final SynchronousQueue<NamespaceVisit<?>> THREADS = new SynchronousQueue<>();

  private final Libc libc;
  private final int home;
  private final FutureTask<T> work;
  private final CountDownLatch left = new CountDownLatch(1);

  private NamespaceVisit(Libc libc, int home, int namespace, Callable<T> work) {
    this.libc = libc;
    this.home = home;
    this.work =
        new FutureTask<>(
            () -> {
              libc.enterNamespace(namespace, NETWORK);
              return work.call();
            });
  }

  /// Does one thing in the namespace of a descriptor and waits until it is done, and nobody is
  /// there for it any more.
  ///
  /// @throws ExecutionException what the work threw, or why the namespace cannot be entered
  static <T> T make(Libc libc, int namespace, Callable<T> work) throws ExecutionException {
    int home = libc.open(HOME, 0);
    try {
      var visit = new NamespaceVisit<>(libc, home, namespace, work);
      if (!THREADS.offer(visit)) {
        Thread.ofPlatform().daemon().name("namespace").start(() -> serve(visit));
      }
      await(
          () -> {
            visit.left.await();
            return true;
          });
      return await(visit.work::get);
    } finally {
      libc.close(home);
    }
  }

  private static void serve(NamespaceVisit<?> first) {
    NamespaceVisit<?> next = first;
    while (next != null) {
      next = next.isHomeAgain() ? poll() : null;
    }
  }

  private static @Nullable NamespaceVisit<?> poll() {
    try {
      return THREADS.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      return null; // by what was done inside: the thread ends
    }
  }

  /// Does it.
  ///
  /// @return whether the thread is where it was
  private boolean isHomeAgain() {
    work.run();
    try {
      libc.enterNamespace(home, NETWORK);
      return true;
    } catch (KernelException _) {
      return false; // EPERM where the process is master of that namespace alone
    } finally {
      left.countDown();
    }
  }

  /// An interrupt is kept for the caller: what was begun inside a namespace is always finished.
  static <T> T await(Waiting<T> waiting) throws ExecutionException {
    boolean isInterrupted = false;
    try {
      while (true) {
        try {
          return waiting.end();
        } catch (InterruptedException _) {
          isInterrupted = true;
        }
      }
    } finally {
      if (isInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// What an interrupt would end.
  interface Waiting<T> {
    T end() throws InterruptedException, ExecutionException;
  }
}
