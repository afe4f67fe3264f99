// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rpki;

import dev.brindle.bird.table.PrefixCover;
import java.util.Arrays;

/// Where VRPs have come or gone: the routes there may have another state now. Of more than `MOST`
/// changes of a family only that they were many is kept.
public final class VrpChanges {

  static final int MOST = 50_000;

  private final Family ipv4 = new Family();
  private final Family ipv6 = new Family();

  public boolean isEmpty() {
    return ipv4.isEmpty() && ipv6.isEmpty();
  }

  void add(boolean isIpv6, long high, int length) {
    (isIpv6 ? ipv6 : ipv4).add(high, Math.min(length, Long.SIZE));
  }

  /// What it is about, of one family.
  public PrefixCover cover(boolean isIpv6) {
    Family family = isIpv6 ? ipv6 : ipv4;
    if (family.isEverything) {
      return PrefixCover.everything();
    }
    PrefixCover.Builder cover = PrefixCover.of(isIpv6);
    for (int i = 0; i < family.count; i++) {
      cover.add(family.highs[i], family.lengths[i]);
    }
    return cover.build();
  }

  /// The changes of one family.
  private static final class Family {
    private long[] highs = new long[16];
    private byte[] lengths = new byte[16];
    private int count;
    private boolean isEverything;

    boolean isEmpty() {
      return count == 0 && !isEverything;
    }

    void add(long high, int length) {
      if (isEverything) {
        return;
      }
      if (count == MOST) {
        isEverything = true;
        count = 0;
        highs = new long[0];
        lengths = new byte[0];
        return;
      }
      if (count == highs.length) {
        highs = Arrays.copyOf(highs, 2 * count);
        lengths = Arrays.copyOf(lengths, 2 * count);
      }
      highs[count] = high;
      lengths[count] = (byte) length;
      count++;
    }
  }
}
