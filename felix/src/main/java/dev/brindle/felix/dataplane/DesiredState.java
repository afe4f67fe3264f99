// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.dataplane;

import dev.brindle.api.net.IpFamily;
import dev.brindle.felix.endpoint.EndpointPlan;
import dev.brindle.felix.route.TunnelPlan;
import dev.brindle.felix.settings.Settings;
import dev.brindle.linux.model.Route;
import java.util.List;
import java.util.Map;

/// What the kernel should have besides rules and sets.
///
/// @param families that are in use
/// @param closedFamilies that the kernel has and we do not use: pods send nothing of these
/// @param endpoints by name of the interface
public record DesiredState(
    Settings settings,
    List<IpFamily> families,
    List<IpFamily> closedFamilies,
    TunnelPlan tunnels,
    List<Route> clusterRoutes,
    Map<String, EndpointPlan> endpoints) {

  public DesiredState {
    families = List.copyOf(families);
    closedFamilies = List.copyOf(closedFamilies);
    clusterRoutes = List.copyOf(clusterRoutes);
    endpoints = Map.copyOf(endpoints);
  }
}
