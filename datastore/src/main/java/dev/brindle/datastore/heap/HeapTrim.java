// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.heap;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the heap from being mostly garbage. The collector lets it grow when much comes at once, as
/// the whole cluster does at the start, and looks at what has grown old when it is as large as it
/// may be, a quarter of the machine: on most machines that is never. So it is asked to when the
/// heap has doubled, and once all is quiet after a burst.
public final class HeapTrim implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HeapTrim.class);
  private static final Duration LOOK = Duration.ofSeconds(10);

  /// How often it is looked whether the heap has doubled: a burst fills some hundred MiB in a
  /// second.
  private static final Duration GLANCE = Duration.ofMillis(500);

  private static final long GLANCES = LOOK.dividedBy(GLANCE);
  private static final long MIB = 1 << 20;

  /// A daemon that does nothing makes less garbage than that between two looks.
  private static final long QUIET = 4 * MIB;

  private static final long WORTH_IT = 12 * MIB;

  /// A heap may grow by that and double before it is collected.
  private static final long SLACK = 64 * MIB;

  /// All stands still meanwhile, for each MiB that is in use.
  private static final Duration PAUSE = Duration.ofMillis(2);

  private final Supplier<Heap> heap;
  private final Runnable collector;
  private final Supplier<Duration> bearable;
  private final long largest;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  private long usedBefore;
  private long committedAfter;

  /// @param committed bytes that are ours
  /// @param used of them, garbage included
  record Heap(long committed, long used) {

    static Heap now() {
      Runtime runtime = Runtime.getRuntime();
      long committed = runtime.totalMemory();
      return new Heap(committed, committed - runtime.freeMemory());
    }
  }

  HeapTrim(Supplier<Heap> heap, Runnable collector, Supplier<Duration> bearable, long largest) {
    this.heap = heap;
    this.collector = collector;
    this.bearable = bearable;
    this.largest = largest;
    this.thread = Thread.ofPlatform().daemon().name("heap").unstarted(this::run);
  }

  /// @param bearable how long all may stand still
  /// @param largest MiB; a quiet heap with more in use is left alone
  public static HeapTrim start(Supplier<Duration> bearable, int largest) {
    var trim = new HeapTrim(Heap::now, System::gc, bearable, largest * MIB);
    trim.thread.start();
    return trim;
  }

  private void run() {
    try {
      for (long glances = 1; !closed.await(GLANCE.toMillis(), TimeUnit.MILLISECONDS); glances++) {
        if (glances % GLANCES == 0) {
          look();
        } else {
          glance();
        }
      }
    } catch (InterruptedException _) {
      LOG.debug("the heap is not looked at any more");
    }
  }

  /// While much happens. What is in use now is not known; at the last time it was `committedAfter`.
  void glance() {
    Heap now = heap.get();
    if (now.committed() >= 2 * committedAfter + SLACK && isBearable(committedAfter)) {
      collect(now);
    }
  }

  void look() {
    Heap now = heap.get();
    long made = now.used() - usedBefore;
    boolean isQuiet = made >= 0 && made <= QUIET; // less than before: it was collected
    usedBefore = now.used();
    boolean isWorthIt = now.committed() - committedAfter >= WORTH_IT;
    if (isQuiet && isWorthIt && now.used() <= largest && isBearable(now.used())) {
      collect(now);
    }
  }

  private void collect(Heap before) {
    long begin = System.nanoTime();
    collector.run();
    Heap after = heap.get();
    usedBefore = after.used();
    committedAfter = after.committed();
    LOG.debug(
        "heap of {} MiB has {} now, after {} ms",
        before.committed() / MIB,
        after.committed() / MIB,
        (System.nanoTime() - begin) / 1_000_000);
  }

  private boolean isBearable(long used) {
    return PAUSE.multipliedBy(used / MIB).compareTo(bearable.get()) <= 0;
  }

  @Override
  public void close() {
    closed.countDown();
    thread.interrupt();
  }
}
