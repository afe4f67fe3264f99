// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.setup;

import dev.brindle.api.resource.FelixConfiguration;
import dev.brindle.api.resource.IpamConfig;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.validation.ClusterDefaults;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// What every cluster has one of. Each is created if it is missing; what is
/// there is left alone.
public final class DefaultResources {

  public static final List<Resource> ALL =
      Stream.<Resource>concat(
              ClusterDefaults.TIERS.stream(),
              Stream.of(
                  new FelixConfiguration(
                      Metadata.named(FelixConfiguration.DEFAULT),
                      Map.of("reportingInterval", "0s", "logSeverityScreen", "Info")),
                  new IpamConfig(
                      Metadata.named(IpamConfig.DEFAULT),
                      new IpamConfig.Spec(false, Optional.of(true), 0, "Enabled", 0))))
          .toList();

  private DefaultResources() {}
}
