// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What IPAM gives a pod.
///
/// @param addresses /32 and /128
/// @param routes as IPAM wrote them: passed on, as the pod's own come from the configuration
/// @param dns an object, passed on
public record IpamResult(List<Cidr> addresses, List<JsonNode> routes, JsonNode dns) {

  public IpamResult {
    addresses = List.copyOf(addresses);
    routes = List.copyOf(routes);
  }

  /// Nothing but addresses.
  public static IpamResult of(List<Cidr> addresses) {
    return new IpamResult(addresses, List.of(), JsonNodeFactory.instance.objectNode());
  }

  /// Reads the result of an IPAM plugin, in the form of any version.
  ///
  /// @throws IllegalArgumentException saying what is wrong with it
  public static IpamResult read(String text) {
    JsonNode json;
    try {
      json = CniConfigReader.JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON: " + e.getOriginalMessage(), e);
    }
    List<Cidr> addresses = new ArrayList<>();
    List<JsonNode> routes = new ArrayList<>(list(json.path("routes")));
    for (JsonNode ip : json.path("ips")) {
      addresses.add(address(ip.path("address")));
    }
    for (String old : List.of("ip4", "ip6")) {
      if (json.path(old).isObject()) {
        addresses.add(address(json.path(old).path("ip")));
        routes.addAll(list(json.path(old).path("routes")));
      }
    }
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("no address in it");
    }
    JsonNode dns = json.path("dns");
    return new IpamResult(
        addresses, routes, dns.isObject() ? dns : JsonNodeFactory.instance.objectNode());
  }

  /// The addresses in the result of a whole network, of 0.3.0 or later: what is none is left out.
  public static List<IpAddress> addressesIn(JsonNode result) {
    return result
        .path("ips")
        .valueStream()
        .flatMap(ip -> InterfaceAddress.tryParse(ip.path("address").asText("")).stream())
        .map(InterfaceAddress::address)
        .toList();
  }

  private static List<JsonNode> list(JsonNode routes) {
    return routes.valueStream().filter(JsonNode::isObject).toList();
  }

  /// Whatever network it is in: the pod has nobody else on its link.
  private static Cidr address(JsonNode text) {
    return InterfaceAddress.tryParse(text.asText(""))
        .map(found -> Cidr.host(found.address()))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "an address is %s: expected one like \"10.0.0.5/24\"".formatted(text)));
  }

  static Optional<IpFamily> familyOf(JsonNode route) {
    return Cidr.tryParse(route.path("dst").asText("")).map(Cidr::family);
  }
}
