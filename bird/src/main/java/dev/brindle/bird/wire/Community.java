// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

/// A community of RFC 1997: `64512:100`.
public record Community(int value) implements Comparable<Community> {

  public static final Community NO_EXPORT = new Community(0xffff_ff01);
  public static final Community NO_ADVERTISE = new Community(0xffff_ff02);
  public static final Community NO_EXPORT_SUBCONFED = new Community(0xffff_ff03);

  /// RFC 8326: this way will soon be gone.
  public static final Community GRACEFUL_SHUTDOWN = new Community(0xffff_0000);

  /// RFC 7999: drop packets to it.
  public static final Community BLACKHOLE = new Community(0xffff_029a);

  /// RFC 9494: kept as a last resort, and not to be kept so.
  public static final Community LLGR_STALE = new Community(0xffff_0006);

  public static final Community NO_LLGR = new Community(0xffff_0007);

  /// Both halves 0 to 65,535.
  public static Community of(int high, int low) {
    return new Community((high << 16) | low);
  }

  @Override
  public int compareTo(Community other) {
    return Integer.compareUnsigned(value, other.value);
  }

  @Override
  public String toString() {
    return (value >>> 16) + ":" + (value & 0xffff);
  }
}
