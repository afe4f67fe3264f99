// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.agent;

import dev.brindle.api.resource.WorkloadEndpoint;
import java.util.Optional;

/// An endpoint that the store does not have yet.
///
/// @param isOfToldPod whether the store makes endpoints from what others say of pods: then only
///     addresses, container and interface are this one's, all that policy goes by is what was told
///     last, and if nothing is told of the pod it has no endpoint
public record Unstored(WorkloadEndpoint endpoint, boolean isOfToldPod) {

  /// Whether the store says the same by now.
  boolean isStoredAs(WorkloadEndpoint told) {
    return told.spec().containerID().equals(endpoint.spec().containerID())
        && told.spec().ipNetworks().equals(endpoint.spec().ipNetworks());
  }

  Optional<WorkloadEndpoint> over(Optional<WorkloadEndpoint> told) {
    return isOfToldPod ? told.map(this::with) : Optional.of(endpoint);
  }

  private WorkloadEndpoint with(WorkloadEndpoint told) {
    WorkloadEndpoint.Spec said = told.spec();
    WorkloadEndpoint.Spec ours = endpoint.spec();
    return new WorkloadEndpoint(
        told.metadata().withResourceVersion(endpoint.metadata().resourceVersion()),
        new WorkloadEndpoint.Spec(
            said.orchestrator(),
            said.workload(),
            said.node(),
            ours.containerID(),
            said.pod(),
            said.endpoint(),
            said.serviceAccountName(),
            ours.ipNetworks(),
            ours.ipNATs(),
            said.ipv4Gateway(),
            said.ipv6Gateway(),
            said.profiles(),
            ours.interfaceName(),
            ours.mac(),
            said.ports(),
            said.allowSpoofedSourcePrefixes(),
            said.qosControls()));
  }
}
