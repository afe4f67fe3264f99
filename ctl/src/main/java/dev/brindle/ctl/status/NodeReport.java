// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.status;

import java.util.List;

/// What the daemon says of its BGP sessions.
///
/// @param hasBgp false if this node does not speak BGP
/// @param notes what the resources say and is not done
/// @param addresses of the node, a line for each, with why it is that one
public record NodeReport(
    boolean hasBgp, List<PeerStatus> peers, List<String> notes, List<String> addresses) {

  public NodeReport {
    peers = List.copyOf(peers);
    notes = List.copyOf(notes);
    addresses = List.copyOf(addresses);
  }
}
