// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rpki;

import java.util.List;

/// Whom to ask about the RPKI.
///
/// @param caches the one to prefer first; empty for no validation
/// @param timing for caches that say none
public record RpkiSettings(List<RpkiCache> caches, RtrTiming timing) {

  public static final RpkiSettings NONE = new RpkiSettings(List.of(), RtrTiming.DEFAULT);

  public RpkiSettings {
    caches = List.copyOf(caches);
  }
}
