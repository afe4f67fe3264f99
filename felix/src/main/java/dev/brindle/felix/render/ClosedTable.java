// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import dev.brindle.api.net.IpFamily;
import dev.brindle.linux.nft.NftChain;
import dev.brindle.linux.nft.NftExpression;
import dev.brindle.linux.nft.NftExpression.Direction;
import dev.brindle.linux.nft.NftFamily;
import dev.brindle.linux.nft.NftRule;
import dev.brindle.linux.nft.NftTable;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/// The table of a family that the kernel has and we do not program: pods send nothing. No policy
/// could stop them, and each pod has a link-local address by which it reaches its host.
final class ClosedTable {

  private ClosedTable() {}

  /// @param podInterfaces patterns of their names
  static NftTable of(IpFamily family, Collection<String> podInterfaces) {
    List<NftRule> rules =
        podInterfaces.stream()
            .map(
                pods ->
                    new NftRule(
                        List.of(
                            new NftExpression.Interface(Direction.IN, pods, false),
                            NftExpression.DROP),
                        "this family is not supported"))
            .toList();
    NftChain hook = HostChains.rawPreroutingHook();
    TreeMap<String, NftChain> chains = new TreeMap<>();
    chains.put(hook.name(), hook);
    chains.put(HostChains.RAW_PREROUTING, HostChains.chain(HostChains.RAW_PREROUTING, rules));
    return new NftTable(NftFamily.of(family), DesiredTable.NAME, chains, new TreeMap<>());
  }
}
