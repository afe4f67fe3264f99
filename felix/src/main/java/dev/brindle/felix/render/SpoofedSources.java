// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.felix.settings.Parameters;
import dev.brindle.felix.settings.SourceSpoofing;
import dev.brindle.linux.nft.NftChain;
import dev.brindle.linux.nft.NftExpression;
import dev.brindle.linux.nft.NftExpression.Direction;
import dev.brindle.linux.nft.NftExpression.Side;
import dev.brindle.linux.nft.NftRule;
import java.util.Collection;
import java.util.List;

/// The chain that spares some sources of some endpoints the reverse path check.
final class SpoofedSources {

  private SpoofedSources() {}

  /// @param endpoints in the order their rules come
  static NftChain render(
      RenderContext context, IpFamily family, Collection<WorkloadEndpoint> endpoints) {
    boolean allowed =
        context.settings().get(Parameters.WORKLOAD_SOURCE_SPOOFING) == SourceSpoofing.ANY;
    List<NftRule> rules =
        endpoints.stream()
            .filter(_ -> allowed)
            .flatMap(endpoint -> rules(endpoint.spec(), family).stream())
            .toList();
    return HostChains.chain("raw-cali-rpf-skip", rules);
  }

  private static List<NftRule> rules(WorkloadEndpoint.Spec endpoint, IpFamily family) {
    return endpoint.allowSpoofedSourcePrefixes().stream()
        .filter(prefix -> prefix.family() == family)
        .map(
            prefix ->
                NftRule.of(
                    new NftExpression.Interface(Direction.IN, endpoint.interfaceName(), false),
                    new NftExpression.Address(Side.SOURCE, prefix, false),
                    NftExpression.ACCEPT))
        .toList();
  }
}
