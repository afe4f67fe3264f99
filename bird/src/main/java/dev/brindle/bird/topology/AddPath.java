// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import dev.brindle.bird.table.PathsTold;
import dev.brindle.bird.wire.AddPathTerms;
import dev.brindle.bird.wire.Capability.AddPathFamily;

/// Whether more than one path of a prefix may pass (RFC 7911), for all families of a peer.
///
/// @param receives the peer may tell us several
/// @param sends we tell the peer several
/// @param paths how many at most
public record AddPath(boolean receives, boolean sends, int paths) {

  /// Enough for a fabric with eight ways out, and for a client to have a second best at once.
  public static final int DEFAULT_PATHS = 8;

  public static final int MAX_PATHS = 256;
  public static final AddPath OFF = new AddPath(false, false, DEFAULT_PATHS);

  /// @throws IllegalArgumentException if the number of paths is not in 1..256
  public AddPath {
    if (paths < 1 || paths > MAX_PATHS) {
      throw new IllegalArgumentException("%d paths is not in 1..%d".formatted(paths, MAX_PATHS));
    }
  }

  public AddPath withPaths(int changed) {
    return new AddPath(receives, sends, changed);
  }

  public boolean isOn() {
    return receives || sends;
  }

  /// Of the capability, if it is on.
  public int mode() {
    return (receives ? AddPathFamily.RECEIVE : 0) | (sends ? AddPathFamily.SEND : 0);
  }

  /// What the peer is told once both have agreed.
  public PathsTold told(AddPathTerms agreed) {
    return agreed.sent().isEmpty() ? PathsTold.BEST : new PathsTold(agreed.sent(), paths);
  }
}
