// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rib;

import dev.brindle.bird.wire.Community;
import dev.brindle.bird.wire.PathAttributes;

/// A way to a prefix, as one source told it.
///
/// @param preference greater goes first, before anything BGP says: 200 for our own and for elevated
///     ones, 100 for the rest
/// @param pathId with which the source told it (RFC 7911), unsigned; 0 without add-path
public record Path(Source source, PathAttributes attributes, int preference, int pathId) {

  public static final int PREFERRED = 200;
  public static final int ORDINARY = 100;

  private static final long DEFAULT_LOCAL_PREF = 100;

  /// Of a source without add-path.
  public Path(Source source, PathAttributes attributes, int preference) {
    this(source, attributes, preference, 0);
  }

  /// It is used where there is nothing else (RFC 9494 §4.3).
  public boolean isLastResort() {
    return attributes.communities().contains(Community.LLGR_STALE);
  }

  public long localPref() {
    return attributes.localPref().orElse(DEFAULT_LOCAL_PREF);
  }
}
