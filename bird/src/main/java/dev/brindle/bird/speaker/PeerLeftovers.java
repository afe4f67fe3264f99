// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.wire.Family;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is left of one peer's routes while it may come back, as the tables have it: in use, and
/// kept as it told them. On the speaker's thread.
///
/// @param quota what goes is no longer there for its sake
record PeerLeftovers(String peer, PeerPaths paths, PeerIntake intake, PeerQuota quota)
    implements StaleRoutes.Leftovers {

  private static final Logger LOG = LoggerFactory.getLogger(PeerLeftovers.class);

  @Override
  public void overdue() {
    LOG.warn("BGP peer {} did not come back in time", peer);
  }

  @Override
  public void remove(Family family) {
    long mark = quota.mark();
    paths.remove(family);
    quota.charge(mark);
  }

  @Override
  public void markStale(Family family) {
    paths.markStale(family);
    intake.markStale(family);
  }

  @Override
  public void sweep(Family family) {
    long mark = quota.mark();
    paths.sweep(family);
    intake.sweep(family);
    quota.charge(mark);
  }

  @Override
  public void demote(Family family) {
    paths.demote(family);
  }
}
