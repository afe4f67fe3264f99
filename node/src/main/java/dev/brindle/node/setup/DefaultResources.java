// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.setup;

import dev.brindle.api.resource.ClusterInformation;
import dev.brindle.api.resource.FelixConfiguration;
import dev.brindle.api.resource.IpamConfig;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.Rule;
import dev.brindle.api.resource.Tier;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What every cluster has one of (calico-node.md §3.6). Each is created if it is missing; what is
/// there is left alone.
public final class DefaultResources {

  private static final double DEFAULT_TIER_ORDER = 1_000_000;

  private DefaultResources() {}

  /// @param clusterId 32 hexadecimal digits, new
  /// @param version of this program
  public static List<Resource> of(String clusterId, String clusterType, String version) {
    return List.of(
        new ClusterInformation(
            Metadata.named(ClusterInformation.DEFAULT),
            new ClusterInformation.Spec(
                clusterId, clusterType, version, Optional.of(true), "Calico")),
        new FelixConfiguration(
            Metadata.named(FelixConfiguration.DEFAULT),
            Map.of("reportingInterval", "0s", "logSeverityScreen", "Info")),
        new IpamConfig(
            Metadata.named(IpamConfig.DEFAULT),
            new IpamConfig.Spec(false, Optional.of(true), 0, "Enabled", 0)),
        new Tier(
            Metadata.named(Tier.DEFAULT),
            new Tier.Spec(Optional.of(DEFAULT_TIER_ORDER), Rule.Action.DENY)));
  }
}
