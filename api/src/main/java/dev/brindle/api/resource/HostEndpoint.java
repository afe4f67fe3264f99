// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.Protocol;
import java.util.List;

/// An interface of a node itself.
public record HostEndpoint(Metadata metadata, Spec spec) implements Resource {

  public HostEndpoint {
    spec = Absent.or(spec, new Spec("", "", List.of(), List.of(), List.of()));
  }

  @Override
  public HostEndpoint withMetadata(Metadata changed) {
    return new HostEndpoint(changed, spec);
  }

  /// @param interfaceName `*` for all of the node's traffic; may be empty if there are addresses
  /// @param expectedIPs addresses of the interface
  /// @param profiles names, in the order they apply
  public record Spec(
      String node,
      String interfaceName,
      List<IpAddress> expectedIPs,
      List<String> profiles,
      List<EndpointPort> ports) {

    public Spec {
      node = Absent.asEmpty(node);
      interfaceName = Absent.asEmpty(interfaceName);
      expectedIPs = Absent.asEmpty(expectedIPs);
      profiles = Absent.asEmpty(profiles);
      ports = Absent.asEmpty(ports);
    }

    /// The same on another node.
    public Spec onNode(String other) {
      return new Spec(other, interfaceName, expectedIPs, profiles, ports);
    }
  }

  /// A port with a name for rules.
  public record EndpointPort(String name, Protocol protocol, int port) {

    public EndpointPort {
      name = Absent.asEmpty(name);
      protocol = Absent.or(protocol, Protocol.TCP);
    }
  }
}
