// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// A part of the addresses of a family, as ranges that do not touch. Of IPv6 the upper halves of
/// addresses are looked at: it may contain a little more than what was added, never less.
public final class PrefixCover {

  private static final PrefixCover EVERYTHING = new PrefixCover(new long[] {0}, new long[] {-1L});

  private final long[] from;
  private final long[] to;

  private PrefixCover(long[] from, long[] to) {
    this.from = from;
    this.to = to;
  }

  public static PrefixCover everything() {
    return EVERYTHING;
  }

  public static Builder of(boolean isIpv6) {
    return new Builder(isIpv6);
  }

  public boolean isEmpty() {
    return from.length == 0;
  }

  /// @param high as in `PrefixIndex`
  boolean contains(long high) {
    int low = 0;
    int end = from.length;
    while (low < end) {
      int middle = (low + end) >>> 1;
      if (Long.compareUnsigned(from[middle], high) <= 0) {
        low = middle + 1;
      } else {
        end = middle;
      }
    }
    return low > 0 && Long.compareUnsigned(high, to[low - 1]) <= 0;
  }

  /// Collects prefixes in any order.
  public static final class Builder {

    private final boolean isIpv6;
    private final List<Range> ranges = new ArrayList<>();

    private Builder(boolean isIpv6) {
      this.isIpv6 = isIpv6;
    }

    private record Range(long from, long to) {}

    /// @param high as in `PrefixIndex`
    /// @param length in bits
    public Builder add(long high, int length) {
      long rest = isIpv6 ? (length >= Long.SIZE ? 0 : -1L >>> length) : (0xffff_ffffL >>> length);
      ranges.add(new Range(high, high | rest));
      return this;
    }

    public PrefixCover build() {
      ranges.sort(Comparator.comparing(Range::from, Long::compareUnsigned));
      List<Range> merged = new ArrayList<>();
      for (Range range : ranges) {
        Range last = merged.isEmpty() ? null : merged.getLast();
        if (last == null || Long.compareUnsigned(range.from(), last.to()) > 0) {
          merged.add(range);
        } else if (Long.compareUnsigned(range.to(), last.to()) > 0) {
          merged.set(merged.size() - 1, new Range(last.from(), range.to()));
        }
      }
      return new PrefixCover(
          merged.stream().mapToLong(Range::from).toArray(),
          merged.stream().mapToLong(Range::to).toArray());
    }
  }
}
