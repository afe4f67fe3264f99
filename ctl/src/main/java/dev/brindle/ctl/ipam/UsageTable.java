// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.ipam;

import dev.brindle.api.net.Cidr;
import dev.brindle.ctl.output.BoxTable;
import dev.brindle.ctl.output.GoNumber;
import dev.brindle.ipam.audit.BlockUsage;
import dev.brindle.ipam.audit.PoolUsage;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Set;

/// How full pools are, and their blocks. An address that rests after its release counts as in use.
public final class UsageTable {

  private static final int DIGITS = 5;
  private static final List<String> HEADINGS =
      List.of("GROUPING", "CIDR", "IPS TOTAL", "IPS IN USE", "IPS RESERVED", "IPS FREE");
  private static final Set<Integer> NUMBERS = Set.of(2, 3, 4, 5);

  private UsageTable() {}

  /// Blocks outside every pool have rows of their own, but no row of a pool.
  public static String of(List<PoolUsage> pools, boolean showsBlocks) {
    var table = new BoxTable(HEADINGS, NUMBERS);
    for (PoolUsage pool : pools) {
      if (!pool.name().equals(PoolUsage.ORPHANS)) {
        table.row(row("IP Pool", pool.cidr(), pool.total(), pool.inUse(), pool.reserved()));
      }
      if (showsBlocks) {
        pool.blocks().forEach(block -> table.row(row(block)));
      }
    }
    return table.toString();
  }

  private static String[] row(BlockUsage block) {
    BigInteger total = BigInteger.valueOf(block.total());
    return row(
        "Block",
        block.cidr(),
        total,
        BigInteger.valueOf(block.inUse()),
        BigInteger.valueOf(block.reserved()));
  }

  private static String[] row(
      String group, Cidr cidr, BigInteger total, BigInteger used, BigInteger reserved) {
    return new String[] {
      group,
      cidr.toString(),
      GoNumber.general(new BigDecimal(total), DIGITS),
      share(used, total),
      share(reserved, total),
      share(total.subtract(used).subtract(reserved), total)
    };
  }

  private static String share(BigInteger part, BigInteger total) {
    BigDecimal percent =
        new BigDecimal(part.multiply(BigInteger.valueOf(100)))
            .divide(new BigDecimal(total), MathContext.DECIMAL64)
            .setScale(0, RoundingMode.HALF_EVEN);
    return "%s (%s%%)".formatted(GoNumber.general(new BigDecimal(part), DIGITS), percent);
  }
}
