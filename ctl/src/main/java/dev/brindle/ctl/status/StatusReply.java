// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.status;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.brindle.api.net.IpFamily;
import dev.brindle.ctl.client.ClientException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;

/// The daemon's answer: `{"as": ..., "peers": [{"name", "type", "address", "family", ...}]}`. There
/// is no `as` where BGP is off. What else it says is for others.
final class StatusReply {

  private StatusReply() {}

  /// @throws ClientException if it is anything else
  static NodeReport parse(String json) {
    try {
      JsonNode answer = new JsonMapper().readTree(json);
      if (!answer.path("peers").isArray()) {
        throw new ClientException("the daemon's answer has no list of peers: " + shortened(json));
      }
      List<PeerStatus> found = new ArrayList<>();
      answer.path("peers").forEach(peer -> found.add(peer(peer)));
      List<String> notes = new ArrayList<>();
      answer.path("notes").forEach(note -> notes.add(note.asText()));
      List<String> addresses = new ArrayList<>();
      answer.path("addresses").forEach(address -> tell(address, addresses));
      return new NodeReport(answer.has("as"), found, notes, addresses);
    } catch (JsonProcessingException e) {
      throw new ClientException("the daemon's answer is not JSON: " + shortened(json));
    }
  }

  /// What was not asked for says nothing.
  private static void tell(JsonNode address, List<String> lines) {
    String text = address.path("address").asText();
    JsonNode others = address.path("passedOver");
    if (text.isEmpty() && others.isEmpty()) {
      return;
    }
    lines.add(
        "IPv%d address %s: %s"
            .formatted(
                address.path("family").asInt(),
                text.isEmpty() ? "none" : text,
                address.path("reason").asText()));
    others.forEach(other -> lines.add("  not " + other.asText()));
  }

  private static PeerStatus peer(JsonNode peer) {
    return new PeerStatus(
        text(peer, "name"),
        text(peer, "type"),
        text(peer, "address"),
        family(peer),
        text(peer, "state"),
        since(peer),
        text(peer, "info"),
        text(peer, "reason"));
  }

  private static IpFamily family(JsonNode peer) {
    int family = peer.path("family").asInt();
    if (family != 4 && family != 6) {
      throw fault(peer, "family");
    }
    return IpFamily.ofVersion(family);
  }

  private static Instant since(JsonNode peer) {
    try {
      return Instant.parse(text(peer, "since"));
    } catch (DateTimeParseException e) {
      throw fault(peer, "since");
    }
  }

  private static String text(JsonNode peer, String field) {
    if (!peer.path(field).isTextual()) {
      throw fault(peer, field);
    }
    return peer.path(field).asText();
  }

  private static ClientException fault(JsonNode peer, String field) {
    return new ClientException(
        "the daemon's answer has a peer whose '%s' cannot be read: %s"
            .formatted(field, shortened(peer.toString())));
  }

  private static String shortened(String text) {
    return text.length() <= 100 ? text : text.substring(0, 100) + "...";
  }
}
