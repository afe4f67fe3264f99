// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.protocol;

import static dev.brindle.cni.protocol.CniError.Code.INVALID_NETWORK_CONFIG;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import java.util.List;

/// Words in the place of host-local's subnets that stand for the networks of the node's pods.
public final class PodCidrMarks {

  /// What host-local takes as a subnet where it need not know the real one.
  public static final List<Cidr> ANY = List.of(Cidr.parse("0.0.0.0/0"), Cidr.parse("::/0"));

  private static final String SUBNET = "subnet";
  private static final String IPV4 = "usePodCidr";
  private static final String IPV6 = "usePodCidrIPv6";

  private PodCidrMarks() {}

  public static boolean isIn(String configuration) {
    return configuration.contains('"' + IPV4);
  }

  /// A network configuration with the node's networks in the place of the marks.
  ///
  /// @param podCidrs the node's
  /// @throws CniException code 7 if it has none of that family
  public static String replaced(String configuration, List<Cidr> podCidrs) {
    try {
      JsonNode json = CniConfigReader.JSON.readTree(configuration);
      JsonNode ipam = json.path("ipam");
      replace(ipam, "ipam.subnet", podCidrs);
      for (JsonNode set : ipam.path("ranges")) {
        set.forEach(range -> replace(range, "ipam.ranges", podCidrs));
      }
      return json.toString();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("it was read before", e);
    }
  }

  private static void replace(JsonNode place, String field, List<Cidr> podCidrs) {
    String word = place.path(SUBNET).asText("");
    if (word.equals(IPV4) || word.equals(IPV6)) {
      IpFamily family = word.equals(IPV4) ? IpFamily.IPV4 : IpFamily.IPV6;
      Cidr cidr =
          podCidrs.stream()
              .filter(each -> each.family() == family)
              .findFirst()
              .orElseThrow(
                  () ->
                      new CniException(
                          INVALID_NETWORK_CONFIG,
                          ("network configuration: %s is '%s', but the node has no podCIDR of"
                                  + " %s: expected one in spec.podCIDRs of the Node (found %s)")
                              .formatted(field, word, family, podCidrs)));
      ((ObjectNode) place).put(SUBNET, cidr.toString());
    }
  }
}
