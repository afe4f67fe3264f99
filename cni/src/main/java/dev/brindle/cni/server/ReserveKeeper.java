// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import dev.brindle.cni.protocol.CniException;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.ipam.Allocator;
import dev.brindle.ipam.IpamException;
import dev.brindle.linux.kernel.KernelException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// While the store is there: tells it of pods that came when it was not, then keeps the reserve as
/// large as it should be. On a thread of its own, for as long as the daemon lives.
public final class ReserveKeeper implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ReserveKeeper.class);

  private final String node;
  private final int size;
  private final ReserveJournal journal;
  private final Optional<Allocator> allocator;
  private final PodNetwork network;
  private final ReservedPods pods;
  private final BooleanSupplier isStoreAway;
  private final Pace pace;
  private final RandomGenerator random;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private Optional<String> problem = Optional.empty();
  private boolean isShort;

  /// After the last look.
  private int left;

  private long lookedAt;
  private Optional<Duration> wait = Optional.empty();

  /// @param interval between two looks at the pods, which ask nobody if there are none
  /// @param full how long a reserve that is as large as it should be is left alone
  /// @param lacking the same for one that is smaller, if nothing happens
  public record Pace(Duration interval, Duration full, Duration lacking) {

    /// A thousand nodes ask the store some ten questions a second together.
    public static final Pace USUAL =
        new Pace(Duration.ofSeconds(2), Duration.ofMinutes(10), Duration.ofMinutes(2));
  }

  private ReserveKeeper(
      String node,
      int size,
      ReserveJournal journal,
      Optional<Allocator> allocator,
      PodNetwork network,
      ReservedPods pods,
      BooleanSupplier isStoreAway,
      Pace pace,
      RandomGenerator random) {
    this.node = node;
    this.size = size;
    this.journal = journal;
    this.allocator = allocator;
    this.network = network;
    this.pods = pods;
    this.isStoreAway = isStoreAway;
    this.pace = pace;
    this.random = random;
    this.thread = Thread.ofPlatform().daemon().name("reserve").unstarted(this::run);
  }

  /// @param size of the reserve, of each family; 0 gives back what there is
  /// @param allocator one that asks and tells the journal; empty where all addresses are another
  ///     plugin's
  /// @param network tells the store of pods
  /// @param pods says when pods came and went: a reserve that lacks something may be filled then
  /// @param random nodes that start together must not ask together for ever
  public static ReserveKeeper start(
      String node,
      int size,
      ReserveJournal journal,
      Optional<Allocator> allocator,
      PodNetwork network,
      ReservedPods pods,
      BooleanSupplier isStoreAway,
      Pace pace,
      RandomGenerator random) {
    var keeper =
        new ReserveKeeper(node, size, journal, allocator, network, pods, isStoreAway, pace, random);
    keeper.thread.start();
    return keeper;
  }

  private void run() {
    try {
      do {
        if (!isStoreAway.getAsBoolean()) {
          tell(attempt());
        }
      } while (!closed.await(pace.interval().toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException _) {
      LOG.debug("the reserve is left to the next daemon");
    }
  }

  private void tell(Optional<String> found) {
    if (found.isPresent() && !found.equals(problem)) {
      LOG.warn("addresses booked ahead: {}, trying again", found.get());
    }
    problem = found;
  }

  /// A fault must not end the thread: pods are waiting.
  private Optional<String> attempt() throws InterruptedException {
    try {
      Optional<String> unsettled = settle();
      if (unsettled.isEmpty()) {
        allocator.ifPresent(this::keep);
      }
      return unsettled;
    } catch (DatastoreException | IpamException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      LOG.debug("the reserve failed in a way it should not", e);
      return Optional.of(e.toString());
    }
  }

  private Optional<String> settle() throws InterruptedException {
    Optional<String> found = Optional.empty();
    for (ReservedPod each : journal.pods()) {
      try {
        network.settle(each);
        pods.news();
      } catch (CniException | KernelException | IpamException e) {
        found =
            Optional.of("container %s: %s".formatted(each.request().containerId(), e.getMessage()));
      }
    }
    return found;
  }

  private void keep(Allocator allocator) {
    boolean isLacking = isShort || journal.free().size() < left;
    boolean isDue = wait.isEmpty() || System.nanoTime() - lookedAt >= wait.get().toNanos();
    if (!isDue && !(isLacking && pods.hasNews())) {
      return;
    }
    pods.takeNews();
    lookedAt = System.nanoTime();
    wait = Optional.of(pace.lacking());
    isShort = !allocator.keepReserve(node, size);
    left = journal.free().size();
    Duration usual = isShort ? pace.lacking() : pace.full();
    wait = Optional.of(usual.dividedBy(2).plusNanos(random.nextLong(usual.toNanos())));
  }

  @Override
  public void close() {
    closed.countDown();
    thread.interrupt();
  }
}
