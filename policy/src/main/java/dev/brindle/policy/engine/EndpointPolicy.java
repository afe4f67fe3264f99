// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.engine;

import dev.brindle.api.resource.WorkloadEndpoint;
import java.util.List;

/// What holds for one endpoint of this node: per direction the tiers in order, then the profiles.
///
/// A direction without tiers goes straight to the profiles. A profile that does not exist is left
/// out
/// here and lets nothing through.
///
/// @param ingress tiers with at least one policy for this endpoint and direction
/// @param profiles names of existing profiles, in the endpoint's order
public record EndpointPolicy(
    WorkloadEndpoint endpoint,
    List<TierPolicies> ingress,
    List<TierPolicies> egress,
    List<String> profiles) {

  public EndpointPolicy {
    ingress = List.copyOf(ingress);
    egress = List.copyOf(egress);
    profiles = List.copyOf(profiles);
  }

  /// One tier's policies for one endpoint and direction, in order.
  ///
  /// @param passes what no policy decided goes on to the next tier instead of being dropped
  public record TierPolicies(String tier, boolean passes, List<PolicyId> policies) {

    public TierPolicies {
      policies = List.copyOf(policies);
    }
  }
}
