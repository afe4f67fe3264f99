// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.router;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;

/// bgpd.conf for FRR. zebra needs no more than a host name.
public final class FrrConfig {

  private FrrConfig() {}

  public static String zebra() {
    return "hostname router\n";
  }

  public static String bgpd(RouterPart part) {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        hostname router
        router bgp %s
         bgp router-id %s
         no bgp ebgp-requires-policy
         no bgp default ipv4-unicast
        """
            .formatted(part.own(), part.routerId()));
    for (IpAddress neighbor : part.neighbors()) {
      text.append(
          """
           neighbor %1$s remote-as %2$s
           neighbor %1$s passive
          """
              .formatted(neighbor, part.cluster())
              .indent(1));
    }
    for (IpFamily family : IpFamily.values()) {
      if (!part.neighbors(family).isEmpty()) {
        text.append(family(part, family));
      }
    }
    return text.toString();
  }

  private static String family(RouterPart part, IpFamily family) {
    StringBuilder text = new StringBuilder();
    text.append(" address-family ipv%d unicast\n".formatted(family.version()));
    for (Cidr network : part.announced(family)) {
      text.append("  network ").append(network).append('\n');
    }
    for (IpAddress neighbor : part.neighbors(family)) {
      text.append("  neighbor ").append(neighbor).append(" activate\n");
    }
    return text.append(" exit-address-family\n").toString();
  }
}
