// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor.check;

import dev.brindle.api.net.IpAddress;
import java.util.ArrayList;
import java.util.List;

/// Whether the BGP ports of the others can be reached.
public final class PeerCheck {

  private PeerCheck() {}

  /// What became of a connection.
  public enum Outcome {
    /// The daemon has a session: nothing was tried, as a second connection would end the first.
    SESSION,
    CONNECTED,
    REFUSED,
    TIMED_OUT,
    UNREACHABLE
  }

  /// @param detail what the daemon, or the kernel, says
  public record Peer(String name, IpAddress address, int port, Outcome outcome, String detail) {

    @Override
    public String toString() {
      return "%s (%s port %d)".formatted(name, address, port);
    }
  }

  public static List<Finding> of(List<Peer> peers) {
    List<Finding> found = new ArrayList<>();
    for (Peer peer : peers) {
      String seen = "%s: %s".formatted(peer, peer.detail());
      switch (peer.outcome()) {
        case SESSION, CONNECTED -> {}
        case REFUSED -> found.add(Symptom.BGP_REFUSED.at(seen));
        case TIMED_OUT -> found.add(Symptom.BGP_TIMEOUT.at(seen));
        case UNREACHABLE -> found.add(Symptom.BGP_UNREACHABLE.at(seen));
      }
    }
    long sessions = peers.stream().filter(each -> each.outcome() == Outcome.SESSION).count();
    return Finding.orOk(
        found,
        Check.PEERS,
        peers.isEmpty()
            ? "no other node to be reached by BGP"
            : "%d peers can be reached, %d have a session".formatted(peers.size(), sessions));
  }
}
