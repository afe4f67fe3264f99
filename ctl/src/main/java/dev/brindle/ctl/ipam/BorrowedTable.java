// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.ipam;

import dev.brindle.ctl.output.BoxTable;
import dev.brindle.ipam.audit.BlockUsage;
import dev.brindle.ipam.audit.PoolUsage;
import java.util.List;

/// Addresses in use on another node than the one that owns their block.
public final class BorrowedTable {

  private BorrowedTable() {}

  public static String of(List<PoolUsage> pools) {
    List<BlockUsage> blocks = pools.stream().flatMap(pool -> pool.blocks().stream()).toList();
    var table =
        new BoxTable("IP", "BORROWING-NODE", "BLOCK", "BLOCK OWNER", "TYPE", "ALLOCATED-TO");
    blocks.stream()
        .flatMap(block -> block.borrowed().stream())
        .forEach(
            found ->
                table.row(
                    found.address().toString(),
                    found.borrowingNode(),
                    found.block().toString(),
                    found.blockOwner(),
                    found.type(),
                    found.allocatedTo()));
    int unknown = blocks.stream().mapToInt(BlockUsage::unattributed).sum();
    if (unknown == 0) {
      return table.toString();
    }
    return table
        + """

        Note: found %d IP allocations without an explicit node association. Unable to determine if \
        they are borrowed.
        """
            .formatted(unknown);
  }
}
