// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.status;

import java.util.List;

/// What the daemon says of its BGP sessions.
///
/// @param hasBgp false if this node does not speak BGP
/// @param notes what the resources say and is not done
public record NodeReport(boolean hasBgp, List<PeerStatus> peers, List<String> notes) {

  public NodeReport {
    peers = List.copyOf(peers);
    notes = List.copyOf(notes);
  }
}
