// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.dataplane;

import dev.brindle.linux.kernel.InstalledTable;
import dev.brindle.linux.nft.NftTable;
import dev.brindle.linux.nft.NftTransaction;
import java.util.Optional;

/// How to get from the table there is to the one that should be.
@FunctionalInterface
public interface TablePlan {

  NftTransaction between(NftTable desired, Optional<InstalledTable> actual);
}
