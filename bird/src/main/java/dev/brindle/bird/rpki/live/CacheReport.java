// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rpki.live;

import dev.brindle.bird.rpki.RpkiCache;
import dev.brindle.bird.rpki.RtrState;
import java.time.Instant;

/// How it stands with one cache.
///
/// @param since when this phase began
/// @param isUsed the routes are judged by what it said
/// @param problem the last; may be empty
public record CacheReport(
    RpkiCache cache, RtrState state, Instant since, boolean isUsed, String problem) {}
