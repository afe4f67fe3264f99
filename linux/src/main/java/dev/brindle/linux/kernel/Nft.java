// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.kernel;

import dev.brindle.linux.nft.NftFamily;
import dev.brindle.linux.nft.NftTransaction;
import java.util.Optional;

/// nf_tables.
public interface Nft {

  /// All or nothing.
  ///
  /// @throws KernelException with the reason of the first refusal, naming the change
  void run(NftTransaction transaction);

  /// What a table holds, as far as it can be known: see `InstalledTable`. Empty if there is no such
  /// table.
  Optional<InstalledTable> read(NftFamily family, String table);
}
