// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.kernel;

import dev.brindle.linux.nft.NftFamily;
import dev.brindle.linux.nft.NftTransaction;
import java.util.Optional;

/// nf_tables.
public interface Nft {

  /// All or nothing. A transaction that one send cannot carry is taken apart into several that each
  /// are (see `NftStages`); if one of those is refused, what came before it stays, and a later plan
  /// goes on from there.
  ///
  /// @throws NftRefusedException with the reason of the first refusal, and the refused changes
  void run(NftTransaction transaction);

  /// What a table holds, as far as it can be known: see `InstalledTable`. Empty if there is no such
  /// table.
  Optional<InstalledTable> read(NftFamily family, String table);
}
