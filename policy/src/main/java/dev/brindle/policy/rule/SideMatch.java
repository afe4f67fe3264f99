// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.rule;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.PortRange;
import dev.brindle.policy.set.IpSetName;
import java.util.List;

/// What one end of the traffic must be like.
///
/// @param nets the address is in one of them
/// @param notNets the address is in none of them
/// @param sets the address is in all of them
/// @param notSets the address is in none of them
/// @param ports the port is one of them, or address, protocol and port are in one of `portSets`
/// @param portSets named ports; see `ports`
/// @param notPorts the port is none of them
/// @param notPortSets address, protocol and port are in none of them
public record SideMatch(
    List<Cidr> nets,
    List<Cidr> notNets,
    List<IpSetName> sets,
    List<IpSetName> notSets,
    List<PortRange> ports,
    List<IpSetName> portSets,
    List<PortRange> notPorts,
    List<IpSetName> notPortSets) {

  public static final SideMatch ANY =
      new SideMatch(
          List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

  public SideMatch {
    nets = List.copyOf(nets);
    notNets = List.copyOf(notNets);
    sets = List.copyOf(sets);
    notSets = List.copyOf(notSets);
    ports = List.copyOf(ports);
    portSets = List.copyOf(portSets);
    notPorts = List.copyOf(notPorts);
    notPortSets = List.copyOf(notPortSets);
  }
}
