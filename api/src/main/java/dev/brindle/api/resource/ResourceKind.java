// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The kinds we know: name, plural, scope, and the record that holds one.
public enum ResourceKind {
  BGP_CONFIGURATION("BGPConfiguration", Scope.CLUSTER, BgpConfiguration.class),
  BGP_FILTER("BGPFilter", Scope.CLUSTER, BgpFilter.class),
  BGP_PEER("BGPPeer", Scope.CLUSTER, BgpPeer.class),
  BLOCK_AFFINITY("BlockAffinity", "blockaffinities", Scope.CLUSTER, BlockAffinity.class),
  CALICO_NODE_STATUS(
      "CalicoNodeStatus", "caliconodestatuses", Scope.CLUSTER, CalicoNodeStatus.class),
  CLUSTER_INFORMATION("ClusterInformation", Scope.CLUSTER, ClusterInformation.class),
  FELIX_CONFIGURATION("FelixConfiguration", Scope.CLUSTER, FelixConfiguration.class),
  GLOBAL_NETWORK_POLICY(
      "GlobalNetworkPolicy", "globalnetworkpolicies", Scope.CLUSTER, GlobalNetworkPolicy.class),
  GLOBAL_NETWORK_SET("GlobalNetworkSet", Scope.CLUSTER, GlobalNetworkSet.class),
  HOST_ENDPOINT("HostEndpoint", Scope.CLUSTER, HostEndpoint.class),
  IPAM_BLOCK("IPAMBlock", Scope.CLUSTER, IpamBlock.class),
  IPAM_CONFIG("IPAMConfiguration", Scope.CLUSTER, IpamConfig.class),
  IPAM_HANDLE("IPAMHandle", Scope.CLUSTER, IpamHandle.class),
  IP_POOL("IPPool", Scope.CLUSTER, IpPool.class),
  IP_RESERVATION("IPReservation", Scope.CLUSTER, IpReservation.class),
  KUBE_CONTROLLERS_CONFIGURATION(
      "KubeControllersConfiguration", Scope.CLUSTER, KubeControllersConfiguration.class),
  KUBERNETES_ENDPOINT_SLICE(
      "KubernetesEndpointSlice", Scope.NAMESPACE, KubernetesEndpointSlice.class),
  KUBERNETES_SERVICE("KubernetesService", Scope.NAMESPACE, KubernetesService.class),
  LIVE_MIGRATION("LiveMigration", Scope.NAMESPACE, LiveMigration.class),
  NETWORK_POLICY("NetworkPolicy", "networkpolicies", Scope.NAMESPACE, NetworkPolicy.class),
  NETWORK_SET("NetworkSet", Scope.NAMESPACE, NetworkSet.class),
  NODE("Node", Scope.CLUSTER, CalicoNode.class),
  PROFILE("Profile", Scope.CLUSTER, Profile.class),
  STAGED_GLOBAL_NETWORK_POLICY(
      "StagedGlobalNetworkPolicy",
      "stagedglobalnetworkpolicies",
      Scope.CLUSTER,
      StagedGlobalNetworkPolicy.class),
  STAGED_KUBERNETES_NETWORK_POLICY(
      "StagedKubernetesNetworkPolicy",
      "stagedkubernetesnetworkpolicies",
      Scope.NAMESPACE,
      StagedKubernetesNetworkPolicy.class),
  STAGED_NETWORK_POLICY(
      "StagedNetworkPolicy", "stagednetworkpolicies", Scope.NAMESPACE, StagedNetworkPolicy.class),
  TIER("Tier", Scope.CLUSTER, Tier.class),
  WORKLOAD_ENDPOINT("WorkloadEndpoint", Scope.NAMESPACE, WorkloadEndpoint.class);

  private static final Map<Class<?>, ResourceKind> BY_TYPE =
      Arrays.stream(values()).collect(Collectors.toMap(ResourceKind::type, Function.identity()));

  private final String kindName;
  private final String plural;
  private final Scope scope;
  private final Class<? extends Resource> type;

  ResourceKind(String kindName, Scope scope, Class<? extends Resource> type) {
    this(kindName, kindName.toLowerCase(Locale.ROOT) + "s", scope, type);
  }

  ResourceKind(String kindName, String plural, Scope scope, Class<? extends Resource> type) {
    this.kindName = kindName;
    this.plural = plural;
    this.scope = scope;
    this.type = type;
  }

  static ResourceKind of(Class<?> type) {
    ResourceKind kind = BY_TYPE.get(type);
    if (kind == null) {
      throw new IllegalArgumentException(type + " is not a resource");
    }
    return kind;
  }

  /// `IPPool`, as in the field `kind`.
  public String kindName() {
    return kindName;
  }

  /// `ippools`, as in keys and URLs.
  public String plural() {
    return plural;
  }

  public boolean isNamespaced() {
    return scope == Scope.NAMESPACE;
  }

  /// Whether only Kubernetes has these, under other names: nobody else stores, writes or names
  /// them.
  public boolean isKubernetesOwn() {
    return this == KUBERNETES_ENDPOINT_SLICE || this == KUBERNETES_SERVICE;
  }

  /// Whether people write it. Orchestrators tell nodes of live migrations, and nobody else; which
  /// addresses are taken is IPAM's to write.
  public boolean isPeoples() {
    return switch (this) {
      case IPAM_BLOCK, IPAM_HANDLE, BLOCK_AFFINITY, LIVE_MIGRATION -> false;
      default -> !isKubernetesOwn();
    };
  }

  public Class<? extends Resource> type() {
    return type;
  }

  @Override
  public String toString() {
    return kindName;
  }

  private enum Scope {
    CLUSTER,
    NAMESPACE
  }
}
