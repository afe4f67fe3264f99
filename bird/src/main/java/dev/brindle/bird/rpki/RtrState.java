// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rpki;

import java.util.Optional;

/// How it stands between us and one cache.
///
/// @param version we speak
/// @param isAgreed the cache has answered in this version
/// @param known how far the table has what this cache said; empty if it has nothing of it
/// @param timing of the cache, or ours
/// @param failures since it last told us everything
public record RtrState(
    Phase phase,
    int version,
    boolean isAgreed,
    Optional<Position> known,
    RtrTiming timing,
    int failures) {

  /// What is going on.
  public enum Phase {
    STOPPED("stopped"),
    WAITING("waits to try again"),
    CONNECTING("connecting"),
    ASKED("asked"),
    RECEIVING("receiving"),
    APPLYING("applying"),
    SYNCED("synced");

    private final String text;

    Phase(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }

  /// A state of a cache's data.
  public record Position(int session, long serial) {}

  public static RtrState stopped(RtrTiming timing) {
    return new RtrState(Phase.STOPPED, RtrCodec.VERSION_1, false, Optional.empty(), timing, 0);
  }

  /// It does not work: the next cache is to be asked.
  public boolean isFailing() {
    return failures > 0;
  }

  RtrState in(Phase changed) {
    return new RtrState(changed, version, isAgreed, known, timing, failures);
  }

  RtrState speaking(int changed, boolean agreed) {
    return new RtrState(phase, changed, agreed, known, timing, failures);
  }

  RtrState at(Optional<Position> changed) {
    return new RtrState(phase, version, isAgreed, changed, timing, failures);
  }

  RtrState timed(RtrTiming changed) {
    return new RtrState(phase, version, isAgreed, known, changed, failures);
  }

  RtrState failed(int times) {
    return new RtrState(phase, version, isAgreed, known, timing, times);
  }
}
