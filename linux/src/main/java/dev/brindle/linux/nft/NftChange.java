// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.nft;

import java.util.List;
import java.util.Set;

/// One step of a transaction. The order within a transaction counts: what is referred to comes
/// first and
/// leaves last.
public sealed interface NftChange {

  /// Makes sure of the table.
  record PutTable(NftFamily family, String table) implements NftChange {}

  /// Removes the table and all that is in it, if it is there.
  record RemoveTable(NftFamily family, String table) implements NftChange {}

  /// Makes sure of the chain, without touching its rules.
  record PutChain(NftFamily family, String table, NftChain chain) implements NftChange {}

  /// Replaces all rules of a chain.
  record SetRules(NftFamily family, String table, String chain, List<NftRule> rules)
      implements NftChange {

    public SetRules {
      rules = List.copyOf(rules);
    }
  }

  /// Removes an empty chain that nothing refers to.
  record RemoveChain(NftFamily family, String table, String chain) implements NftChange {}

  /// Makes sure of the set, without its elements.
  record PutSet(NftFamily family, String table, NftSet set) implements NftChange {}

  record AddElements(NftFamily family, String table, NftSet set, Set<NftElement> elements)
      implements NftChange {

    public AddElements {
      elements = Set.copyOf(elements);
    }
  }

  record RemoveElements(NftFamily family, String table, NftSet set, Set<NftElement> elements)
      implements NftChange {

    public RemoveElements {
      elements = Set.copyOf(elements);
    }
  }

  /// Removes a set that nothing refers to.
  record RemoveSet(NftFamily family, String table, String set) implements NftChange {}
}
