// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.nft;

import java.util.Set;

/// A named set, or a verdict map from interface names to chains.
///
/// @param key what its elements are looked up by
/// @param isMap whether elements carry a verdict
public record NftSet(String name, Key key, boolean isMap, Set<NftElement> elements) {

  public NftSet {
    elements = Set.copyOf(elements);
  }

  /// What an element is looked up by.
  public enum Key {
    /// Single addresses of the table's family; elements are `NftElement.Net`, hosts only.
    ADDRESS,
    /// Prefixes of the table's family, which may overlap in the wish: the encoder gives the kernel
    /// what
    /// covers the same addresses. Elements are `NftElement.Net`.
    PREFIX,
    /// Elements are `NftElement.Endpoint`.
    ADDRESS_PROTOCOL_PORT,
    /// Elements are `NftElement.GoTo`.
    INTERFACE
  }
}
