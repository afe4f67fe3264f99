// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has a node that starts while its store is away, or in whose start it goes away, wait for it, as
/// Calico's manifests ask: whoever starts it again would do so later and later.
final class StoreWait {

  private static final Duration PAUSE = Duration.ofSeconds(1);

  /// A store that is there and fails for longer than a bad moment holds what nobody can read, or
  /// does not let us in: that is for people.
  static final int FAILURES = 30;

  /// An API server that has just come up refuses everybody until it has read who may what.
  static final int REFUSALS = 30;

  private static final Logger LOG = LoggerFactory.getLogger(StoreWait.class);
  private static final String VARIABLE = "WAIT_FOR_DATASTORE";

  private final boolean isWanted;
  private final Runnable check;
  private final Duration pause;

  /// @param check fails while the store is away
  StoreWait(boolean isWanted, Runnable check, Duration pause) {
    this.isWanted = isWanted;
    this.check = check;
    this.pause = pause;
  }

  static StoreWait of(Map<String, String> environment, Datastore store) {
    return new StoreWait(isWanted(environment), store::check, PAUSE);
  }

  /// Until the store is there, if that is wanted.
  ///
  /// @throws DatastoreException if the store is there and does not let us in, time after time
  void begin() throws InterruptedException {
    if (isWanted) {
      until(check, pause);
    }
  }

  /// A step of the start, once more for each time that the store fails in it.
  ///
  /// @param step may be repeated, also after half of it was done
  /// @throws DatastoreException at once if nobody wants to wait; or if the step fails time after
  ///     time although the store is there
  <T> T get(Supplier<T> step) throws InterruptedException {
    for (int failures = 1; ; failures++) {
      try {
        return step.get();
      } catch (DatastoreException e) {
        if (!isWanted || failures > FAILURES) {
          throw e;
        }
        LOG.warn("the start is held up ({} is true): {}", VARIABLE, e.getMessage());
      }
      TimeUnit.MILLISECONDS.sleep(pause.toMillis());
      until(check, pause);
    }
  }

  /// As `get`.
  void run(Runnable step) throws InterruptedException {
    get(
        () -> {
          step.run();
          return true;
        });
  }

  /// Only the word `true` counts, as there.
  static boolean isWanted(Map<String, String> environment) {
    return environment.getOrDefault(VARIABLE, "").equals("true");
  }

  private static void until(Runnable check, Duration pause) throws InterruptedException {
    String said = "";
    int refusals = 0;
    while (true) {
      try {
        check.run();
        if (!said.isEmpty()) {
          LOG.info("the store is there");
        }
        return;
      } catch (DatastoreException e) {
        refusals = e.isRefusal() ? refusals + 1 : 0;
        if (refusals > REFUSALS) {
          throw e;
        }
        String why = String.valueOf(e.getMessage());
        if (!why.equals(said)) {
          LOG.warn("waiting for the store ({} is true): {}", VARIABLE, why);
        }
        said = why;
      }
      TimeUnit.MILLISECONDS.sleep(pause.toMillis());
    }
  }
}
