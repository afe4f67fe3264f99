// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.engine;

import dev.brindle.api.resource.HostEndpoint;
import dev.brindle.policy.engine.EndpointPolicy.TierPolicies;
import java.util.List;

/// What holds for one host endpoint of this node, whichever of the node's interfaces it turns out
/// to be.
///
/// What `untracked` and `preDnat` do not decide goes on. `ordinary` ends with the profiles and then
/// drops. `forwarded` has no profiles: in a direction without policies it lets through.
///
/// @param preDnat of packets that come in
/// @param profiles names of existing profiles, in the endpoint's order
public record HostPolicy(
    HostEndpoint endpoint,
    Tiers untracked,
    List<TierPolicies> preDnat,
    Tiers ordinary,
    Tiers forwarded,
    List<String> profiles) {

  /// The name that stands for all interfaces.
  public static final String ALL_INTERFACES = "*";

  public HostPolicy {
    preDnat = List.copyOf(preDnat);
    profiles = List.copyOf(profiles);
  }

  /// Whether it is for all interfaces that no other host endpoint is for.
  public boolean isForAll() {
    return endpoint.spec().interfaceName().equals(ALL_INTERFACES);
  }

  /// The tiers of both directions, in order: those with a policy for the endpoint and direction.
  public record Tiers(List<TierPolicies> ingress, List<TierPolicies> egress) {

    public static final Tiers NONE = new Tiers(List.of(), List.of());

    public Tiers {
      ingress = List.copyOf(ingress);
      egress = List.copyOf(egress);
    }

    public boolean isEmpty() {
      return ingress.isEmpty() && egress.isEmpty();
    }
  }
}
