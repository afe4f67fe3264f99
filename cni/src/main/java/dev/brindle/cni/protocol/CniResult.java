// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.net.MacAddress;
import java.util.List;
import java.util.Optional;

/// What ADD gives: the pair of interfaces, and the addresses of the pod's side.
///
/// @param sandbox path of the pod's network namespace
/// @param addresses /32 and /128
/// @param ipam what else IPAM said
public record CniResult(
    String hostInterface,
    String podInterface,
    MacAddress podMac,
    int mtu,
    String sandbox,
    List<Cidr> addresses,
    IpamResult ipam) {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int POD_SIDE = 1;
  private static final String INTERFACES = "interfaces";
  private static final String IPS = "ips";
  private static final String ROUTES = "routes";
  private static final String DNS = "dns";

  public CniResult {
    addresses = List.copyOf(addresses);
  }

  /// The result in the form of one version: one address of each family and no interfaces up to
  /// 0.2.0, `ips` that carry the family up to 0.4.0, `mtu` of an interface from 1.1.0 on.
  ///
  /// @param previous what the plugin before us in a chain gave: it stays, and ours comes behind
  public String json(CniVersion version, Optional<JsonNode> previous) {
    ObjectNode result = NODES.objectNode().put("cniVersion", version.toString());
    if (!version.isSince(CniVersion.V0_3_0)) {
      putFirst(result, "ip4", IpFamily.IPV4);
      putFirst(result, "ip6", IpFamily.IPV6);
      result.set(DNS, ipam.dns());
      return result.toString();
    }
    JsonNode before = previous.orElseGet(NODES::objectNode);
    ArrayNode interfaces = list(before, INTERFACES);
    int first = interfaces.size();
    addInterfaces(interfaces, version);
    result.set(INTERFACES, interfaces);
    result.set(IPS, list(before, IPS).addAll(ips(version, first + POD_SIDE)));
    ArrayNode routes = list(before, ROUTES).addAll(ipam.routes());
    if (!routes.isEmpty()) {
      result.set(ROUTES, routes);
    }
    boolean isOurs = !ipam.dns().isEmpty() || !before.path(DNS).isObject();
    result.set(DNS, isOurs ? ipam.dns() : before.path(DNS));
    return result.toString();
  }

  private static ArrayNode list(JsonNode before, String field) {
    ArrayNode list = NODES.arrayNode();
    before.path(field).forEach(list::add);
    return list;
  }

  private void putFirst(ObjectNode result, String field, IpFamily family) {
    Optional<Cidr> address = addresses.stream().filter(each -> each.family() == family).findFirst();
    if (address.isPresent()) {
      ObjectNode ip = result.putObject(field).put("ip", address.get().toString());
      List<JsonNode> routes =
          ipam.routes().stream()
              .filter(route -> IpamResult.familyOf(route).filter(family::equals).isPresent())
              .toList();
      if (!routes.isEmpty()) {
        ip.putArray(ROUTES).addAll(routes);
      }
    }
  }

  private void addInterfaces(ArrayNode interfaces, CniVersion version) {
    interfaces.addObject().put("name", hostInterface);
    ObjectNode pod = interfaces.addObject().put("name", podInterface).put("mac", podMac.toString());
    if (version.isSince(CniVersion.V1_1_0)) {
      pod.put("mtu", mtu);
    }
    pod.put("sandbox", sandbox);
  }

  private ArrayNode ips(CniVersion version, int podSide) {
    ArrayNode ips = NODES.arrayNode();
    for (Cidr address : addresses) {
      ObjectNode ip = ips.addObject();
      if (!version.isSince(CniVersion.V1_0_0)) {
        ip.put("version", Integer.toString(address.family().version()));
      }
      ip.put("interface", podSide).put("address", address.toString());
    }
    return ips;
  }
}
