// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam.block;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/// The blocks of a pool in the order one node tries them: from a place of its own to the end, then
/// from the beginning. Nodes so rarely want the same one.
public record BlockCidrs(Cidr pool, int blockSize, BigInteger start) {

  private static final int FNV_PRIME = 0x01000193;
  private static final int FNV_OFFSET = 0x811c9dc5;

  /// @param seed of the node, see `seed`
  public static BlockCidrs of(Cidr pool, int blockSize, long seed) {
    BigInteger random = unsigned(mixed(seed)).shiftLeft(Long.SIZE).or(unsigned(mixed(~seed)));
    return new BlockCidrs(pool, blockSize, random.mod(count(pool, blockSize)));
  }

  /// FNV-1, as Calico does.
  public static long seed(String node) {
    int hash = FNV_OFFSET;
    for (byte octet : node.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash * FNV_PRIME) ^ (octet & 0xff);
    }
    return Integer.toUnsignedLong(hash);
  }

  public Stream<Cidr> stream() {
    BigInteger count = count(pool, blockSize);
    return Stream.iterate(
            BigInteger.ZERO, step -> step.compareTo(count) < 0, step -> step.add(BigInteger.ONE))
        .map(step -> block(start.add(step).mod(count)));
  }

  /// How far from the start a block of this pool is.
  public BigInteger distance(Cidr block) {
    BigInteger index =
        block.address().value().subtract(pool.address().value()).shiftRight(hostBits());
    return index.subtract(start).mod(count(pool, blockSize));
  }

  private Cidr block(BigInteger index) {
    BigInteger value = pool.address().value().add(index.shiftLeft(hostBits()));
    IpAddress address =
        pool.address().isIpv4()
            ? IpAddress.ofIpv4(value.longValue())
            : IpAddress.ofIpv6(value.shiftRight(Long.SIZE).longValue(), value.longValue());
    return new Cidr(address, blockSize);
  }

  private int hostBits() {
    return pool.family().bits() - blockSize;
  }

  private static BigInteger count(Cidr pool, int blockSize) {
    if (blockSize < pool.length()) {
      throw new IllegalArgumentException(
          "pool %s is smaller than its block size %d".formatted(pool, blockSize));
    }
    return BigInteger.ONE.shiftLeft(blockSize - pool.length());
  }

  private static BigInteger unsigned(long value) {
    return new BigInteger(Long.toUnsignedString(value));
  }

  /// The finaliser of SplitMix64: neighbouring seeds give distant results.
  private static long mixed(long seed) {
    long z = seed + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
