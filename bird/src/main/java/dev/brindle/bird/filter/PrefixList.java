// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Whether a prefix is in any of many ranges. What it costs grows with the length of a prefix, not
/// with the number of ranges.
///
/// The ranges' prefixes are kept in order, each with the nearest one around it and with all lengths
/// that it or one around it allows. All that contain a prefix are on the way outwards from the last
/// one that is not behind it.
public final class PrefixList {

  private static final int NONE = -1;

  private final List<PrefixRange> ranges;
  private final Cidr[] insides;
  private final int[] around;
  private final BitSet[] lengths;

  private PrefixList(List<PrefixRange> ranges) {
    this.ranges = ranges;
    Map<Cidr, BitSet> own = new TreeMap<>();
    for (PrefixRange range : ranges) {
      own.computeIfAbsent(range.inside(), _ -> new BitSet()).set(range.min(), range.max() + 1);
    }
    insides = own.keySet().toArray(Cidr[]::new);
    lengths = own.values().toArray(BitSet[]::new);
    around = new int[insides.length];
    Deque<Integer> open = new ArrayDeque<>();
    for (int i = 0; i < insides.length; i++) {
      while (!open.isEmpty() && !insides[open.peek()].contains(insides[i])) {
        open.pop();
      }
      around[i] = open.isEmpty() ? NONE : open.peek();
      if (around[i] != NONE) {
        lengths[i].or(lengths[around[i]]);
      }
      open.push(i);
    }
  }

  public static PrefixList of(Collection<PrefixRange> ranges) {
    return new PrefixList(List.copyOf(ranges));
  }

  public static PrefixList of(PrefixRange... ranges) {
    return of(List.of(ranges));
  }

  public List<PrefixRange> ranges() {
    return ranges;
  }

  public boolean contains(Cidr prefix) {
    int found = Arrays.binarySearch(insides, prefix);
    int at = found >= 0 ? found : -found - 2;
    while (at != NONE && !insides[at].contains(prefix)) {
      at = around[at];
    }
    return at != NONE && lengths[at].get(prefix.length());
  }

  public boolean contains(IpAddress address) {
    return contains(Cidr.host(address));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PrefixList that && ranges.equals(that.ranges);
  }

  @Override
  public int hashCode() {
    return ranges.hashCode();
  }

  @Override
  public String toString() {
    return ranges.toString();
  }
}
