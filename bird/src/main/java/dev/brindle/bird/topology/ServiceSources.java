// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.KubernetesEndpointSlice;
import dev.brindle.api.resource.KubernetesService;
import java.util.List;
import java.util.Optional;

/// What is known of Kubernetes' services, and where our node stands in it.
///
/// @param clusterIPs in place of what BGPConfiguration says; absent if nobody set it
/// @param node what Kubernetes calls our node; empty if as we do
public record ServiceSources(
    Optional<Cidr> clusterIPs,
    String node,
    List<KubernetesService> services,
    List<KubernetesEndpointSlice> slices) {

  public static final ServiceSources NONE =
      new ServiceSources(Optional.empty(), "", List.of(), List.of());

  public ServiceSources {
    services = List.copyOf(services);
    slices = List.copyOf(slices);
  }
}
