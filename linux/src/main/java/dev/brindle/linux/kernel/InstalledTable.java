// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.kernel;

import dev.brindle.linux.nft.NftChain;
import dev.brindle.linux.nft.NftElement;
import dev.brindle.linux.nft.NftFamily;
import dev.brindle.linux.nft.NftSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A table as it is in the kernel. The kernel does not give back the rules it was given, so a rule
/// is
/// known only by the hash in its comment.
///
/// @param chains by name
/// @param sets by name
public record InstalledTable(
    NftFamily family, String name, Map<String, Chain> chains, Map<String, Elements> sets) {

  public InstalledTable {
    chains = Map.copyOf(chains);
    sets = Map.copyOf(sets);
  }

  /// @param ruleHashes of its rules in order; an empty text for a rule that is not ours
  public record Chain(Optional<NftChain.Base> base, List<String> ruleHashes) {

    public Chain {
      ruleHashes = List.copyOf(ruleHashes);
    }
  }

  /// @param key absent if it is of a kind that we do not make
  public record Elements(Optional<NftSet.Key> key, boolean isMap, Set<NftElement> elements) {

    public Elements {
      elements = Set.copyOf(elements);
    }
  }
}
