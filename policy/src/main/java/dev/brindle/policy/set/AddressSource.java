// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.set;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.api.resource.WorkloadEndpoint.EndpointPort;
import java.util.List;

/// What something that a selector selects, an endpoint or a set of networks, can bring to sets.
///
/// @param ports by name; networks have none
public record AddressSource(List<Cidr> networks, List<EndpointPort> ports) {

  public AddressSource {
    networks = List.copyOf(networks);
    ports = List.copyOf(ports);
  }

  public static AddressSource of(WorkloadEndpoint endpoint) {
    return new AddressSource(endpoint.spec().ipNetworks(), endpoint.spec().ports());
  }
}
