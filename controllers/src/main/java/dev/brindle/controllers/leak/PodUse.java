// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.leak;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.WorkloadEndpoint;
import java.util.List;

/// A pod and its addresses: all that has to be remembered of an endpoint, as there are many.
///
/// @param addresses none while nobody knows them
public record PodUse(String namespace, String pod, String node, List<Cidr> addresses) {

  public PodUse {
    addresses = List.copyOf(addresses);
  }

  public static PodUse of(WorkloadEndpoint endpoint) {
    WorkloadEndpoint.Spec spec = endpoint.spec();
    return new PodUse(endpoint.metadata().namespace(), spec.pod(), spec.node(), spec.ipNetworks());
  }

  /// One of which nobody knows the addresses yet may have any.
  public boolean mayHave(IpAddress address) {
    return addresses.isEmpty() || addresses.stream().anyMatch(net -> net.contains(address));
  }

  PodUse onNode(String other) {
    return new PodUse(namespace, pod, other, addresses);
  }
}
