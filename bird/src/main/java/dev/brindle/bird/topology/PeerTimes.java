// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import dev.brindle.api.resource.BgpPeer;
import java.time.Duration;
import java.util.Optional;

/// The times of a session, from a BGPPeer.
final class PeerTimes {

  private PeerTimes() {}

  /// @throws IllegalArgumentException if a time is no duration or out of its range
  static PeerTiming of(BgpPeer.Spec spec) {
    PeerTiming timing = PeerTiming.CALICO;
    Optional<Duration> restart = GoDuration.seconds(spec.maxRestartTime());
    Optional<Duration> keepalive = GoDuration.seconds(spec.keepaliveTime());
    if (restart.isPresent()) {
      timing = timing.withRestart(restart.get());
    }
    return keepalive.isPresent() ? timing.withKeepalive(keepalive.get()) : timing;
  }
}
