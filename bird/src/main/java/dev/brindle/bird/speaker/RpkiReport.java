// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.rpki.live.CacheReport;
import java.util.List;

/// What routes are judged by.
///
/// @param vrps in the table
/// @param bytes that they take
/// @param caches the one to prefer first
public record RpkiReport(int vrps, long bytes, List<CacheReport> caches) {

  public RpkiReport {
    caches = List.copyOf(caches);
  }
}
