// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.router;

import dev.brindle.api.net.IpAddress;

/// gobgpd.toml. GoBGP announces what its command line tool puts into its table, not what is
/// configured: see `RouterProgram`.
public final class GobgpConfig {

  private GobgpConfig() {}

  public static String of(RouterPart part) {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        [global.config]
          as = %s
          router-id = "%s"
          port = 179
        """
            .formatted(part.own(), part.routerId()));
    for (IpAddress neighbor : part.neighbors()) {
      text.append(
          """
          [[neighbors]]
            [neighbors.config]
              neighbor-address = "%s"
              peer-as = %s
            [neighbors.transport.config]
              passive-mode = true
            [[neighbors.afi-safis]]
              [neighbors.afi-safis.config]
                afi-safi-name = "%s-unicast"
          """
              .formatted(neighbor, part.cluster(), neighbor.isIpv4() ? "ipv4" : "ipv6"));
    }
    return text.toString();
  }
}
