// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.program;

import dev.brindle.api.net.IpAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// BGP sessions, as the daemons' own figures tell: `bgp_session_up{address="172.18.1.12",...} 1`.
public final class Sessions {

  private static final Pattern PEER =
      Pattern.compile(
          "(?m)^bgp_session_up\\{(?:[^}]*,)?address=\"([^\"]+)\"[^}]*\\} ([01])(?:\\.0)?\\s*$");

  private Sessions() {}

  /// Counts each session once, whichever of its ends tell of it; it is established if all of those
  /// say so.
  ///
  /// @param metrics of each daemon, with the addresses of its node
  public static int established(Map<List<IpAddress>, String> metrics) {
    Map<Set<IpAddress>, Boolean> sessions = new HashMap<>();
    metrics.forEach(
        (own, text) -> {
          Matcher matcher = PEER.matcher(text);
          while (matcher.find()) {
            boolean up = matcher.group(2).equals("1");
            IpAddress.tryParse(matcher.group(1))
                .flatMap(peer -> ends(own, peer))
                .ifPresent(ends -> sessions.merge(ends, up, Boolean::logicalAnd));
          }
        });
    return (int) sessions.values().stream().filter(up -> up).count();
  }

  private static Optional<Set<IpAddress>> ends(List<IpAddress> own, IpAddress peer) {
    return own.stream()
        .filter(address -> address.family() == peer.family())
        .findFirst()
        .map(address -> new HashSet<>(List.of(address, peer)));
  }
}
