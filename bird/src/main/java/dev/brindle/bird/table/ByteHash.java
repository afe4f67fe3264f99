// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// A hash of bytes, sixteen at a time, by folding 128-bit products. Whoever does not know the seed
/// cannot choose bytes that collide.
final class ByteHash {

  private static final long FIRST = 0x9e37_79b9_7f4a_7c15L;
  private static final long SECOND = 0xd6e8_feb8_6659_fd93L;
  private static final int STEP = 2 * Long.BYTES;

  private final long left;
  private final long right;

  ByteHash(long seed) {
    left = mix(seed ^ FIRST, SECOND);
    right = mix(seed ^ SECOND, left | 1);
  }

  int of(byte[] bytes, int from, int length) {
    long hash = left ^ (length * FIRST);
    int end = from + length;
    int at = from;
    for (; end - at >= STEP; at += STEP) {
      hash = mix(Words.get64(bytes, at) ^ right, Words.get64(bytes, at + Long.BYTES) ^ hash);
    }
    if (length >= STEP) {
      at = end - STEP;
      hash = mix(Words.get64(bytes, at) ^ left, Words.get64(bytes, at + Long.BYTES) ^ hash);
    } else {
      for (; at < end; at++) {
        hash = mix((bytes[at] & 0xff) ^ left, hash ^ right);
      }
    }
    long last = mix(hash ^ right, hash ^ FIRST);
    return (int) (last ^ (last >>> Integer.SIZE));
  }

  private static long mix(long x, long y) {
    return (x * y) ^ Math.unsignedMultiplyHigh(x, y);
  }
}
