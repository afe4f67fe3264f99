// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.health;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.bird.speaker.PeerReport;
import dev.brindle.bird.speaker.SpeakerReport;
import dev.brindle.felix.agent.AgentReport;
import dev.brindle.node.address.NodeAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What `node status` gets, in the words it prints.
public final class StatusJson {

  private StatusJson() {}

  /// @param obstacles why the node is not ready
  public static String of(
      String node, Optional<SpeakerReport> bgp, AgentReport felix, List<String> obstacles) {
    return of(node, bgp, felix, obstacles, List.of(), Map.of());
  }

  /// @param obstacles why the node is not ready
  /// @param notes what BGP's resources say and is not done
  /// @param addresses which the node has, and why
  public static String of(
      String node,
      Optional<SpeakerReport> bgp,
      AgentReport felix,
      List<String> obstacles,
      List<String> notes,
      Map<IpFamily, NodeAddress> addresses) {
    ObjectNode status = JsonNodeFactory.instance.objectNode().put("node", node);
    bgp.ifPresent(
        report -> {
          status.put("as", report.as().toString());
          status.put("routerId", report.identifier().toString());
          status.put("prefixes", report.prefixes());
          status.put("converged", report.converged());
        });
    var peers = status.putArray("peers");
    bgp.ifPresent(report -> report.peers().forEach(peer -> peers.add(peer(peer))));
    var endpoints = status.putArray("endpoints");
    felix
        .endpoints()
        .values()
        .forEach(
            endpoint ->
                endpoints
                    .addObject()
                    .put("key", endpoint.endpoint().toString())
                    .put("state", endpoint.state().toString())
                    .put("detail", endpoint.detail()));
    var problems = status.putArray("problems");
    felix.problems().forEach(problems::add);
    felix.warnings().forEach(problems::add);
    obstacles.forEach(problems::add);
    var said = status.putArray("notes");
    notes.forEach(said::add);
    var chosen = status.putArray("addresses");
    new TreeMap<>(addresses).forEach((family, address) -> chosen.add(address(family, address)));
    return status.toString();
  }

  private static ObjectNode address(IpFamily family, NodeAddress address) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("family", family.version())
            .put("address", address.address().map(InterfaceAddress::toString).orElse(""))
            .put("outcome", address.outcome().toString().toLowerCase(Locale.ROOT))
            .put("reason", address.reason());
    var others = json.putArray("passedOver");
    address.passedOver().forEach(others::add);
    return json;
  }

  private static ObjectNode peer(PeerReport peer) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("name", peer.name())
        .put("type", peer.type().toString())
        .put("address", peer.address().toString())
        .put("family", peer.address().family().version())
        .put("as", peer.as().toString())
        .put("state", state(peer))
        .put("since", peer.since().toString())
        .put("info", peer.state())
        .put("reason", peer.isEstablished() ? "" : peer.reason())
        .put("received", peer.received())
        .put("advertised", peer.advertised());
  }

  /// `up`, `start` while it is tried, `down` when it is not, as BIRD says it.
  private static String state(PeerReport peer) {
    if (peer.isEstablished()) {
      return "up";
    }
    return peer.state().equals("Idle") ? "down" : "start";
  }
}
