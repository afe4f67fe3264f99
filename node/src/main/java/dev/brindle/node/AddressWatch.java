// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Registers the node again and again, on a thread of its own, so that the cluster hears of an
/// address that has changed (`AUTODETECT_POLL_INTERVAL`). What cannot be registered is an obstacle
/// until it can; the node goes on with what the datastore has.
final class AddressWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(AddressWatch.class);
  private static final Duration RETRY = Duration.ofSeconds(5);

  private final Runnable register;
  private final Duration interval;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private volatile Optional<String> problem = Optional.empty();

  private AddressWatch(Runnable register, Duration interval) {
    this.register = register;
    this.interval = interval;
    this.thread = Thread.ofPlatform().daemon().name("addresses").unstarted(this::run);
  }

  /// @param register writes only what changed, says only what is new, throws what does not work
  /// @param interval from the end of one look to the next, the first look too
  static AddressWatch start(Runnable register, Duration interval) {
    AddressWatch watch = new AddressWatch(register, interval);
    watch.thread.start();
    return watch;
  }

  /// Why the node's address is not registered as it is.
  List<String> problems() {
    return problem.stream().toList();
  }

  private void run() {
    Duration pause = interval;
    try {
      while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        Optional<String> found = look();
        if (closed.getCount() > 0) {
          tell(found);
        }
        pause = found.isPresent() && RETRY.compareTo(interval) < 0 ? RETRY : interval;
      }
    } catch (InterruptedException _) {
      LOG.debug("addresses are not looked for any more");
    }
  }

  private Optional<String> look() {
    try {
      register.run();
      return Optional.empty();
    } catch (RuntimeException e) {
      LOG.debug("cannot register the node", e);
      return Optional.of(e.getMessage() == null ? e.toString() : e.getMessage());
    }
  }

  private void tell(Optional<String> found) {
    if (found.isPresent() && !found.equals(problem)) {
      LOG.error("cannot register the node as it is now, trying again: {}", found.get());
    } else if (found.isEmpty() && problem.isPresent()) {
      LOG.info("the node is registered as it is now");
    }
    problem = found;
  }

  @Override
  public void close() {
    closed.countDown();
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
