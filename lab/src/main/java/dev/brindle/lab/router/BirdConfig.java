// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.router;

import dev.brindle.api.net.IpAddress;

/// bird.conf for BIRD 2.
public final class BirdConfig {

  private BirdConfig() {}

  public static String of(RouterPart part) {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        router id %s;
        protocol device {}
        protocol direct { ipv4; ipv6; interface "%s"; }
        protocol kernel { ipv4 { export where source = RTS_BGP; }; }
        protocol kernel { ipv6 { export where source = RTS_BGP; }; }
        """
            .formatted(part.routerId(), part.device()));
    int number = 0;
    for (IpAddress neighbor : part.neighbors()) {
      text.append(
          """
          protocol bgp node%d {
            local as %s;
            neighbor %s as %s;
            passive on;
            %s { import all; export where source = RTS_DEVICE; };
          }
          """
              .formatted(
                  ++number,
                  part.own(),
                  neighbor,
                  part.cluster(),
                  neighbor.isIpv4() ? "ipv4" : "ipv6"));
    }
    return text.toString();
  }
}
