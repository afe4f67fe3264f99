// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks now and then whether the store works, on a thread of its own, so that readiness can say why
/// nothing new arrives. All that is known stays in force meanwhile, and feeds go on by themselves.
final class StoreWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StoreWatch.class);
  private static final Duration INTERVAL = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final Runnable question;
  private final Duration interval;
  private final Duration patience;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private volatile Optional<Problem> problem = Optional.empty();
  private volatile Optional<Long> askedAt = Optional.empty();

  /// @param isRefusal whether the store is there, and does not let us
  private record Problem(String words, boolean isRefusal) {

    static Problem of(RuntimeException e) {
      return new Problem(
          e.getMessage() == null ? e.toString() : e.getMessage(),
          e instanceof DatastoreException known && known.isRefusal());
    }
  }

  private StoreWatch(Runnable question, Duration interval, Duration patience) {
    this.question = question;
    this.interval = interval;
    this.patience = patience;
    this.thread = Thread.ofPlatform().daemon().name("store-watch").unstarted(this::run);
  }

  static StoreWatch start(Datastore datastore) {
    return start(datastore::check, INTERVAL, PATIENCE);
  }

  /// @param question fails if the store does not work
  /// @param interval between two questions
  /// @param patience how long an answer may take
  static StoreWatch start(Runnable question, Duration interval, Duration patience) {
    StoreWatch watch = new StoreWatch(question, interval, patience);
    watch.thread.start();
    return watch;
  }

  /// Why the store does not work; never waits.
  List<String> obstacles() {
    Optional<String> found = problem.map(Problem::words);
    return found.or(() -> askedAt.flatMap(this::tooLong)).stream().toList();
  }

  /// Whether the store would not answer, as far as is known; never waits. One that refuses does
  /// answer: whoever asks is to hear that, as it does not end by itself.
  boolean isAway() {
    return problem.filter(known -> !known.isRefusal()).isPresent()
        || askedAt.flatMap(this::tooLong).isPresent();
  }

  private Optional<String> tooLong(long since) {
    Duration wait = Duration.ofNanos(System.nanoTime() - since);
    return wait.compareTo(patience) <= 0
        ? Optional.empty()
        : Optional.of("the store has not answered for %d s".formatted(wait.toSeconds()));
  }

  private void run() {
    try {
      while (!closed.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
        Optional<Problem> found = ask();
        if (closed.getCount() > 0) {
          tell(found);
        }
      }
    } catch (InterruptedException _) {
      LOG.debug("the store is not asked any more");
    }
  }

  private Optional<Problem> ask() {
    askedAt = Optional.of(System.nanoTime());
    try {
      question.run();
      return Optional.empty();
    } catch (RuntimeException e) {
      LOG.debug("the store does not work", e);
      return Optional.of(Problem.of(e));
    } finally {
      askedAt = Optional.empty();
    }
  }

  private void tell(Optional<Problem> found) {
    if (found.isPresent() && !found.equals(problem)) {
      LOG.error("what is known stays in force, but nothing new arrives: {}", found.get().words());
    } else if (found.isEmpty() && problem.isPresent()) {
      LOG.info("the store works again");
    }
    problem = found;
  }

  /// Does not wait for an answer longer than anybody would: a store that hangs stops no one.
  @Override
  public void close() {
    closed.countDown();
    thread.interrupt();
    try {
      if (!thread.join(patience)) {
        LOG.warn("the store still owes an answer; it is not waited for");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
