// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.router;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Reads what GoBGP and OpenBGPD say of their tables: each best prefix and its next hop.
///
/// Neither of them writes kernel routes by itself, so the lab does it from this.
public final class RibText {

  private static final ObjectMapper JSON = new ObjectMapper();

  private RibText() {}

  /// `gobgp global rib -j`.
  ///
  /// @throws IllegalArgumentException if the text is something else
  public static Map<Cidr, IpAddress> gobgp(String text) {
    Map<Cidr, IpAddress> routes = new TreeMap<>();
    read(text)
        .properties()
        .forEach(
            entry -> {
              for (JsonNode path : entry.getValue()) {
                if (path.path("best").asBoolean()) {
                  nextHop(path).ifPresent(hop -> routes.put(Cidr.parse(entry.getKey()), hop));
                }
              }
            });
    return routes;
  }

  private static Optional<IpAddress> nextHop(JsonNode path) {
    for (JsonNode attribute : path.path("attrs")) {
      JsonNode hop = attribute.path("nexthop");
      if (hop.isTextual()) {
        return learnt(hop.textValue());
      }
    }
    return Optional.empty();
  }

  /// `bgpctl -j show rib`.
  ///
  /// @throws IllegalArgumentException if the text is something else
  public static Map<Cidr, IpAddress> openBgpd(String text) {
    Map<Cidr, IpAddress> routes = new TreeMap<>();
    for (JsonNode path : read(text).path("rib")) {
      JsonNode hop = path.path("exit_nexthop");
      if (path.path("best").asBoolean() && hop.isTextual()) {
        learnt(hop.textValue())
            .ifPresent(address -> routes.put(Cidr.parse(path.path("prefix").asText()), address));
      }
    }
    return routes;
  }

  /// The daemon's own announcements have no next hop.
  private static Optional<IpAddress> learnt(String text) {
    return IpAddress.tryParse(text).filter(address -> !address.isUnspecified());
  }

  private static JsonNode read(String text) {
    try {
      return JSON.readTree(text.isBlank() ? "{}" : text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a routing table: " + e.getOriginalMessage(), e);
    }
  }
}
