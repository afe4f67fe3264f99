// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.status;

import dev.brindle.api.net.IpFamily;
import dev.brindle.ctl.output.BoxTable;
import java.util.List;

/// Sessions as `node status` shows them: a table for each family.
public final class StatusText {

  private StatusText() {}

  public static String of(List<PeerStatus> peers) {
    StringBuilder text = new StringBuilder("Calico process is running.\n");
    for (IpFamily family : IpFamily.values()) {
      text.append('\n').append(family).append(" BGP status\n").append(table(peers, family));
    }
    return text.append('\n').toString();
  }

  private static String table(List<PeerStatus> peers, IpFamily family) {
    List<PeerStatus> shown = peers.stream().filter(peer -> peer.family() == family).toList();
    if (shown.isEmpty()) {
      return "No %s peers found.\n".formatted(family);
    }
    var table = new BoxTable("PEER ADDRESS", "PEER TYPE", "STATE", "SINCE", "INFO");
    for (PeerStatus peer : shown) {
      table.row(peer.address(), peer.type(), peer.state(), peer.since(), info(peer));
    }
    return table.toString();
  }

  private static String info(PeerStatus peer) {
    return peer.reason().isEmpty() ? peer.info() : (peer.info() + " " + peer.reason()).strip();
  }
}
