// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.bird.wire.Community;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerKind;

/// How a path looks to peers that should rather take another one, after the filter: because we will
/// soon be gone (RFC 8326 §4.2), or because it is a last resort and they do not know the word for
/// it (RFC 9494 §4.6). Inside the AS a LOCAL_PREF of 0 says it to everybody.
record LeavingMark(boolean isExternal, boolean longLived, boolean draining) {

  private static final LocalPref LEAST = new LocalPref(0);

  static LeavingMark of(ExportPolicy policy) {
    return new LeavingMark(
        policy.group().kind() == PeerKind.EXTERNAL, policy.longLived(), policy.draining());
  }

  /// A last resort is not told outside to those who would not know it for one.
  boolean isHidden(int flags) {
    return isExternal && isUnknownLastResort(flags);
  }

  boolean concerns(int flags) {
    return draining || isUnknownLastResort(flags);
  }

  private boolean isUnknownLastResort(int flags) {
    return !longLived && (flags & BlockFlags.LLGR_STALE) != 0;
  }

  PathAttributes on(PathAttributes attributes, int flags) {
    PathAttributes marked = attributes;
    if (draining) {
      marked = marked.withCommunity(Community.GRACEFUL_SHUTDOWN);
    }
    if (isUnknownLastResort(flags)) {
      marked = marked.withCommunity(Community.NO_EXPORT);
    }
    return isExternal ? marked : marked.with(LEAST);
  }
}
