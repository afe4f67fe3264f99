// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.reconcile;

import dev.brindle.linux.nft.NftChange;
import dev.brindle.linux.nft.NftFamily;
import dev.brindle.linux.nft.NftTransaction;
import java.util.HashSet;
import java.util.Set;

/// Which changes of a transaction packets can notice. A chain or set that the transaction makes is
/// not referred to before; one that it removes is not referred to after.
final class NftReach {

  private final Set<Name> newChains = new HashSet<>();
  private final Set<Name> baseChains = new HashSet<>();
  private final Set<Name> goneChains = new HashSet<>();
  private final Set<Name> newSets = new HashSet<>();
  private final Set<Name> goneSets = new HashSet<>();
  private final Set<Name> ruled = new HashSet<>();
  private boolean isAnythingRemade;

  private record Name(NftFamily family, String table, String name) {}

  enum Kind {
    UNREACHED,
    LIVE_ELEMENTS,
    LIVE_RULES,
    HOOK,
    GONE
  }

  private NftReach() {}

  static NftReach of(NftTransaction transaction) {
    var reach = new NftReach();
    transaction.changes().forEach(reach::see);
    return reach;
  }

  /// Whether something leaves and comes back: in between it would be missing.
  boolean isAnythingRemade() {
    return isAnythingRemade;
  }

  private void see(NftChange change) {
    switch (change) {
      case NftChange.PutTable _, NftChange.AddElements _, NftChange.RemoveElements _ -> {}
      case NftChange.RemoveTable _ -> {}
      case NftChange.PutChain(var family, var table, var chain) -> {
        var name = new Name(family, table, chain.name());
        (chain.base().isPresent() ? baseChains : newChains).add(name);
        isAnythingRemade |= goneChains.contains(name);
      }
      case NftChange.SetRules(var family, var table, var chain, _) ->
          isAnythingRemade |= !ruled.add(new Name(family, table, chain));
      case NftChange.RemoveChain(var family, var table, var chain) ->
          goneChains.add(new Name(family, table, chain));
      case NftChange.PutSet(var family, var table, var set) -> {
        var name = new Name(family, table, set.name());
        newSets.add(name);
        isAnythingRemade |= goneSets.contains(name);
      }
      case NftChange.RemoveSet(var family, var table, var set) ->
          goneSets.add(new Name(family, table, set));
    }
  }

  Kind kind(NftChange change) {
    return switch (change) {
      case NftChange.PutTable _, NftChange.PutSet _ -> Kind.UNREACHED;
      case NftChange.PutChain(_, _, var chain) ->
          chain.base().isPresent() ? Kind.HOOK : Kind.UNREACHED;
      case NftChange.SetRules(var family, var table, var chain, _) ->
          rules(new Name(family, table, chain));
      case NftChange.AddElements(var family, var table, var set, _) ->
          elements(new Name(family, table, set.name()));
      case NftChange.RemoveElements(var family, var table, var set, _) ->
          elements(new Name(family, table, set.name()));
      case NftChange.RemoveChain _, NftChange.RemoveSet _, NftChange.RemoveTable _ -> Kind.GONE;
    };
  }

  private Kind rules(Name chain) {
    if (goneChains.contains(chain)) {
      return Kind.GONE;
    }
    if (baseChains.contains(chain)) {
      return Kind.HOOK;
    }
    return newChains.contains(chain) ? Kind.UNREACHED : Kind.LIVE_RULES;
  }

  private Kind elements(Name set) {
    if (goneSets.contains(set)) {
      return Kind.GONE;
    }
    return newSets.contains(set) ? Kind.UNREACHED : Kind.LIVE_ELEMENTS;
  }
}
