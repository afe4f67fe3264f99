// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Calls that nobody takes: counted, and said once a minute at most, so that who calls without end
/// fills no log.
final class Strangers {

  private static final Logger LOG = LoggerFactory.getLogger(Strangers.class);
  private static final Duration SILENCE = Duration.ofMinutes(1);

  private Instant quietUntil = Instant.MIN;
  private long untold;

  /// @param why nobody does
  void turnedAway(InetSocketAddress caller, String why, Instant now) {
    untold++;
    if (now.isBefore(quietUntil)) {
      return;
    }
    LOG.info(
        "turned away {} BGP connection(s), the last from {}: {}",
        untold,
        caller.getAddress().getHostAddress(),
        why);
    untold = 0;
    quietUntil = now.plus(SILENCE);
  }
}
