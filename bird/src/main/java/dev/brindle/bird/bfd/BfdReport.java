// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bfd;

import java.time.Duration;
import java.time.Instant;

/// How the BFD session with a peer is.
///
/// @param since when this state began
/// @param downs how often it left Up
/// @param problem why packets cannot be sent or received; empty if they can
public record BfdReport(
    BfdState state,
    Instant since,
    BfdRemote remote,
    int diagnostic,
    Duration transmitInterval,
    Duration detectionTime,
    long sent,
    long received,
    long downs,
    String problem) {

  public static BfdReport of(
      BfdSession session, Instant since, long sent, long received, long downs, String problem) {
    return new BfdReport(
        session.state(),
        since,
        session.remote(),
        session.diagnostic(),
        micros(session.transmitInterval()),
        micros(session.detectionTime()),
        sent,
        received,
        downs,
        problem);
  }

  private static Duration micros(long amount) {
    return Duration.ofNanos(amount * 1_000);
  }

  /// For logs and status.
  public String text() {
    String why = problem.isEmpty() ? BfdDiagnostic.text(diagnostic) : problem;
    return state == BfdState.UP
        ? "Up, detection within %d ms".formatted(detectionTime.toMillis())
        : "%s (%s), peer %s".formatted(state, why, remote.state());
  }

  /// The path was there and is lost. A peer that was never up, or has switched BFD off, is none
  /// (RFC 5882 §3.2, §4.2).
  public static boolean isFailure(BfdReport before, BfdReport now) {
    return before.state() == BfdState.UP && now.state() != BfdState.UP && !isSwitchedOff(now);
  }

  /// A session that waits for BFD need not wait any longer (RFC 5882 §4.1).
  public boolean lets() {
    return state == BfdState.UP || isSwitchedOff(this);
  }

  private static boolean isSwitchedOff(BfdReport report) {
    return report.state() == BfdState.ADMIN_DOWN
        || (report.remote().state() == BfdState.ADMIN_DOWN && report.state() != BfdState.UP);
  }
}
