// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttributes;

/// Which of the routes of a peer are taken last, with LOCAL_PREF 0 (RFC 8326 §4.1, §4.2).
public enum Lowering {
  NONE,

  /// Those that an external peer marks as soon gone.
  MARKED,

  /// All: the session will soon be gone.
  ALL;

  private static final LocalPref LEAST = new LocalPref(0);

  public static Lowering of(boolean heedsMark) {
    return heedsMark ? MARKED : NONE;
  }

  static PathAttributes on(PathAttributes attributes) {
    return attributes.with(LEAST);
  }
}
