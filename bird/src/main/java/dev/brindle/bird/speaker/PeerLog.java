// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.AsNumber;
import dev.brindle.bird.session.Advice;
import dev.brindle.bird.session.Agreement;
import dev.brindle.bird.session.FlapAllowance;
import dev.brindle.bird.session.Retention;
import dev.brindle.bird.topology.PeerConfig;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What operators read of a peer's sessions, with what to do about it where something is known to
/// help.
final class PeerLog {

  private static final Logger LOG = LoggerFactory.getLogger(PeerLog.class);

  private PeerLog() {}

  static void refused(PeerConfig peer, String why) {
    LOG.warn("BGP peer {} ({}): no session: {}", peer.name(), peer.address(), why);
  }

  static void unsecured(PeerConfig peer, String why) {
    LOG.warn("BGP peer {} ({}): {}; it may call again", peer.name(), peer.address(), why);
  }

  static void up(PeerConfig peer, AsNumber as, Agreement agreed) {
    LOG.info(
        "BGP peer {} ({}, AS {}) is up: hold time {} s, {}",
        peer.name(),
        peer.address(),
        as,
        agreed.holdTime().toSeconds(),
        agreed.terms().families());
  }

  /// @param received how many routes the peer had told
  /// @param kept what becomes of them
  static void down(PeerConfig peer, AsNumber as, String why, int received, Retention kept) {
    LOG.warn(
        "BGP peer {} ({}, AS {}) is down: {}{}; its {} routes {}",
        peer.name(),
        peer.address(),
        as,
        why,
        hint(peer, why),
        received,
        kept);
  }

  static void comesAndGoes(PeerConfig peer) {
    LOG.warn(
        "BGP peer {} ({}) comes and goes: its calls are refused, but for one in {} s; look at why"
            + " its session ends",
        peer.name(),
        peer.address(),
        FlapAllowance.PAUSE.toSeconds());
  }

  static void attemptFailed(PeerConfig peer, String why) {
    LOG.info(
        "BGP peer {} ({}, AS {}): no session: {}{}",
        peer.name(),
        peer.address(),
        peer.peerAs(),
        why,
        hint(peer, why));
  }

  /// @param isLowered what it told is taken last too
  /// @param left what is not as it was before
  static void drains(PeerConfig peer, boolean drains, boolean isLowered, Optional<String> left) {
    LOG.info(
        "BGP peer {} ({}): {}{}{}",
        peer.name(),
        peer.address(),
        drains ? "drains: it is told to take other ways" : "drains no longer",
        isLowered ? ", and what it told is taken last" : "",
        left.map(it -> ", but " + it).orElse(""));
  }

  /// What to do about it; empty if nothing is known to help.
  static String advice(PeerConfig peer, String why) {
    return Advice.of(
        new Advice.Situation(
            why,
            peer.address().toString(),
            peer.port(),
            peer.localAs().toString(),
            peer.peerAs().toString(),
            peer.password().isPresent(),
            peer.ttlSecurity() > 0));
  }

  /// Behind the reason.
  private static String hint(PeerConfig peer, String why) {
    String advice = advice(peer, why);
    return advice.isEmpty() ? "" : " (" + advice + ")";
  }
}
