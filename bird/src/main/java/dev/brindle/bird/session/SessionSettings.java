// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.session;

import dev.brindle.api.net.AsNumber;
import dev.brindle.bird.wire.Capability.GracefulRestart;
import dev.brindle.bird.wire.Message.Open;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What a session is meant to be.
///
/// @param ours the OPEN we send: our AS, hold time, identifier and capabilities
/// @param peerAs what the peer's OPEN may say
/// @param passive never dial, only be called
/// @param connectRetry the longest pause between attempts to connect
/// @param keepalive in place of a third of the hold time
/// @param isMember the peer is in another member AS of our confederation (RFC 5065)
/// @param needsRole the peer has to say its role (RFC 9234 §4.2, strict mode)
public record SessionSettings(
    Open ours,
    AcceptedAs peerAs,
    boolean passive,
    Duration connectRetry,
    Optional<Duration> keepalive,
    boolean needsRole,
    boolean isMember) {

  /// With a peer of that AS, whatever it says of its role.
  public SessionSettings(
      Open ours,
      AsNumber peerAs,
      boolean passive,
      Duration connectRetry,
      Optional<Duration> keepalive) {
    this(ours, new AcceptedAs.One(peerAs), passive, connectRetry, keepalive, false);
  }

  /// With a peer that is in no confederation with us.
  public SessionSettings(
      Open ours,
      AcceptedAs peerAs,
      boolean passive,
      Duration connectRetry,
      Optional<Duration> keepalive,
      boolean needsRole) {
    this(ours, peerAs, passive, connectRetry, keepalive, needsRole, false);
  }

  /// By our own OPEN (RFC 4724 §3).
  boolean isRestarting() {
    return ours.capabilities().stream()
        .anyMatch(it -> it instanceof GracefulRestart restart && restart.restarting());
  }

  /// For a peer that takes none: IPv4 and two octets of AS number are what is left (RFC 5492 §3).
  public SessionSettings withoutCapabilities() {
    Open bare = new Open(ours.as(), ours.holdTime(), ours.identifier(), List.of());
    return new SessionSettings(bare, peerAs, passive, connectRetry, keepalive, needsRole, isMember);
  }
}
