// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.router;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;

/// bgpd.conf for OpenBGPD.
public final class OpenBgpdConfig {

  private OpenBgpdConfig() {}

  /// @param socket where bgpctl finds the daemon
  public static String of(RouterPart part, String socket) {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        AS %s
        router-id %s
        listen on 0.0.0.0
        listen on ::
        socket "%s"
        nexthop qualify via default
        """
            .formatted(part.own(), part.routerId(), socket));
    for (Cidr network : part.announced()) {
      text.append("network ").append(network).append('\n');
    }
    for (IpAddress neighbor : part.neighbors()) {
      text.append(
          """
          neighbor %s {
            remote-as %s
            passive
            announce IPv4 %s
            announce IPv6 %s
          }
          """
              .formatted(
                  neighbor,
                  part.cluster(),
                  neighbor.isIpv4() ? "unicast" : "none",
                  neighbor.isIpv6() ? "unicast" : "none"));
    }
    return text.append("allow from any\nallow to any\n").toString();
  }
}
