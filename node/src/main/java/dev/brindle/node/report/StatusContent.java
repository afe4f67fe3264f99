// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.report;

import dev.brindle.api.net.IpFamily;
import dev.brindle.bird.speaker.PeerReport;
import dev.brindle.bird.topology.PeerType;
import dev.brindle.node.report.NodeFacts.Bgp;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The status of a CalicoNodeStatus, in Calico's words, but for when it was written. Classes that
/// are not asked for are there, and empty.
final class StatusContent {

  /// A store takes 1.5 MB at most; 2,000 of each family are some 800 kB.
  static final int MOST_ROUTES = 2_000;

  private StatusContent() {}

  /// @param status as it is stored
  /// @param isWhole whether all routes that were asked for are in it
  record Outcome(Map<String, Object> status, boolean isWhole) {}

  static Outcome of(Collection<String> classes, NodeFacts facts) {
    Optional<Bgp> bgp = facts.bgp();
    RouteFacts routes =
        classes.contains("Routes") && bgp.isPresent() ? facts.routes(MOST_ROUTES) : RouteFacts.NONE;
    Map<String, Object> status = new LinkedHashMap<>();
    status.put("agent", classes.contains("Agent") ? agent(bgp) : daemons(Map.of()));
    status.put("bgp", sessions(classes.contains("BGP") ? bgp : Optional.empty()));
    StatusRoutes written =
        StatusRoutes.of(routes, bgp.map(it -> it.report().peers()).orElse(List.of()), MOST_ROUTES);
    status.put("routes", written.fields());
    return new Outcome(status, written.isWhole());
  }

  private static Map<String, Object> daemons(Map<String, Object> both) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("birdV4", both);
    fields.put("birdV6", both);
    return fields;
  }

  /// One speaker for both families, where Calico has two.
  private static Map<String, Object> agent(Optional<Bgp> bgp) {
    Map<String, Object> daemon = new LinkedHashMap<>();
    daemon.put("state", bgp.isPresent() ? "Ready" : "NotReady");
    bgp.ifPresent(
        speaking -> {
          daemon.put("version", "Brindle " + speaking.version());
          daemon.put("routerID", speaking.report().identifier().toString());
          daemon.put("lastBootTime", speaking.started().truncatedTo(ChronoUnit.SECONDS).toString());
          daemon.put(
              "lastReconfigurationTime",
              speaking.reconfigured().truncatedTo(ChronoUnit.SECONDS).toString());
        });
    return daemons(daemon);
  }

  private static Map<String, Object> sessions(Optional<Bgp> bgp) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (IpFamily family : IpFamily.values()) {
      List<PeerReport> peers =
          bgp.map(it -> it.report().peers()).orElse(List.of()).stream()
              .filter(peer -> peer.address().family() == family)
              .filter(peer -> peer.type() != PeerType.LOCAL_WORKLOAD) // as in Calico
              .toList();
      int established = (int) peers.stream().filter(PeerReport::isEstablished).count();
      fields.put("numberEstablishedV" + family.version(), established);
      fields.put("numberNotEstablishedV" + family.version(), peers.size() - established);
      if (!peers.isEmpty()) {
        fields.put("peersV" + family.version(), peers.stream().map(StatusContent::peer).toList());
      }
    }
    return fields;
  }

  private static Map<String, Object> peer(PeerReport peer) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("peerIP", peer.address().toString());
    fields.put("type", type(peer.type()));
    fields.put("state", peer.state());
    fields.put("since", peer.since().truncatedTo(ChronoUnit.SECONDS).toString());
    return fields;
  }

  private static String type(PeerType type) {
    return switch (type) {
      case MESH -> "NodeMesh";
      case NODE -> "NodePeer";
      case GLOBAL -> "GlobalPeer";
      case LOCAL_WORKLOAD -> throw new IllegalArgumentException("Calico has no word for " + type);
    };
  }
}
