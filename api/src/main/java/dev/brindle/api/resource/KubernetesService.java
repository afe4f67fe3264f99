// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import java.util.List;
import java.util.Optional;

/// A Service of Kubernetes, as far as its addresses go. Read from Kubernetes, never written.
public record KubernetesService(Metadata metadata, Spec spec) implements Resource {

  @Override
  public KubernetesService withMetadata(Metadata changed) {
    return new KubernetesService(changed, spec);
  }

  /// @param clusterIPs none where the service is headless
  /// @param loadBalancerIP the one that was asked for
  /// @param ingressIPs those that the load balancer gave
  /// @param externalTrafficPolicy absent where the service is for the cluster only
  /// @param ipFamilies what its endpoints are reached by
  public record Spec(
      Type type,
      List<IpAddress> clusterIPs,
      List<IpAddress> externalIPs,
      Optional<IpAddress> loadBalancerIP,
      List<IpAddress> ingressIPs,
      Optional<TrafficPolicy> externalTrafficPolicy,
      List<IpFamily> ipFamilies) {

    public Spec {
      clusterIPs = List.copyOf(clusterIPs);
      externalIPs = List.copyOf(externalIPs);
      ingressIPs = List.copyOf(ingressIPs);
      ipFamilies = List.copyOf(ipFamilies);
    }
  }

  /// How it is reached.
  public enum Type {
    CLUSTER_IP("ClusterIP"),
    NODE_PORT("NodePort"),
    LOAD_BALANCER("LoadBalancer"),
    /// It is a name of something elsewhere, and has no address.
    EXTERNAL_NAME("ExternalName");

    private final String text;

    Type(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /// Which of its endpoints a node may pass on to what comes from outside.
  public enum TrafficPolicy {
    CLUSTER("Cluster"),
    /// Only those on the node itself.
    LOCAL("Local");

    private final String text;

    TrafficPolicy(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
