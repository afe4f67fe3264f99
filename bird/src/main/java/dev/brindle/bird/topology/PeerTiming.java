// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import java.time.Duration;
import java.util.Optional;

/// The times of a session.
///
/// @param holdTime what we propose; whole seconds, 0 or at least 3
/// @param keepalive in place of a third of the hold time
/// @param connectRetry the longest pause between attempts to connect
/// @param sendHold in place of the time a peer may not read what we send (RFC 9687)
/// @param restart how long the peer may keep our routes while we restart; 0 to 4,095 s
/// @param longLived how long after that as a last resort (RFC 9494), 0 to 2^24 - 1 s; 0 switches it
///     off, for the peer's routes with us too
public record PeerTiming(
    Duration holdTime,
    Optional<Duration> keepalive,
    Duration connectRetry,
    Optional<Duration> sendHold,
    Duration restart,
    Duration longLived) {

  /// BIRD's defaults as Calico sets them.
  public static final PeerTiming CALICO =
      new PeerTiming(
          Duration.ofMinutes(4),
          Optional.empty(),
          Duration.ofSeconds(5),
          Optional.empty(),
          Duration.ofMinutes(2),
          Duration.ZERO);

  private static final int LONGEST = (1 << 24) - 1;
  private static final Duration LEAST_SEND_HOLD = Duration.ofMinutes(8);

  /// @throws IllegalArgumentException if a time is out of its range
  public PeerTiming {
    long hold = holdTime.toSeconds();
    if (hold != 0 && (hold < 3 || hold > 65_535)) {
      throw new IllegalArgumentException("hold time is %d s, not 0 or 3..65535".formatted(hold));
    }
    long seconds = restart.toSeconds();
    if (seconds < 0 || seconds > 4_095) {
      throw new IllegalArgumentException("restart time is %d s, not 0..4095".formatted(seconds));
    }
    long longer = longLived.toSeconds();
    if (longer < 0 || longer > LONGEST) {
      throw new IllegalArgumentException(
          "long-lived restart time is %d s, not 0..%d".formatted(longer, LONGEST));
    }
  }

  public PeerTiming withHoldTime(Duration changed) {
    return new PeerTiming(changed, keepalive, connectRetry, sendHold, restart, longLived);
  }

  public PeerTiming withKeepalive(Duration changed) {
    return new PeerTiming(
        holdTime, Optional.of(changed), connectRetry, sendHold, restart, longLived);
  }

  public PeerTiming withConnectRetry(Duration changed) {
    return new PeerTiming(holdTime, keepalive, changed, sendHold, restart, longLived);
  }

  public PeerTiming withRestart(Duration changed) {
    return new PeerTiming(holdTime, keepalive, connectRetry, sendHold, changed, longLived);
  }

  public PeerTiming withSendHold(Duration changed) {
    return new PeerTiming(
        holdTime, keepalive, connectRetry, Optional.of(changed), restart, longLived);
  }

  public PeerTiming withLongLived(Duration changed) {
    return new PeerTiming(holdTime, keepalive, connectRetry, sendHold, restart, changed);
  }

  /// How long a peer may not read what we send.
  ///
  /// @param agreed the hold time of the session
  public Duration sendHoldFor(Duration agreed) {
    Duration twice = agreed.multipliedBy(2);
    return sendHold.orElse(twice.compareTo(LEAST_SEND_HOLD) > 0 ? twice : LEAST_SEND_HOLD);
  }
}
