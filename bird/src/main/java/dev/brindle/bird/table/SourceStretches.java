// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// In which stretches of 1024 prefix numbers each source has paths, one bit for each, so that a
/// source with few costs little to walk: a peer that comes and goes must not make us read the whole
/// table each time. A bit may outlive its paths.
final class SourceStretches {

  static final int SHIFT = 10;

  private long[] @Nullable [] bits = new long[16][];

  void mark(int source, int prefix) {
    if (source >= bits.length) {
      bits = Arrays.copyOf(bits, Math.max(source + 1, 2 * bits.length));
    }
    int stretch = prefix >>> SHIFT;
    long @Nullable [] own = bits[source];
    if (own == null || stretch >>> 6 >= own.length) {
      int words = Math.max((stretch >>> 6) + 1, own == null ? 2 : 2 * own.length);
      own = own == null ? new long[words] : Arrays.copyOf(own, words);
      bits[source] = own;
    }
    own[stretch >>> 6] |= 1L << stretch;
  }

  void clear(int source, int stretch) {
    long @Nullable [] own = bits[source];
    if (own != null) {
      own[stretch >>> 6] &= ~(1L << stretch);
    }
  }

  void clear(int source) {
    long @Nullable [] own = bits[source];
    if (own != null) {
      Arrays.fill(own, 0);
    }
  }

  /// The first marked stretch from `from` on, `NONE` if there is none.
  int next(int source, int from) {
    long @Nullable [] own = source < bits.length ? bits[source] : null;
    if (own == null) {
      return PrefixIndex.NONE;
    }
    for (int word = from >>> 6; word < own.length; word++) {
      long left = word == from >>> 6 ? own[word] & (-1L << from) : own[word];
      if (left != 0) {
        return (word << 6) + Long.numberOfTrailingZeros(left);
      }
    }
    return PrefixIndex.NONE;
  }

  long bytes() {
    long bytes = (long) bits.length * Integer.BYTES;
    for (long @Nullable [] own : bits) {
      bytes += own == null ? 0 : (long) own.length * Long.BYTES;
    }
    return bytes;
  }
}
