// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore;

import java.time.Duration;
import java.time.Instant;

/// What one of several candidates holds, renews, and loses by not renewing it. The two times are by
/// the holder's clock and for people: nobody decides by them.
///
/// @param holder empty while nobody holds it
/// @param duration how long the others wait after the last change that they saw; zero if nobody
///     said
/// @param acquired when the holder got it
/// @param renewed when the holder last said that it is there
/// @param transitions how often it went from one to another
/// @param revision that was read; empty for what was never stored. Opaque: only for comparing equal
public record Lease(
    String name,
    String holder,
    Duration duration,
    Instant acquired,
    Instant renewed,
    int transitions,
    String revision) {

  public Lease {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a lease without a name");
    }
  }

  public Lease withRevision(String read) {
    return new Lease(name, holder, duration, acquired, renewed, transitions, read);
  }
}
