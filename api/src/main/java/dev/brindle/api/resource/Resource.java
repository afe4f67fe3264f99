// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

/// One of Calico's resources, one of its IPAM records, or what Kubernetes says of a service: what
/// the datastore holds.
///
/// Records below have the JSON field names of projectcalico.org/v3 as component names. Lists and
/// maps
/// are never null and never change; an absent field is an empty `Optional`, text, list or map, or
/// the
/// kind's default.
public sealed interface Resource
    permits BgpConfiguration,
        BgpFilter,
        BgpPeer,
        BlockAffinity,
        CalicoNode,
        CalicoNodeStatus,
        ClusterInformation,
        FelixConfiguration,
        GlobalNetworkPolicy,
        GlobalNetworkSet,
        HostEndpoint,
        IpPool,
        IpReservation,
        IpamBlock,
        IpamConfig,
        IpamHandle,
        KubeControllersConfiguration,
        KubernetesEndpointSlice,
        KubernetesService,
        LiveMigration,
        NetworkPolicy,
        NetworkSet,
        Profile,
        StagedGlobalNetworkPolicy,
        StagedKubernetesNetworkPolicy,
        StagedNetworkPolicy,
        Tier,
        WorkloadEndpoint {

  Metadata metadata();

  /// The same resource under other metadata: another revision, say.
  Resource withMetadata(Metadata metadata);

  default ResourceKind kind() {
    return ResourceKind.of(getClass());
  }

  default ResourceKey key() {
    return new ResourceKey(kind(), metadata().namespace(), metadata().name());
  }
}
