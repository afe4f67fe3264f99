// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import dev.brindle.api.net.Protocol;
import dev.brindle.api.resource.HostEndpoint;
import java.util.List;
import java.util.Set;

/// Interfaces of nodes.
final class HostEndpointCheck {

  private static final String ALL_INTERFACES = "*";
  private static final Set<Protocol> WITH_PORTS = Set.of(Protocol.TCP, Protocol.UDP, Protocol.SCTP);
  private static final int MAX_PORT = 65_535;

  private HostEndpointCheck() {}

  static void check(HostEndpoint endpoint, Findings findings) {
    HostEndpoint.Spec spec = endpoint.spec();
    Findings.Part ofSpec = findings.ofSpec();
    ofSpec.require(
        !spec.node().isEmpty(),
        "node must be specified",
        "spec.node",
        "",
        "must be the name of a node");
    findings.require(
        spec.node().isEmpty() || Names.isSubdomain(spec.node()),
        "spec.node",
        spec.node(),
        "must be the name of a node");
    String name = spec.interfaceName();
    findings.require(
        name.isEmpty() || name.equals(ALL_INTERFACES) || Names.isInterface(name),
        "spec.interfaceName",
        name,
        "must be the name of an interface, or * for all");
    ofSpec.require(
        !name.isEmpty() || !spec.expectedIPs().isEmpty(),
        "at least one of interfaceName or expectedIPs must be specified",
        "spec.interfaceName",
        "",
        "interfaceName or expectedIPs has to be there");
    for (String profile : spec.profiles()) {
      findings.require(
          Names.isSubdomain(profile), "spec.profiles", profile, "must be the name of a profile");
    }
    checkPorts(spec.ports(), findings);
  }

  private static void checkPorts(List<HostEndpoint.EndpointPort> ports, Findings findings) {
    for (int i = 0; i < ports.size(); i++) {
      HostEndpoint.EndpointPort port = ports.get(i);
      String field = "spec.ports[" + i + "]";
      findings.require(
          Names.isPortName(port.name()),
          field + ".name",
          port.name(),
          "must be the name of a port");
      findings.require(
          WITH_PORTS.contains(port.protocol()),
          field + ".protocol",
          port.protocol(),
          Violation.supported(List.of(Protocol.TCP, Protocol.UDP, Protocol.SCTP)));
      findings.require(
          1 <= port.port() && port.port() <= MAX_PORT,
          field + ".port",
          port.port(),
          "is not in 1..65535");
    }
  }
}
