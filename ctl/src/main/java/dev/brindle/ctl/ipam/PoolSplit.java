// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.ipam;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.Metadata;
import dev.brindle.ctl.client.ClientException;
import java.math.BigInteger;
import java.util.List;
import java.util.stream.IntStream;

/// One pool cut into equal parts.
public final class PoolSplit {

  private static final int LONGEST_NAME = 245;
  private static final int MOST_PARTS = 1 << 16;

  private PoolSplit() {}

  /// @return enabled pools with all the settings of the old one
  /// @throws ClientException if it cannot be cut so
  public static List<IpPool> of(IpPool pool, int parts) {
    if (parts < 2 || parts > MOST_PARTS || Integer.bitCount(parts) != 1) {
      throw new ClientException("number to split CIDR into is not a valid power of 2: " + parts);
    }
    Cidr cidr = pool.spec().cidr();
    int length = cidr.length() + Integer.numberOfTrailingZeros(parts);
    if (length > pool.spec().blockSize()) {
      throw new ClientException(
          "the CIDR %s is not large enough to be split into %d parts".formatted(cidr, parts));
    }
    return IntStream.range(0, parts).mapToObj(i -> part(pool, length, i)).toList();
  }

  private static IpPool part(IpPool pool, int length, int index) {
    String name = pool.metadata().name();
    String kept = name.substring(0, Math.min(name.length(), LONGEST_NAME));
    IpPool.Spec spec = pool.spec();
    return new IpPool(
        Metadata.named("split-%s-%d".formatted(kept, index)).withLabels(pool.metadata().labels()),
        new IpPool.Spec(
            new Cidr(start(spec.cidr(), length, index), length),
            spec.ipipMode(),
            spec.vxlanMode(),
            spec.natOutgoing(),
            false,
            spec.disableBGPExport(),
            spec.blockSize(),
            spec.nodeSelector(),
            spec.namespaceSelector(),
            spec.allowedUses(),
            spec.assignmentMode()));
  }

  private static IpAddress start(Cidr pool, int length, int index) {
    BigInteger offset = BigInteger.valueOf(index).shiftLeft(pool.family().bits() - length);
    BigInteger value = pool.address().value().add(offset);
    return pool.address().isIpv4()
        ? IpAddress.ofIpv4(value.longValue())
        : IpAddress.ofIpv6(value.shiftRight(Long.SIZE).longValue(), value.longValue());
  }
}
