// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.status;

import java.util.List;

/// What the daemon says of its BGP sessions.
///
/// @param hasBgp false if this node does not speak BGP
public record NodeReport(boolean hasBgp, List<PeerStatus> peers) {

  public NodeReport {
    peers = List.copyOf(peers);
  }
}
