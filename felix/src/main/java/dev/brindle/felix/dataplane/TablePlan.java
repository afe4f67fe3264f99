// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.dataplane;

import dev.brindle.linux.kernel.InstalledTable;
import dev.brindle.linux.nft.NftTable;
import dev.brindle.linux.nft.NftTransaction;
import dev.brindle.linux.reconcile.NftPlan;
import java.util.List;
import java.util.Optional;

/// How to get from the table there is to the one that should be.
@FunctionalInterface
public interface TablePlan {

  /// What is already as it should be stays.
  TablePlan FEWEST_CHANGES =
      (desired, actual) -> NftPlan.between(List.of(desired), actual.stream().toList());

  NftTransaction between(NftTable desired, Optional<InstalledTable> actual);
}
