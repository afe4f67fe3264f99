// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.protocol;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpFamily;
import java.util.List;

/// What we give the plugin that runs us as its IPAM plugin: addresses and no interfaces, as
/// calico-ipam does.
///
/// @param addresses with the length of the block that they are from
public record BookedAddresses(List<InterfaceAddress> addresses) {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String ROUTES = "routes";

  public BookedAddresses {
    addresses = List.copyOf(addresses);
  }

  /// In the form of one version: one address of each family up to 0.2.0, `ips` that carry the
  /// family up to 0.4.0. The route to each address itself is what Calico's own plugin looks for.
  public String json(CniVersion version) {
    ObjectNode result = NODES.objectNode().put("cniVersion", version.toString());
    if (version.isSince(CniVersion.V0_3_0)) {
      ArrayNode ips = result.putArray("ips");
      ArrayNode routes = result.putArray(ROUTES);
      addresses.forEach(address -> add(ips, routes, address, version));
    } else {
      addresses.forEach(address -> putIfAbsent(result, address));
    }
    result.putObject("dns");
    return result.toString();
  }

  private static void add(
      ArrayNode ips, ArrayNode routes, InterfaceAddress address, CniVersion version) {
    ObjectNode ip = ips.addObject();
    if (!version.isSince(CniVersion.V1_0_0)) {
      ip.put("version", Integer.toString(address.address().family().version()));
    }
    ip.put("address", address.toString());
    addRoute(routes, address);
  }

  private static void putIfAbsent(ObjectNode result, InterfaceAddress address) {
    String field = address.address().family() == IpFamily.IPV4 ? "ip4" : "ip6";
    if (!result.has(field)) {
      ObjectNode ip = result.putObject(field).put("ip", address.toString());
      addRoute(ip.putArray(ROUTES), address);
    }
  }

  private static void addRoute(ArrayNode routes, InterfaceAddress address) {
    routes.addObject().put("dst", Cidr.host(address.address()).toString());
  }
}
