// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import dev.brindle.datastore.DatastoreException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has a node that starts while its store is away wait for it, as Calico's manifests ask: whoever
/// starts it again would do so later and later.
final class StoreWait {

  static final Duration PAUSE = Duration.ofSeconds(1);

  /// An API server that has just come up refuses everybody until it has read who may what.
  static final int REFUSALS = 30;

  private static final Logger LOG = LoggerFactory.getLogger(StoreWait.class);
  private static final String VARIABLE = "WAIT_FOR_DATASTORE";

  private StoreWait() {}

  /// Only the word `true` counts, as there.
  static boolean isWanted(Map<String, String> environment) {
    return environment.getOrDefault(VARIABLE, "").equals("true");
  }

  /// @param check fails while the store is away
  /// @throws DatastoreException if the store is there and does not let us in, time after time
  static void until(Runnable check, Duration pause) throws InterruptedException {
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
