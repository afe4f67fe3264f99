// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.trace;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.PortRange;
import dev.brindle.api.net.Protocol;
import dev.brindle.api.resource.Rule;
import dev.brindle.policy.rule.RuleMatch;
import dev.brindle.policy.rule.SideMatch;
import dev.brindle.policy.set.IpSetMember;
import dev.brindle.policy.set.IpSetName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Whether a packet is what a rule asks for.
final class RuleMatcher {

  private final Map<IpSetName, Set<IpSetMember>> sets;

  RuleMatcher(Map<IpSetName, Set<IpSetMember>> sets) {
    this.sets = sets;
  }

  boolean matches(RuleMatch match, Packet packet) {
    Protocol protocol = packet.protocol();
    return match.family().filter(family -> family != packet.family()).isEmpty()
        && match.protocol().filter(wanted -> !wanted.equals(protocol)).isEmpty()
        && match.notProtocol().filter(protocol::equals).isEmpty()
        && match.icmp().filter(wanted -> !isIcmp(wanted, packet)).isEmpty()
        && match.notIcmp().filter(unwanted -> isIcmp(unwanted, packet)).isEmpty()
        && matches(match.source(), protocol, packet.source(), port(packet, true))
        && matches(match.destination(), protocol, packet.destination(), port(packet, false));
  }

  private static Optional<Integer> port(Packet packet, boolean isSource) {
    return packet.ports().map(ports -> isSource ? ports.source() : ports.destination());
  }

  private static boolean isIcmp(Rule.Icmp wanted, Packet packet) {
    return packet
        .icmp()
        .filter(icmp -> wanted.type().filter(type -> type != icmp.type()).isEmpty())
        .filter(icmp -> wanted.code().filter(code -> code != icmp.code()).isEmpty())
        .isPresent();
  }

  private boolean matches(
      SideMatch side, Protocol protocol, IpAddress address, Optional<Integer> port) {
    return (side.nets().isEmpty() || isIn(side.nets(), address))
        && !isIn(side.notNets(), address)
        && side.sets().stream().allMatch(set -> holds(set, address))
        && side.notSets().stream().noneMatch(set -> holds(set, address))
        && hasWantedPort(side, protocol, address, port)
        && !hasPort(side.notPorts(), side.notPortSets(), protocol, address, port);
  }

  private boolean hasWantedPort(
      SideMatch side, Protocol protocol, IpAddress address, Optional<Integer> port) {
    return (side.ports().isEmpty() && side.portSets().isEmpty())
        || hasPort(side.ports(), side.portSets(), protocol, address, port);
  }

  private boolean hasPort(
      List<PortRange> ranges,
      List<IpSetName> named,
      Protocol protocol,
      IpAddress address,
      Optional<Integer> port) {
    if (port.isEmpty()) {
      return false;
    }
    var member = new IpSetMember.AddressAndPort(address, protocol, port.get());
    return ranges.stream().anyMatch(range -> range.contains(port.get()))
        || named.stream().anyMatch(set -> members(set).contains(member));
  }

  private static boolean isIn(List<Cidr> nets, IpAddress address) {
    return nets.stream().anyMatch(net -> net.contains(address));
  }

  private boolean holds(IpSetName set, IpAddress address) {
    Set<IpSetMember> members = members(set);
    return members.contains(new IpSetMember.Net(Cidr.host(address)))
        || members.stream()
            .anyMatch(
                member -> member instanceof IpSetMember.Net(var cidr) && cidr.contains(address));
  }

  private Set<IpSetMember> members(IpSetName set) {
    Set<IpSetMember> members = sets.get(set);
    if (members == null) {
      throw new IllegalStateException("a rule refers to set " + set + ", which is not there");
    }
    return members;
  }
}
