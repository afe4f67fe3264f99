// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.kernel.KernelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;

/// Deletes interfaces of the host. The kernel takes some 20 ms for each time it is asked, during
/// which it does nothing else with interfaces; so what many calls want gone while it is busy goes
/// the next time, all at once. Safe for many threads.
final class Departures {

  private final PodKernels kernels;
  private final ConcurrentLinkedQueue<Departure> waiting = new ConcurrentLinkedQueue<>();
  private final ReentrantLock turn = new ReentrantLock();

  Departures(PodKernels kernels) {
    this.kernels = kernels;
  }

  /// It is no error if the interface is gone.
  ///
  /// @throws KernelException why this one is still there
  void delete(String hostInterface) {
    var departure = new Departure(hostInterface);
    waiting.add(departure);
    turn.lock();
    try {
      if (!departure.isDone) {
        deleteWaiting();
      }
    } finally {
      turn.unlock();
    }
    departure.failure.ifPresent(
        failure -> {
          throw failure;
        });
    if (!departure.isDone) { // whoever had the turn died of it
      throw new IllegalStateException(
          "interface %s: whoever deleted it did not get to its end".formatted(hostInterface));
    }
  }

  /// Whoever has the turn does it for all.
  private void deleteWaiting() {
    List<Departure> some = new ArrayList<>();
    for (Departure each = waiting.poll(); each != null; each = waiting.poll()) {
      some.add(each);
    }
    try (Kernel host = kernels.ofHost()) {
      delete(host, some);
    } catch (RuntimeException e) {
      some.forEach(each -> each.failure = Optional.of(e));
    }
    some.forEach(each -> each.isDone = true);
  }

  private static void delete(Kernel host, List<Departure> some) {
    if (some.size() > 1) {
      try {
        host.links().deleteAll(some.stream().map(each -> each.hostInterface).distinct().toList());
        return;
      } catch (KernelException _) {
        // which of them, and why?
      }
    }
    some.forEach(each -> each.deleteAlone(host));
  }

  /// All but the name is for who has the turn.
  private static final class Departure {

    private final String hostInterface;
    private boolean isDone;
    private Optional<RuntimeException> failure = Optional.empty();

    private Departure(String hostInterface) {
      this.hostInterface = hostInterface;
    }

    private void deleteAlone(Kernel host) {
      try {
        host.links().delete(hostInterface);
      } catch (KernelException e) {
        failure = Optional.of(e);
      }
    }
  }
}
