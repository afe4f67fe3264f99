// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import dev.brindle.api.resource.BgpConfiguration;
import dev.brindle.api.resource.BgpFilter;
import dev.brindle.api.resource.BgpPeer;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.CalicoNodeStatus;
import dev.brindle.api.resource.ClusterInformation;
import dev.brindle.api.resource.FelixConfiguration;
import dev.brindle.api.resource.GlobalNetworkPolicy;
import dev.brindle.api.resource.GlobalNetworkSet;
import dev.brindle.api.resource.HostEndpoint;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.IpReservation;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.IpamConfig;
import dev.brindle.api.resource.IpamHandle;
import dev.brindle.api.resource.KubeControllersConfiguration;
import dev.brindle.api.resource.KubernetesEndpointSlice;
import dev.brindle.api.resource.KubernetesService;
import dev.brindle.api.resource.LiveMigration;
import dev.brindle.api.resource.NetworkPolicy;
import dev.brindle.api.resource.NetworkSet;
import dev.brindle.api.resource.Profile;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.StagedGlobalNetworkPolicy;
import dev.brindle.api.resource.StagedKubernetesNetworkPolicy;
import dev.brindle.api.resource.StagedNetworkPolicy;
import dev.brindle.api.resource.Tier;
import dev.brindle.api.resource.WorkloadEndpoint;
import java.util.List;

/// All rules that one resource must keep, whatever else is stored.
public final class Validation {

  private Validation() {}

  /// What is wrong; empty if nothing is.
  public static List<Violation> of(Resource resource) {
    var findings = new Findings();
    MetadataCheck.check(resource, findings);
    checkSpec(resource, findings);
    return findings.all();
  }

  private static void checkSpec(Resource resource, Findings findings) {
    switch (resource) {
      case BgpConfiguration configuration -> BgpConfigurationCheck.check(configuration, findings);
      case BgpFilter filter -> BgpFilterCheck.check(filter, findings);
      case BgpPeer peer -> BgpPeerCheck.check(peer, findings);
      case CalicoNode node -> NodeCheck.check(node, findings);
      case CalicoNodeStatus status -> CalicoNodeStatusCheck.check(status, findings);
      case FelixConfiguration configuration ->
          FelixConfigurationCheck.check(configuration, findings);
      case GlobalNetworkPolicy policy -> PolicyCheck.check(policy.spec(), findings);
      case GlobalNetworkSet set -> NetworkSetCheck.check(set.metadata(), set.spec(), findings);
      case HostEndpoint endpoint -> HostEndpointCheck.check(endpoint, findings);
      case IpPool pool -> IpPoolCheck.check(pool, findings);
      case IpReservation reservation ->
          NetworkSetCheck.checkReserved(reservation.spec().reservedCIDRs(), findings);
      case IpamConfig config -> IpamConfigCheck.check(config, findings);
      case KubeControllersConfiguration configuration ->
          KubeControllersCheck.check(configuration, findings);
      case NetworkPolicy policy -> PolicyCheck.check(policy.spec(), findings);
      case NetworkSet set -> NetworkSetCheck.check(set.metadata(), set.spec(), findings);
      case Profile profile -> PolicyCheck.check(profile, findings);
      case StagedGlobalNetworkPolicy policy -> StagedPolicyCheck.check(policy, findings);
      case StagedKubernetesNetworkPolicy policy -> StagedPolicyCheck.check(policy, findings);
      case StagedNetworkPolicy policy -> StagedPolicyCheck.check(policy, findings);
      case Tier tier -> PolicyCheck.check(tier, findings);
      case WorkloadEndpoint endpoint -> WorkloadEndpointCheck.check(endpoint, findings);
      case LiveMigration _ -> {} // Calico looks at its name only
      case ClusterInformation _ -> {} // nothing but the name, which metadata has
      case BlockAffinity _, IpamBlock _, IpamHandle _ -> {} // written by ipam, which has the rules
      case KubernetesEndpointSlice _, KubernetesService _ -> {} // never written by us
    }
  }
}
