// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.trace;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.net.Protocol;
import java.util.Optional;

/// The first packet of a connection, as far as policy looks at it.
///
/// @param ports of a protocol that has them
/// @param icmp of ICMP and ICMPv6
public record Packet(
    IpAddress source,
    IpAddress destination,
    Protocol protocol,
    Optional<Ports> ports,
    Optional<IcmpHeader> icmp) {

  public record Ports(int source, int destination) {}

  public record IcmpHeader(int type, int code) {}

  /// @throws IllegalArgumentException if the addresses are of two families
  public Packet {
    if (source.family() != destination.family()) {
      throw new IllegalArgumentException(
          "%s and %s are of two families".formatted(source, destination));
    }
  }

  /// A packet of TCP, UDP or another protocol with ports.
  public static Packet withPorts(
      Protocol protocol, IpAddress source, int sourcePort, IpAddress destination, int port) {
    return new Packet(
        source, destination, protocol, Optional.of(new Ports(sourcePort, port)), Optional.empty());
  }

  /// ICMP or ICMPv6, after the addresses' family.
  public static Packet icmp(IpAddress source, IpAddress destination, int type, int code) {
    return new Packet(
        source,
        destination,
        source.isIpv4() ? Protocol.ICMP : Protocol.ICMPV6,
        Optional.empty(),
        Optional.of(new IcmpHeader(type, code)));
  }

  /// A packet of which only the protocol counts.
  public static Packet of(Protocol protocol, IpAddress source, IpAddress destination) {
    return new Packet(source, destination, protocol, Optional.empty(), Optional.empty());
  }

  public IpFamily family() {
    return source.family();
  }
}
