// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.ipam;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.ctl.output.GoNumber;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Collection;
import java.util.List;

/// How many addresses of a pool or block there are and are taken. One that rests after its release
/// counts as taken.
///
/// @param group `IP Pool` or `Block`
public record UsageRow(String group, Cidr cidr, BigInteger total, long used) {

  private static final int DIGITS = 5;

  public static UsageRow ofPool(IpPool pool, Collection<IpamBlock> blocks) {
    Cidr cidr = pool.spec().cidr();
    long used =
        blocks.stream()
            .filter(block -> cidr.contains(block.spec().cidr()))
            .mapToLong(UsageRow::used)
            .sum();
    return new UsageRow("IP Pool", cidr, size(cidr), used);
  }

  public static UsageRow ofBlock(IpamBlock block) {
    Cidr cidr = block.spec().cidr();
    return new UsageRow("Block", cidr, size(cidr), used(block));
  }

  private static long used(IpamBlock block) {
    return block.spec().allocations().stream().filter(index -> index != IpamBlock.FREE).count();
  }

  private static BigInteger size(Cidr cidr) {
    return BigInteger.TWO.pow(cidr.family().bits() - cidr.length());
  }

  /// GROUPING, CIDR, IPS TOTAL, IPS IN USE, IPS RESERVED, IPS FREE.
  public List<String> cells() {
    return List.of(
        group,
        cidr.toString(),
        GoNumber.general(new BigDecimal(total), DIGITS),
        share(BigInteger.valueOf(used)),
        share(BigInteger.ZERO),
        share(total.subtract(BigInteger.valueOf(used))));
  }

  private String share(BigInteger part) {
    BigDecimal percent =
        new BigDecimal(part.multiply(BigInteger.valueOf(100)))
            .divide(new BigDecimal(total), MathContext.DECIMAL64)
            .setScale(0, RoundingMode.HALF_EVEN);
    return "%s (%s%%)".formatted(GoNumber.general(new BigDecimal(part), DIGITS), percent);
  }
}
