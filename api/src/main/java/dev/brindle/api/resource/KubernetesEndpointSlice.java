// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.net.Protocol;
import java.util.List;

/// Some of the endpoints behind a Service of Kubernetes. Read from Kubernetes, never written.
public record KubernetesEndpointSlice(Metadata metadata, Spec spec) implements Resource {

  @Override
  public KubernetesEndpointSlice withMetadata(Metadata changed) {
    return new KubernetesEndpointSlice(changed, spec);
  }

  /// @param service its name, in the namespace of this; empty for those of none
  /// @param family of all its addresses
  public record Spec(
      String service, IpFamily family, List<Endpoint> endpoints, List<ServicePort> ports) {

    public Spec {
      endpoints = List.copyOf(endpoints);
      ports = List.copyOf(ports);
    }
  }

  /// @param isReady whether a service may send to it
  /// @param node where it is; empty if nobody said
  public record Endpoint(List<IpAddress> addresses, boolean isReady, String node) {

    public Endpoint {
      addresses = List.copyOf(addresses);
    }
  }

  /// A port of each endpoint.
  ///
  /// @param name empty where there is but one
  public record ServicePort(String name, Protocol protocol, int port) {}
}
