// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.settings;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.PortRange;
import dev.brindle.api.net.Protocol;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// A port of a host endpoint that is open whatever policy says, so that nobody shuts himself out.
///
/// @param net where the other side is; absent for anywhere
public record FailsafePort(Protocol protocol, Optional<Cidr> net, int port)
    implements Comparable<FailsafePort> {

  private static final List<Protocol> PROTOCOLS =
      List.of(Protocol.TCP, Protocol.UDP, Protocol.SCTP);

  /// @throws IllegalArgumentException if it is no TCP, UDP or SCTP, or no port
  public FailsafePort {
    if (!PROTOCOLS.contains(protocol)) {
      throw new IllegalArgumentException("the protocol is neither tcp nor udp nor sctp");
    }
    PortRange.of(port);
  }

  /// `tcp:22`, `22`, `udp:10.0.0.0/8:68`, `tcp:[2001:db8::/32]:179`.
  static FailsafePort parse(String text) {
    int first = text.indexOf(':');
    int last = text.lastIndexOf(':');
    int port = port(text.substring(last + 1));
    Protocol protocol =
        first < 0
            ? Protocol.TCP
            : Protocol.parse(text.substring(0, first).strip().toUpperCase(Locale.ROOT));
    String net = first < last ? text.substring(first + 1, last).strip() : "";
    if (net.startsWith("[") && net.endsWith("]")) {
      net = net.substring(1, net.length() - 1);
    }
    return new FailsafePort(
        protocol, net.isEmpty() ? Optional.empty() : Optional.of(Cidr.parse(net)), port);
  }

  private static int port(String text) {
    try {
      return Integer.parseInt(text.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'%s' is no port".formatted(text), e);
    }
  }

  /// Separated by commas; `none` for none.
  static List<FailsafePort> parseAll(String text) {
    return text.equalsIgnoreCase("none")
        ? List.of()
        : Arrays.stream(text.split(",", -1))
            .map(String::strip)
            .filter(each -> !each.isEmpty())
            .map(FailsafePort::parse)
            .toList();
  }

  static List<FailsafePort> of(Protocol protocol, Integer... ports) {
    return Stream.of(ports)
        .map(port -> new FailsafePort(protocol, Optional.empty(), port))
        .toList();
  }

  @Override
  public int compareTo(FailsafePort other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    String name = protocol.toString().toLowerCase(Locale.ROOT);
    return net.map(
            cidr ->
                (cidr.address().isIpv4() ? "%s:%s:%d" : "%s:[%s]:%d").formatted(name, cidr, port))
        .orElseGet(() -> "%s:%d".formatted(name, port));
  }
}
