// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.election;

import java.time.Duration;

/// How long is waited for whom.
///
/// @param patience how long a lease must not have changed before another may take it
/// @param deadline how long a leader works after it began to ask for a renewal that it got
/// @param retry between two attempts, of a leader or of another candidate
public record ElectionTerms(Duration patience, Duration deadline, Duration retry) {

  /// As Kubernetes' own components have them.
  public static final ElectionTerms USUAL =
      new ElectionTerms(Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2));

  /// @throws IllegalArgumentException if two could lead at once, or a leader could not renew in
  ///     time
  public ElectionTerms {
    if (patience.compareTo(deadline) <= 0 || deadline.compareTo(retry) <= 0 || retry.isZero()) {
      throw new IllegalArgumentException(
          "patience %s, deadline %s, retry %s: expected each longer than the next"
              .formatted(patience, deadline, retry));
    }
  }
}
