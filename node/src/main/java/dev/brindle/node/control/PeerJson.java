// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.control;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.bird.bfd.BfdReport;
import dev.brindle.bird.session.Agreement;
import dev.brindle.bird.speaker.MessageCounts;
import dev.brindle.bird.speaker.MrtReport;
import dev.brindle.bird.speaker.PeerDetails;
import dev.brindle.bird.speaker.PeerReport;
import dev.brindle.bird.speaker.SpeakerReport;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.PeerKind;
import dev.brindle.bird.wire.PeerTerms;
import java.util.Optional;

/// What is told of the speaker and of one peer, in names that stay.
final class PeerJson {

  private PeerJson() {}

  static ObjectNode speaker(SpeakerReport report) {
    ObjectNode json =
        object()
            .put("as", report.as().value())
            .put("routerId", report.identifier().toString())
            .put("converged", report.converged())
            .put("prefixes", report.prefixes())
            .put("draining", report.draining());
    report
        .mrt()
        .ifPresent(
            it ->
                json.putObject("mrt")
                    .<ObjectNode>set("tables", files(it.tables()))
                    .set("messages", files(it.messages())));
    var listening = json.putArray("listening");
    report.listening().stream().map(Object::toString).sorted().forEach(listening::add);
    return json;
  }

  private static ObjectNode files(MrtReport.FileReport files) {
    return object()
        .put("files", files.files())
        .put("items", files.items())
        .put("lost", files.lost())
        .put("problem", files.problem());
  }

  static ObjectNode peer(PeerReport peer) {
    PeerDetails details = peer.details();
    ObjectNode json =
        object()
            .put("name", peer.name())
            .put("type", peer.type().toString())
            .put("address", peer.address().toString())
            .put("port", details.port())
            .put("as", peer.as().value())
            .put("localAs", details.localAs().value())
            .put("state", peer.state())
            .put("since", peer.since().toString())
            .put("reason", peer.isEstablished() ? "" : peer.reason())
            .put("advice", details.advice())
            .put("received", details.told())
            .put("receivesMore", details.tellsMore())
            .put("accepted", peer.received())
            .put("rejected", peer.rejected())
            .put("advertised", peer.advertised())
            .put("waiting", details.waiting())
            .put("stale", peer.stale())
            .put("draining", peer.draining())
            .put("lowered", details.lowered())
            .put("flaps", details.flaps());
    if (!peer.description().isEmpty()) {
      json.put("description", peer.description());
    }
    details
        .lastDown()
        .ifPresent(
            at ->
                json.putObject("lastDown")
                    .put("at", at.toString())
                    .put("reason", details.lastReason()));
    details.localAddress().ifPresent(it -> json.put("localAddress", it.toString()));
    details.roundTripMicros().ifPresent(it -> json.put("roundTripMicros", it));
    details.agreement().ifPresent(it -> json.set("session", session(it)));
    ObjectNode messages = json.putObject("messages");
    messages.set("received", messages(details.received()));
    messages.set("sent", messages(details.sent()));
    peer.bfd().ifPresent(it -> json.set("bfd", bfd(it)));
    return json;
  }

  private static String kind(PeerKind kind) {
    return switch (kind) {
      case EXTERNAL -> "external";
      case INTERNAL -> "internal";
      case CONFEDERATION -> "confederation";
    };
  }

  private static ObjectNode session(Agreement agreed) {
    PeerTerms terms = agreed.terms();
    ObjectNode json =
        object()
            .put("kind", kind(terms.kind()))
            .put("routerId", terms.identifier().toString())
            .put("holdTimeSeconds", agreed.holdTime().toSeconds())
            .put("keepaliveSeconds", agreed.keepalive().toSeconds())
            .put("fourOctetAs", terms.fourOctetAs())
            .put("extendedMessages", terms.extendedMessages())
            .put("routeRefresh", terms.refresh())
            .put("enhancedRouteRefresh", terms.enhancedRefresh())
            .put("extendedNextHop", terms.extendedNextHop());
    terms.gracefulRestart().ifPresent(it -> json.put("gracefulRestartSeconds", it.seconds()));
    ObjectNode addPath = object();
    terms.families().stream()
        .sorted()
        .forEach(it -> addPathMode(terms, it).ifPresent(mode -> addPath.put(it.toString(), mode)));
    if (!addPath.isEmpty()) {
      json.set("addPath", addPath);
    }
    var families = json.putArray("families");
    terms.families().stream().map(Object::toString).sorted().forEach(families::add);
    return json;
  }

  private static Optional<String> addPathMode(PeerTerms terms, Family family) {
    boolean receives = terms.addPath().isReceived(family);
    boolean sends = terms.addPath().isSent(family);
    return receives || sends
        ? Optional.of(receives && sends ? "both" : receives ? "receive" : "send")
        : Optional.empty();
  }

  private static ObjectNode messages(MessageCounts counts) {
    return object()
        .put("open", counts.opens())
        .put("update", counts.updates())
        .put("notification", counts.notifications())
        .put("keepalive", counts.keepalives())
        .put("routeRefresh", counts.refreshes());
  }

  private static ObjectNode bfd(BfdReport report) {
    return object()
        .put("state", report.state().toString())
        .put("since", report.since().toString())
        .put("remoteState", report.remote().state().toString())
        .put("text", report.text())
        .put("transmitMillis", report.transmitInterval().toMillis())
        .put("detectionMillis", report.detectionTime().toMillis())
        .put("downs", report.downs());
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
