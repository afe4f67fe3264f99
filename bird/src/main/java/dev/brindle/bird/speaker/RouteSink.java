// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.Cidr;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Where best routes leave the speaker: the kernel, in a cluster. Called by the speaker's threads;
/// must return soon. If it throws, it is told the same again with the next news.
public interface RouteSink {

  /// Longer than anybody keeps routes.
  Duration FOREVER = Duration.ofDays(36_500);

  /// For how long packets have gone where peers were told they go, when this process began: what a
  /// peer keeps for us is no good if that is less than the time it keeps it (RFC 4724 §3, F bit).
  /// Asked once, before there is a session.
  default Duration unbrokenFor() {
    return FOREVER;
  }

  /// Whether it wants to hear of routes at all.
  default boolean isListening() {
    return true;
  }

  /// Changes of one prefix come in order; a later one replaces an earlier one.
  void apply(List<RouteUpdate> updates);

  /// The tables are complete after a start: all peers have told all they had, or the wait is over.
  /// What an earlier process left in the kernel and was not said again may go now. Comes once for
  /// each start.
  void converged();

  /// What became of a prefix, for people. Any thread may ask; the answer is as of a moment ago.
  ///
  /// @return empty if it was told nothing about the prefix, or does not know
  default Optional<Installation> installation(Cidr prefix) {
    return Optional.empty();
  }
}
