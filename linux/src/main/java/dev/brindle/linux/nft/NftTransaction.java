// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.nft;

import java.util.List;

/// Changes that the kernel carries out together or not at all, also across families.
public record NftTransaction(List<NftChange> changes) {

  public NftTransaction {
    changes = List.copyOf(changes);
  }

  public boolean isEmpty() {
    return changes.isEmpty();
  }
}
