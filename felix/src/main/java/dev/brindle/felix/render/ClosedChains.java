// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import dev.brindle.linux.nft.NftChain;
import dev.brindle.linux.nft.NftElement;
import dev.brindle.linux.nft.NftExpression;
import dev.brindle.linux.nft.NftTable;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Chains that drop instead of what they should do.
///
/// @param names of them
/// @param devices of endpoints whose own chain is one, or leads to one; `any-interface-at-all` for
///     the host endpoint of all other interfaces
record ClosedChains(Set<String> names, Set<String> devices) {

  static ClosedChains of(NftTable desired, NftTable closed) {
    Set<String> names =
        desired.chains().values().stream()
            .filter(chain -> !chain.equals(closed.chains().get(chain.name())))
            .map(NftChain::name)
            .collect(Collectors.toUnmodifiableSet());
    Set<String> devices =
        desired.sets().values().stream()
            .flatMap(set -> set.elements().stream())
            .filter(element -> element instanceof NftElement.GoTo)
            .map(NftElement.GoTo.class::cast)
            .filter(element -> leadsTo(desired, element.chain(), names))
            .map(NftElement.GoTo::interfaceName)
            .collect(Collectors.toUnmodifiableSet());
    Stream<String> ofAll =
        desired.chains().keySet().stream()
            .filter(name -> name.endsWith(ChainName.ALL_INTERFACES))
            .filter(name -> leadsTo(desired, name, names))
            .map(_ -> ChainName.ALL_INTERFACES);
    return new ClosedChains(
        names, Stream.concat(devices.stream(), ofAll).collect(Collectors.toUnmodifiableSet()));
  }

  /// An endpoint's chain jumps to chains of policies and profiles, which jump nowhere.
  private static boolean leadsTo(NftTable table, String name, Collection<String> names) {
    NftChain chain = table.chains().get(name);
    return names.contains(name)
        || (chain != null
            && chain.rules().stream()
                .flatMap(rule -> rule.expressions().stream())
                .anyMatch(e -> e instanceof NftExpression.Jump(var to) && names.contains(to)));
  }
}
