// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import java.util.List;
import java.util.Optional;

/// BGP settings of the cluster (`default`) or of one node (`node.<name>`).
public record BgpConfiguration(Metadata metadata, Spec spec) implements Resource {

  /// The one that counts for the whole cluster.
  public static final String DEFAULT = "default";

  public BgpConfiguration {
    spec = Absent.or(spec, Spec.EMPTY);
  }

  @Override
  public BgpConfiguration withMetadata(Metadata changed) {
    return new BgpConfiguration(changed, spec);
  }

  /// @param nodeToNodeMeshEnabled absent means true
  /// @param asNumber absent means 64512
  /// @param nodeMeshMaxRestartTime a duration such as `120s`
  /// @param bindMode None or NodeIP
  /// @param programClusterRoutes which pools' routes bird writes
  public record Spec(
      String logSeverityScreen,
      Optional<Boolean> nodeToNodeMeshEnabled,
      Optional<AsNumber> asNumber,
      List<ServiceCidr> serviceClusterIPs,
      List<ServiceCidr> serviceExternalIPs,
      List<ServiceCidr> serviceLoadBalancerIPs,
      String serviceLoadBalancerAggregation,
      List<Community> communities,
      List<PrefixAdvertisement> prefixAdvertisements,
      Optional<Integer> listenPort,
      Optional<SecretPassword> nodeMeshPassword,
      String nodeMeshMaxRestartTime,
      String bindMode,
      List<String> ignoredInterfaces,
      String localWorkloadPeeringIPV4,
      String localWorkloadPeeringIPV6,
      String programClusterRoutes,
      Optional<Integer> ipv4NormalRoutePriority,
      Optional<Integer> ipv6NormalRoutePriority) {

    static final Spec EMPTY =
        new Spec(
            "",
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of(),
            List.of(),
            "",
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            "",
            "",
            List.of(),
            "",
            "",
            "",
            Optional.empty(),
            Optional.empty());

    public Spec {
      logSeverityScreen = Absent.asEmpty(logSeverityScreen);
      nodeToNodeMeshEnabled = Absent.asEmpty(nodeToNodeMeshEnabled);
      asNumber = Absent.asEmpty(asNumber);
      serviceClusterIPs = Absent.asEmpty(serviceClusterIPs);
      serviceExternalIPs = Absent.asEmpty(serviceExternalIPs);
      serviceLoadBalancerIPs = Absent.asEmpty(serviceLoadBalancerIPs);
      serviceLoadBalancerAggregation = Absent.asEmpty(serviceLoadBalancerAggregation);
      communities = Absent.asEmpty(communities);
      prefixAdvertisements = Absent.asEmpty(prefixAdvertisements);
      listenPort = Absent.asEmpty(listenPort);
      nodeMeshPassword = Absent.asEmpty(nodeMeshPassword);
      nodeMeshMaxRestartTime = Absent.asEmpty(nodeMeshMaxRestartTime);
      bindMode = Absent.asEmpty(bindMode);
      ignoredInterfaces = Absent.asEmpty(ignoredInterfaces);
      localWorkloadPeeringIPV4 = Absent.asEmpty(localWorkloadPeeringIPV4);
      localWorkloadPeeringIPV6 = Absent.asEmpty(localWorkloadPeeringIPV6);
      programClusterRoutes = Absent.asEmpty(programClusterRoutes);
      ipv4NormalRoutePriority = Absent.asEmpty(ipv4NormalRoutePriority);
      ipv6NormalRoutePriority = Absent.asEmpty(ipv6NormalRoutePriority);
    }
  }

  /// Service addresses to announce.
  ///
  /// @param cidr calicoctl stores one without; it announces nothing
  public record ServiceCidr(Optional<Cidr> cidr) {

    public ServiceCidr {
      cidr = Absent.asEmpty(cidr);
    }

    public static ServiceCidr of(Cidr cidr) {
      return new ServiceCidr(Optional.of(cidr));
    }
  }

  /// A name for a community.
  ///
  /// @param value `aa:nn` or `aa:nn:mm`
  public record Community(String name, String value) {}

  /// Communities for what lies inside a prefix.
  ///
  /// @param communities names or values
  public record PrefixAdvertisement(Cidr cidr, List<String> communities) {

    public PrefixAdvertisement {
      cidr = Absent.required(cidr, "cidr");
      communities = Absent.asEmpty(communities);
    }
  }
}
