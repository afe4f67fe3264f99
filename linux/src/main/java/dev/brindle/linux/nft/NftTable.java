// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.nft;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// All of one table: what should be in it, or what is.
///
/// @param chains by name
/// @param sets by name; verdict maps too
public record NftTable(
    NftFamily family,
    String name,
    SortedMap<String, NftChain> chains,
    SortedMap<String, NftSet> sets) {

  public NftTable {
    chains = Collections.unmodifiableSortedMap(new TreeMap<>(chains));
    sets = Collections.unmodifiableSortedMap(new TreeMap<>(sets));
  }

  public static NftTable empty(NftFamily family, String name) {
    return new NftTable(family, name, new TreeMap<>(Map.of()), new TreeMap<>(Map.of()));
  }
}
