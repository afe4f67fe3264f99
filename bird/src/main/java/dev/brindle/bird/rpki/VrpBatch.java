// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rpki;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import java.util.Arrays;

/// What a cache said between Cache Response and End of Data, in its order, in primitive arrays: 22
/// octets each. One owner at a time.
public final class VrpBatch {

  /// More than this is no answer of a cache: the Internet's routes have not a third of it.
  public static final int LIMIT = 4_000_000;

  private static final byte ANNOUNCED = 1;
  private static final byte IPV6 = 2;

  private long[] highs = new long[16];
  private long[] lows = new long[0];
  private int[] systems = new int[16];
  private byte[] lengths = new byte[16];
  private byte[] mostLengths = new byte[16];
  private byte[] flags = new byte[16];
  private int size;

  public void add(boolean isAnnounced, Vrp vrp) {
    if (size == highs.length) {
      grow();
    }
    IpAddress address = vrp.prefix().address();
    if (address.isIpv4()) {
      highs[size] = address.low();
    } else {
      highs[size] = address.high();
      low(address.low());
    }
    systems[size] = (int) vrp.as().value();
    lengths[size] = (byte) vrp.prefix().length();
    mostLengths[size] = (byte) vrp.maxLength();
    flags[size] = (byte) ((isAnnounced ? ANNOUNCED : 0) | (address.isIpv4() ? 0 : IPV6));
    size++;
  }

  private void low(long low) {
    if (lows.length < highs.length) {
      lows = Arrays.copyOf(lows, highs.length);
    }
    lows[size] = low;
  }

  private void grow() {
    int room = 2 * size;
    highs = Arrays.copyOf(highs, room);
    systems = Arrays.copyOf(systems, room);
    lengths = Arrays.copyOf(lengths, room);
    mostLengths = Arrays.copyOf(mostLengths, room);
    flags = Arrays.copyOf(flags, room);
  }

  public int size() {
    return size;
  }

  boolean isAnnounced(int at) {
    return (flags[at] & ANNOUNCED) != 0;
  }

  boolean isIpv6(int at) {
    return (flags[at] & IPV6) != 0;
  }

  long high(int at) {
    return highs[at];
  }

  long low(int at) {
    return at < lows.length ? lows[at] : 0;
  }

  int length(int at) {
    return lengths[at] & 0xff;
  }

  int maxLength(int at) {
    return mostLengths[at] & 0xff;
  }

  int as(int at) {
    return systems[at];
  }

  /// For what is said about it.
  Vrp vrp(int at) {
    IpAddress address =
        isIpv6(at) ? IpAddress.ofIpv6(high(at), low(at)) : IpAddress.ofIpv4(high(at));
    return new Vrp(
        new Cidr(address, length(at)),
        maxLength(at),
        new AsNumber(Integer.toUnsignedLong(systems[at])));
  }
}
