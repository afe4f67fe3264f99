// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks now and then whether Secrets, and what else nobody tells of, are what they were.
final class SecretWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SecretWatch.class);

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  private SecretWatch(BooleanSupplier isOutdated, Runnable again, Duration interval) {
    this.thread =
        Thread.ofPlatform()
            .daemon()
            .name("secrets")
            .unstarted(() -> run(isOutdated, again, interval));
  }

  static SecretWatch start(BooleanSupplier isOutdated, Runnable again, Duration interval) {
    SecretWatch watch = new SecretWatch(isOutdated, again, interval);
    watch.thread.start();
    return watch;
  }

  private void run(BooleanSupplier isOutdated, Runnable again, Duration interval) {
    try {
      while (!closed.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
        if (isOutdated.getAsBoolean()) {
          LOG.info("a Secret, or the way to a next hop, is another than it was");
          again.run();
        }
      }
    } catch (InterruptedException _) {
      LOG.debug("Secrets are not looked at any more");
    }
  }

  @Override
  public void close() {
    closed.countDown();
    thread.interrupt();
  }
}
