// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static dev.brindle.cni.protocol.CniError.Code.TRY_AGAIN_LATER;

import dev.brindle.cni.protocol.CniException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What a network wants to be asked before pods are plugged in (`readiness_gates`): URLs, each of
/// which has to answer 200 to 399. Asked by the daemon, so from the node's own network.
///
/// @param patience for all of them together
/// @param interval between two questions to one
record ReadinessGates(Duration patience, Duration interval) {

  /// Calico's times.
  static final ReadinessGates USUAL =
      new ReadinessGates(Duration.ofSeconds(30), Duration.ofSeconds(5));

  private static final int ANSWER_MILLIS = 2_000;

  /// @throws CniException code 11 naming the one that is not ready in time, and why
  void await(List<URI> gates) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    for (URI gate : gates) {
      Optional<String> problem = ask(gate);
      while (problem.isPresent()) {
        if (System.nanoTime() + interval.toNanos() > end) {
          throw new CniException(
              TRY_AGAIN_LATER,
              "readiness gate %s (readiness_gates of the network configuration) is not ready after %d s: %s"
                  .formatted(gate, patience.toSeconds(), problem.get()));
        }
        Thread.sleep(interval);
        problem = ask(gate);
      }
    }
  }

  /// @return why it is not ready
  private static Optional<String> ask(URI gate) {
    try {
      var connection = (HttpURLConnection) gate.toURL().openConnection();
      connection.setConnectTimeout(ANSWER_MILLIS);
      connection.setReadTimeout(ANSWER_MILLIS);
      connection.setInstanceFollowRedirects(false);
      connection.setUseCaches(false);
      int status = connection.getResponseCode();
      connection.disconnect();
      return status >= 200 && status < 400
          ? Optional.empty()
          : Optional.of("it answers %d, expected 200 to 399".formatted(status));
    } catch (IOException e) {
      return Optional.of(e.toString());
    }
  }
}
