// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.net.Protocol;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.api.resource.WorkloadEndpointName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Endpoints of pods.
final class WorkloadEndpointCheck {

  private static final Set<Protocol> WITH_NAMED_PORTS =
      Set.of(Protocol.TCP, Protocol.UDP, Protocol.SCTP);
  private static final int MAX_PORT = 65_535;

  private static final Pattern CONTAINER =
      Pattern.compile("[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?");
  private static final Set<String> LIMITS =
      Set.of(
          "ingressBandwidth",
          "ingressBurst",
          "ingressPeakrate",
          "ingressMinburst",
          "egressBandwidth",
          "egressBurst",
          "egressPeakrate",
          "egressMinburst",
          "ingressPacketRate",
          "ingressPacketBurst",
          "egressPacketRate",
          "egressPacketBurst",
          "ingressMaxConnections",
          "egressMaxConnections",
          "dscp");

  private WorkloadEndpointCheck() {}

  static void check(WorkloadEndpoint endpoint, Findings findings) {
    WorkloadEndpoint.Spec spec = endpoint.spec();
    checkName(endpoint, findings);
    checkNetworks(spec, findings);
    gateway("spec.ipv4Gateway", spec.ipv4Gateway(), IpFamily.IPV4, findings);
    gateway("spec.ipv6Gateway", spec.ipv6Gateway(), IpFamily.IPV6, findings);
    findings.require(
        spec.interfaceName().equals("*") || Names.isInterface(spec.interfaceName()),
        "spec.interfaceName",
        spec.interfaceName(),
        "must be the name of an interface");
    for (String profile : spec.profiles()) {
      findings.require(
          Names.isSubdomain(profile), "spec.profiles", profile, "must be the name of a profile");
    }
    findings.require(
        spec.containerID().isEmpty() || CONTAINER.matcher(spec.containerID()).matches(),
        "spec.containerID",
        spec.containerID(),
        "must be letters, digits and '-', which stands at neither end");
    findings.require(
        spec.serviceAccountName().isEmpty() || Names.isSubdomain(spec.serviceAccountName()),
        "spec.serviceAccountName",
        spec.serviceAccountName(),
        "must be the name of a service account");
    checkPorts(spec.ports(), findings);
    for (Map.Entry<String, Object> limit : spec.qosControls().entrySet()) {
      findings.require(
          LIMITS.contains(limit.getKey()),
          "spec.qosControls." + limit.getKey(),
          limit.getValue(),
          "is not a limit of traffic");
    }
  }

  private static void checkName(WorkloadEndpoint endpoint, Findings findings) {
    Optional<String> expected = WorkloadEndpointName.of(endpoint.spec());
    String name = endpoint.metadata().name();
    if (expected.isEmpty()) {
      findings.reject(
          "spec",
          String.join(", ", WorkloadEndpointName.segments(endpoint.spec())),
          "an endpoint needs node, orchestrator, pod (or containerID or workload) and endpoint, none"
              + " beginning or ending with '-'");
    } else if (!name.isEmpty()) {
      findings.require(
          name.equals(expected.get()),
          "metadata.name",
          name,
          "does not match the spec, which gives " + expected.get());
    }
  }

  private static void checkNetworks(WorkloadEndpoint.Spec spec, Findings findings) {
    for (Cidr network : spec.ipNetworks()) {
      findings.require(
          network.isHost(), "spec.ipNetworks", network, "must be one address: /32 or /128");
    }
    for (WorkloadEndpoint.IpNat nat : spec.ipNATs()) {
      findings.require(
          spec.ipNetworks().contains(Cidr.host(nat.internalIP())),
          "spec.ipNATs.internalIP",
          nat.internalIP(),
          "is not among ipNetworks");
      findings.require(
          nat.internalIP().family() == nat.externalIP().family(),
          "spec.ipNATs.externalIP",
          nat.externalIP(),
          "must be of the family of internalIP");
    }
  }

  private static void gateway(
      String field, Optional<IpAddress> address, IpFamily family, Findings findings) {
    address.ifPresent(
        found ->
            findings.require(
                found.family() == family, field, found, "must be an " + family + " address"));
  }

  private static void checkPorts(List<WorkloadEndpoint.EndpointPort> ports, Findings findings) {
    for (int i = 0; i < ports.size(); i++) {
      WorkloadEndpoint.EndpointPort port = ports.get(i);
      String field = "spec.ports[" + i + "]";
      findings.require(
          port.name().isEmpty() ? port.hostPort() != 0 : Names.isPortName(port.name()),
          field + ".name",
          port.name(),
          "must be the name of a port, which only one with a hostPort can do without");
      findings.require(
          WITH_NAMED_PORTS.contains(port.protocol()),
          field + ".protocol",
          port.protocol(),
          Violation.supported(List.of(Protocol.TCP, Protocol.UDP, Protocol.SCTP)));
      findings.require(
          1 <= port.port() && port.port() <= MAX_PORT,
          field + ".port",
          port.port(),
          "is not in 1..65535");
      findings.require(
          0 <= port.hostPort() && port.hostPort() <= MAX_PORT,
          field + ".hostPort",
          port.hostPort(),
          "is not in 0..65535");
      findings.require(
          port.hostIP().isEmpty() || IpAddress.tryParse(port.hostIP()).isPresent(),
          field + ".hostIP",
          port.hostIP(),
          "must be an IP address");
    }
  }
}
