// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.protocol;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.MacAddress;
import java.util.List;

/// What ADD gives: the pair of interfaces, and the addresses of the pod's side.
///
/// @param sandbox path of the pod's network namespace
/// @param addresses /32 and /128
public record CniResult(
    String hostInterface,
    String podInterface,
    MacAddress podMac,
    int mtu,
    String sandbox,
    List<Cidr> addresses) {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int POD_SIDE = 1;

  public CniResult {
    addresses = List.copyOf(addresses);
  }

  /// The result in the form of one version: `ips` carry the family up to 0.4.0, `mtu` of an
  /// interface exists from 1.1.0 on.
  public String json(CniVersion version) {
    ObjectNode result = NODES.objectNode().put("cniVersion", version.toString());
    result.set("interfaces", interfaces(version));
    result.set("ips", ips(version));
    result.putObject("dns");
    return result.toString();
  }

  private ArrayNode interfaces(CniVersion version) {
    ArrayNode interfaces = NODES.arrayNode();
    interfaces.addObject().put("name", hostInterface);
    ObjectNode pod = interfaces.addObject().put("name", podInterface).put("mac", podMac.toString());
    if (version.compareTo(CniVersion.V1_1_0) >= 0) {
      pod.put("mtu", mtu);
    }
    pod.put("sandbox", sandbox);
    return interfaces;
  }

  private ArrayNode ips(CniVersion version) {
    ArrayNode ips = NODES.arrayNode();
    for (Cidr address : addresses) {
      ObjectNode ip = ips.addObject();
      if (version.compareTo(CniVersion.V1_0_0) < 0) {
        ip.put("version", Integer.toString(address.family().version()));
      }
      ip.put("interface", POD_SIDE).put("address", address.toString());
    }
    return ips;
  }
}
