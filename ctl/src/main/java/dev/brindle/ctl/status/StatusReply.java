// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.status;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.brindle.api.net.IpFamily;
import dev.brindle.ctl.client.ClientException;
import java.util.ArrayList;
import java.util.List;

/// The daemon's answer: `{"peers": [{"name", "type", "address", "family", "state", ...}]}`.
final class StatusReply {

  private StatusReply() {}

  /// @throws ClientException if it is anything else
  static List<PeerStatus> parse(String json) {
    try {
      JsonNode peers = new JsonMapper().readTree(json).path("peers");
      if (!peers.isArray()) {
        throw new ClientException("the daemon's answer has no list of peers: " + shortened(json));
      }
      List<PeerStatus> found = new ArrayList<>();
      peers.forEach(peer -> found.add(peer(peer)));
      return List.copyOf(found);
    } catch (JsonProcessingException e) {
      throw new ClientException("the daemon's answer is not JSON: " + shortened(json));
    }
  }

  private static PeerStatus peer(JsonNode peer) {
    int family = peer.path("family").asInt();
    if (family != 4 && family != 6) {
      throw new ClientException("the daemon's answer has a peer of family " + family);
    }
    return new PeerStatus(
        peer.path("name").asText(),
        peer.path("type").asText(),
        peer.path("address").asText(),
        IpFamily.ofVersion(family),
        peer.path("state").asText(),
        peer.path("since").asText(),
        peer.path("info").asText(),
        peer.path("reason").asText());
  }

  private static String shortened(String text) {
    return text.length() <= 100 ? text : text.substring(0, 100) + "...";
  }
}
