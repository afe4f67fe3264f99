// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import dev.brindle.api.label.TextHash;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.CalicoNode;
import java.util.Arrays;

/// Our BGP identifier, by Calico's rules.
final class RouterId {

  private static final String HASH = "hash";
  private static final int OCTETS = 4;
  private static final int LAST_UNICAST = 223;
  private static final int DOWN = 32;

  private RouterId() {}

  /// @param setting `CALICO_ROUTER_ID`: an address, `hash`, or empty for the node's IPv4 address
  /// @throws IllegalArgumentException if that gives no identifier
  static IpAddress of(String setting, CalicoNode node) {
    String name = BgpResources.name(node);
    if (setting.equals(HASH)) {
      return hash(name);
    }
    if (!setting.isEmpty()) {
      return IpAddress.tryParse(setting)
          .filter(it -> it.isIpv4() && !it.isUnspecified())
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "CALICO_ROUTER_ID is '%s', not an IPv4 address or 'hash'"
                          .formatted(setting)));
    }
    return BgpResources.address(node, IpFamily.IPV4)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "node %s has no IPv4 address to be its router id: set CALICO_ROUTER_ID=hash"
                        .formatted(name)));
  }

  /// The start of the name's SHA-256, brought down into the unicast range.
  static IpAddress hash(String nodeName) {
    byte[] digest = TextHash.SHA_256.of(nodeName);
    byte[] octets = Arrays.copyOf(digest, OCTETS);
    if ((octets[0] & 0xff) > LAST_UNICAST) {
      octets[0] = (byte) (octets[0] - DOWN);
    }
    return IpAddress.ofBytes(octets);
  }
}
