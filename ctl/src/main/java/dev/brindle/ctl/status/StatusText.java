// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.status;

import dev.brindle.api.net.IpFamily;
import dev.brindle.ctl.output.BoxTable;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;

/// Sessions as `node status` shows them: a table for each family.
public final class StatusText {

  private StatusText() {}

  /// @param zone in which times are shown
  public static String of(NodeReport node, Instant now, ZoneId zone) {
    if (!node.hasBgp()) {
      return """
      Calico process is running.

      The BGP backend process (BIRD) is not running.

      """
          + String.join("", addresses(node));
    }
    StringBuilder text = new StringBuilder("Calico process is running.\n");
    for (IpFamily family : IpFamily.values()) {
      List<PeerStatus> peers =
          node.peers().stream().filter(peer -> peer.family() == family).toList();
      text.append('\n').append(family).append(" BGP status\n");
      text.append(
          peers.isEmpty() ? "No %s peers found.\n".formatted(family) : table(peers, now, zone));
    }
    text.append('\n');
    node.notes().forEach(note -> text.append("Note: ").append(note).append('\n'));
    addresses(node).forEach(text::append);
    return text.toString();
  }

  private static List<String> addresses(NodeReport node) {
    return node.addresses().stream().map(line -> line + "\n").toList();
  }

  private static String table(List<PeerStatus> peers, Instant now, ZoneId zone) {
    var table = new BoxTable("PEER ADDRESS", "PEER TYPE", "STATE", "SINCE", "INFO");
    for (PeerStatus peer : peers) {
      String since = SinceText.of(peer.since(), now, zone);
      table.row(peer.address(), peer.type(), peer.state(), since, info(peer));
    }
    return table.toString();
  }

  private static String info(PeerStatus peer) {
    return peer.reason().isEmpty() ? peer.info() : (peer.info() + " " + peer.reason()).strip();
  }
}
