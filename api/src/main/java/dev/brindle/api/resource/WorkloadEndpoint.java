// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.MacAddress;
import dev.brindle.api.net.Protocol;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One network interface of a pod.
public record WorkloadEndpoint(Metadata metadata, Spec spec) implements Resource {

  @Override
  public WorkloadEndpoint withMetadata(Metadata changed) {
    return new WorkloadEndpoint(changed, spec);
  }

  /// @param orchestrator `k8s` or `cni`
  /// @param workload name of what is not a pod
  /// @param node the node it runs on
  /// @param pod empty outside Kubernetes
  /// @param endpoint name of the interface inside, `eth0`
  /// @param ipNetworks the addresses, /32 and /128
  /// @param profiles names, in the order they apply
  /// @param interfaceName of the host's side, `cali...`
  /// @param mac of the pod's side
  /// @param allowSpoofedSourcePrefixes sources it may use besides its own
  /// @param qosControls limits of its traffic by name, kept as they are
  public record Spec(
      String orchestrator,
      String workload,
      String node,
      String containerID,
      String pod,
      String endpoint,
      String serviceAccountName,
      List<Cidr> ipNetworks,
      List<IpNat> ipNATs,
      Optional<IpAddress> ipv4Gateway,
      Optional<IpAddress> ipv6Gateway,
      List<String> profiles,
      String interfaceName,
      Optional<MacAddress> mac,
      List<EndpointPort> ports,
      List<Cidr> allowSpoofedSourcePrefixes,
      Map<String, Object> qosControls) {

    /// One whose traffic has no limits.
    public Spec(
        String orchestrator,
        String workload,
        String node,
        String containerID,
        String pod,
        String endpoint,
        String serviceAccountName,
        List<Cidr> ipNetworks,
        List<IpNat> ipNATs,
        Optional<IpAddress> ipv4Gateway,
        Optional<IpAddress> ipv6Gateway,
        List<String> profiles,
        String interfaceName,
        Optional<MacAddress> mac,
        List<EndpointPort> ports,
        List<Cidr> allowSpoofedSourcePrefixes) {
      this(
          orchestrator,
          workload,
          node,
          containerID,
          pod,
          endpoint,
          serviceAccountName,
          ipNetworks,
          ipNATs,
          ipv4Gateway,
          ipv6Gateway,
          profiles,
          interfaceName,
          mac,
          ports,
          allowSpoofedSourcePrefixes,
          Map.of());
    }

    public Spec {
      orchestrator = Absent.asEmpty(orchestrator);
      workload = Absent.asEmpty(workload);
      node = Absent.asEmpty(node);
      containerID = Absent.asEmpty(containerID);
      pod = Absent.asEmpty(pod);
      endpoint = Absent.asEmpty(endpoint);
      serviceAccountName = Absent.asEmpty(serviceAccountName);
      ipNetworks = Absent.asEmpty(ipNetworks);
      ipNATs = Absent.asEmpty(ipNATs);
      ipv4Gateway = Absent.asEmpty(ipv4Gateway);
      ipv6Gateway = Absent.asEmpty(ipv6Gateway);
      profiles = Absent.asEmpty(profiles);
      interfaceName = Absent.asEmpty(interfaceName);
      mac = Absent.asEmpty(mac);
      ports = Absent.asEmpty(ports);
      allowSpoofedSourcePrefixes = Absent.asEmpty(allowSpoofedSourcePrefixes);
      qosControls = Absent.asEmpty(qosControls);
    }

    /// The same on another node.
    public Spec onNode(String other) {
      return new Spec(
          orchestrator,
          workload,
          other,
          containerID,
          pod,
          endpoint,
          serviceAccountName,
          ipNetworks,
          ipNATs,
          ipv4Gateway,
          ipv6Gateway,
          profiles,
          interfaceName,
          mac,
          ports,
          allowSpoofedSourcePrefixes,
          qosControls);
    }
  }

  /// A floating address and where it leads.
  public record IpNat(IpAddress internalIP, IpAddress externalIP) {

    public IpNat {
      internalIP = Absent.required(internalIP, "internalIP");
      externalIP = Absent.required(externalIP, "externalIP");
    }
  }

  /// A port the pod declares, by name for named ports.
  ///
  /// @param hostPort 0 for none
  public record EndpointPort(
      String name, Protocol protocol, int port, int hostPort, String hostIP) {

    public EndpointPort {
      name = Absent.asEmpty(name);
      protocol = Absent.or(protocol, Protocol.TCP);
      hostIP = Absent.asEmpty(hostIP);
    }
  }
}
