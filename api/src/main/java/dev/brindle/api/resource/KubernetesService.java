// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import java.util.List;
import java.util.Optional;

/// A Service of Kubernetes, as far as its addresses go. Read from Kubernetes, never written. Of its
/// annotations only those are kept that ask for addresses.
///
/// @param balancing what is of use to who gives out addresses
public record KubernetesService(Metadata metadata, Spec spec, Balancing balancing)
    implements Resource {

  /// Which pools of IPv4 its addresses are to come from: names or CIDRs, as a JSON list.
  public static final String IPV4_POOLS = "projectcalico.org/ipv4pools";

  /// The same of IPv6.
  public static final String IPV6_POOLS = "projectcalico.org/ipv6pools";

  /// Which addresses it is to have, as a JSON list: at most one of each family.
  public static final String LOAD_BALANCER_IPS = "projectcalico.org/loadBalancerIPs";

  public KubernetesService {
    balancing = Absent.or(balancing, Balancing.NONE);
  }

  /// One that asks for nothing, and has nothing said in its status but addresses.
  public KubernetesService(Metadata metadata, Spec spec) {
    this(metadata, spec, Balancing.NONE);
  }

  @Override
  public KubernetesService withMetadata(Metadata changed) {
    return new KubernetesService(changed, spec, balancing);
  }

  /// @param loadBalancerClass who is to serve it; empty for whoever does
  /// @param loadBalancerIP as it is written; empty for none
  /// @param ipFamilyPolicy as it is written; empty for none
  /// @param ingress what its status holds, whoever wrote it
  public record Balancing(
      String loadBalancerClass,
      String loadBalancerIP,
      String ipFamilyPolicy,
      List<Ingress> ingress) {

    static final Balancing NONE = new Balancing("", "", "", List.of());

    public Balancing {
      loadBalancerClass = Absent.asEmpty(loadBalancerClass);
      loadBalancerIP = Absent.asEmpty(loadBalancerIP);
      ipFamilyPolicy = Absent.asEmpty(ipFamilyPolicy);
      ingress = Absent.asEmpty(ingress);
    }
  }

  /// A way in that a load balancer offers.
  ///
  /// @param ip empty for one that has a name only
  /// @param hostname empty for one that has an address only
  public record Ingress(String ip, String hostname) {

    public Ingress {
      ip = Absent.asEmpty(ip);
      hostname = Absent.asEmpty(hostname);
    }
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
