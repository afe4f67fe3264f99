// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.BgpConfiguration;
import dev.brindle.api.resource.BgpConfiguration.ServiceCidr;
import dev.brindle.api.resource.KubernetesEndpointSlice;
import dev.brindle.api.resource.KubernetesService;
import dev.brindle.api.resource.KubernetesService.TrafficPolicy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Which addresses of services a node announces, and which routes to such it does not take for
/// itself.
///
/// @param announce networks of services as wholes, and services one by one
/// @param passedOn what a reflector tells on besides: networks of addresses outside the cluster
/// @param notInKernel what the node itself reaches in another way (kube-proxy): no route of a peer
///     inside goes to its kernel
public record ServiceRoutes(Set<Cidr> announce, List<Cidr> passedOn, List<Cidr> notInKernel) {

  /// On a node: it takes no part in announcing services.
  static final String EXCLUDED = "node.kubernetes.io/exclude-from-external-load-balancers";

  public ServiceRoutes {
    announce = Set.copyOf(announce);
    passedOn = List.copyOf(passedOn);
    notInKernel = List.copyOf(notInKernel);
  }

  /// What the configuration says.
  ///
  /// @param isAggregated whether the networks of load balancers are announced as wholes, and of the
  ///     services only those whose answer depends on the node
  private record Networks(
      List<Cidr> cluster, List<Cidr> external, List<Cidr> balancers, boolean isAggregated) {

    static Networks of(BgpResources resources) {
      BgpConfiguration.Spec spec = resources.of(BgpConfiguration.DEFAULT).orElse(null);
      List<Cidr> cluster =
          resources
              .services()
              .clusterIPs()
              .map(List::of)
              .orElseGet(() -> spec == null ? List.of() : cidrs(spec.serviceClusterIPs()));
      return spec == null
          ? new Networks(cluster, List.of(), List.of(), true)
          : new Networks(
              cluster,
              cidrs(spec.serviceExternalIPs()),
              cidrs(spec.serviceLoadBalancerIPs()),
              !spec.serviceLoadBalancerAggregation().equals("Disabled"));
    }

    private static List<Cidr> cidrs(List<ServiceCidr> all) {
      return all.stream().map(ServiceCidr::cidr).flatMap(Optional::stream).toList();
    }

    boolean isEmpty() {
      return cluster.isEmpty() && external.isEmpty() && balancers.isEmpty();
    }

    /// Single addresses of others than the cluster's own are announced only with a service that has
    /// them.
    Set<Cidr> wholes() {
      Set<Cidr> wholes = new LinkedHashSet<>(cluster);
      external.stream().filter(each -> !each.isHost()).forEach(wholes::add);
      if (isAggregated) {
        balancers.stream().filter(each -> !each.isHost()).forEach(wholes::add);
      }
      return wholes;
    }
  }

  /// Whether anything of services is announced, so that they have to be known.
  public static boolean areWanted(BgpResources resources) {
    return !Networks.of(resources).isEmpty();
  }

  /// What stays out of this node's kernel, whether it announces services itself or not.
  public static List<Cidr> notInKernel(BgpResources resources) {
    return List.copyOf(Networks.of(resources).wholes());
  }

  static ServiceRoutes of(BgpResources resources) {
    Networks networks = Networks.of(resources);
    Set<Cidr> wholes = networks.wholes();
    boolean isExcluded =
        resources.self().stream()
            .anyMatch(self -> "true".equals(self.metadata().labels().get(EXCLUDED)));
    Set<Cidr> announce = new LinkedHashSet<>();
    if (!isExcluded) {
      announce.addAll(wholes);
      announce.addAll(single(resources, networks));
    }
    boolean isReflector =
        resources.self().map(BgpResources::clusterId).filter(id -> !id.isEmpty()).isPresent();
    List<Cidr> passedOn = new ArrayList<>();
    if (isReflector) {
      passedOn.addAll(networks.balancers());
      passedOn.addAll(networks.external());
    }
    return new ServiceRoutes(announce, passedOn, List.copyOf(wholes));
  }

  private static Set<Cidr> single(BgpResources resources, Networks networks) {
    if (networks.isEmpty()) {
      return Set.of();
    }
    Map<String, List<KubernetesEndpointSlice>> slices = new HashMap<>();
    for (KubernetesEndpointSlice slice : resources.services().slices()) {
      slices
          .computeIfAbsent(
              slice.metadata().namespace() + "/" + slice.spec().service(), _ -> new ArrayList<>())
          .add(slice);
    }
    String named = resources.services().node();
    String node = named.isEmpty() ? resources.nodeName() : named;
    return resources.services().services().stream()
        .filter(
            service ->
                isAnnounced(
                    service.spec(),
                    networks,
                    slices.getOrDefault(
                        service.metadata().namespace() + "/" + service.metadata().name(),
                        List.of()),
                    node))
        .flatMap(service -> addresses(service.spec(), networks))
        .map(Cidr::host)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /// Whether this node says that it leads to a service by itself.
  private static boolean isAnnounced(
      KubernetesService.Spec service,
      Networks networks,
      List<KubernetesEndpointSlice> slices,
      String node) {
    if (service.type() == KubernetesService.Type.EXTERNAL_NAME || service.clusterIPs().isEmpty()) {
      return false;
    }
    boolean isOfCluster =
        service.externalTrafficPolicy().filter(TrafficPolicy.CLUSTER::equals).isPresent();
    if (isOfCluster && hasSingleAddress(service, networks)) {
      return true;
    }
    boolean isLocal =
        service.externalTrafficPolicy().filter(TrafficPolicy.LOCAL::equals).isPresent();
    if (!isLocal && networks.isAggregated()) {
      return false;
    }
    return slices.stream()
        .map(KubernetesEndpointSlice::spec)
        .filter(slice -> service.ipFamilies().contains(slice.family()))
        .flatMap(slice -> slice.endpoints().stream())
        .anyMatch(endpoint -> endpoint.isReady() && (!isLocal || endpoint.node().equals(node)));
  }

  /// Whether one of its addresses is configured by itself, with no network around.
  private static boolean hasSingleAddress(KubernetesService.Spec service, Networks networks) {
    Stream<IpAddress> balancers =
        service.type() == KubernetesService.Type.LOAD_BALANCER
            ? Stream.concat(service.loadBalancerIP().stream(), service.ingressIPs().stream())
            : Stream.of();
    return balancers.map(Cidr::host).anyMatch(networks.balancers()::contains)
        || service.externalIPs().stream().map(Cidr::host).anyMatch(networks.external()::contains);
  }

  private static Stream<IpAddress> addresses(KubernetesService.Spec service, Networks networks) {
    return Stream.of(
            networks.cluster().isEmpty() ? Stream.<IpAddress>of() : service.clusterIPs().stream(),
            within(service.externalIPs(), networks.external()),
            within(service.ingressIPs(), networks.balancers()))
        .flatMap(Function.identity());
  }

  private static Stream<IpAddress> within(List<IpAddress> addresses, Collection<Cidr> networks) {
    return addresses.stream()
        .filter(address -> networks.stream().anyMatch(it -> it.contains(Cidr.host(address))));
  }
}
