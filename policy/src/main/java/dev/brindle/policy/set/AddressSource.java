// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.set;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.KubernetesEndpointSlice;
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

  /// All its endpoints, ready or not: one that is just going still answers who is connected to it.
  public static AddressSource of(KubernetesEndpointSlice slice) {
    return new AddressSource(
        slice.spec().endpoints().stream()
            .flatMap(endpoint -> endpoint.addresses().stream())
            .map(Cidr::host)
            .distinct()
            .toList(),
        slice.spec().ports().stream()
            .map(port -> new EndpointPort(port.name(), port.protocol(), port.port(), 0, ""))
            .toList());
  }

  public static AddressSource of(WorkloadEndpoint endpoint) {
    return new AddressSource(endpoint.spec().ipNetworks(), endpoint.spec().ports());
  }
}
