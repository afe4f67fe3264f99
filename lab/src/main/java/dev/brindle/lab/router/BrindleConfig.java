// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.router;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import java.util.stream.Collectors;

/// What `brindle speaker --config` reads.
public final class BrindleConfig {

  private BrindleConfig() {}

  public static String of(RouterPart part) {
    return """
    asn: %s
    routerId: %s
    kernel: true
    announce: [%s]
    neighbors:
    %s"""
        .formatted(
            part.own(),
            part.routerId(),
            part.announced().stream()
                .map(Cidr::toString)
                .map(BrindleConfig::quoted)
                .collect(Collectors.joining(", ")),
            part.neighbors().stream()
                .map(neighbor -> neighbor(part, neighbor))
                .collect(Collectors.joining()));
  }

  private static String neighbor(RouterPart part, IpAddress neighbor) {
    return """
      - address: %s
        asn: %s
        passive: true
        families: [%s-unicast]
        import: accept
        export: accept
    """
        .formatted(
            quoted(neighbor.toString()), part.cluster(), neighbor.isIpv4() ? "ipv4" : "ipv6");
  }

  private static String quoted(String text) {
    return '"' + text + '"';
  }
}
