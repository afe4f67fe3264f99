// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.bmp.BmpPeer;
import dev.brindle.bird.wire.AddPathTerms;
import dev.brindle.bird.wire.PeerTerms;
import java.time.Instant;
import java.util.Set;

/// An established session, for those who watch.
record MonitoredPeer(
    SessionTap tap, BmpPeer identity, PeerTerms terms, Instant since, PeerRoutes routes) {

  boolean isLegacyAs() {
    return identity.isLegacyAs();
  }

  /// How its routes are written for those who watch: with path identifiers where it tells them.
  PeerTerms recordTerms() {
    return PeerTerms.unlimited()
        .withAddPath(new AddPathTerms(Set.of(), terms.addPath().received()));
  }
}
