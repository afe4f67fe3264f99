// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.discovery;

import dev.brindle.api.net.IpAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Which of those that advertise on a link is the neighbour: the first, until it has been silent
/// for a while and another has not. What comes often is told seldom. One owner; times in
/// nanoseconds, of any beginning.
final class HeardRouters {

  /// Three advertisements that did not come.
  static final Duration SILENCE = Duration.ofSeconds(30);

  private @Nullable IpAddress neighbour;
  private long heard;

  /// Somebody advertises.
  ///
  /// @return whether it is the neighbour from now on and was not before
  boolean hears(IpAddress from, long now) {
    boolean isIt = from.equals(neighbour);
    boolean isSilent = neighbour != null && now - heard > SILENCE.toNanos();
    if (isIt || neighbour == null || isSilent) {
      neighbour = from;
      heard = now;
      return !isIt;
    }
    return false;
  }
}
