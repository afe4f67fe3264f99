// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.bird.topology.PeerTiming;
import java.util.Set;

/// How long a neighbor may be silent, or away: `holdTime` and `gracefulRestart`.
final class TimingFields {

  private static final String DEFAULT_RESTART = "120s";

  private TimingFields() {}

  static PeerTiming of(Field field) {
    PeerTiming usual = PeerTiming.CALICO;
    PeerTiming held =
        field
            .find("holdTime")
            .map(it -> it.read(text -> usual.withHoldTime(Durations.parse(text))))
            .orElse(usual);
    return field.find("gracefulRestart").map(it -> withRestart(held, it)).orElse(held);
  }

  private static PeerTiming withRestart(PeerTiming timing, Field field) {
    field.entries(Set.of("time", "longLived"));
    PeerTiming restarting =
        field
            .find("time")
            .map(it -> it.read(text -> timing.withRestart(Durations.parse(text))))
            .orElseGet(() -> timing.withRestart(Durations.parse(DEFAULT_RESTART)));
    return field
        .find("longLived")
        .map(it -> it.read(text -> restarting.withLongLived(Durations.parse(text))))
        .orElse(restarting);
  }
}
