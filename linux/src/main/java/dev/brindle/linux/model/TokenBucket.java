// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.model;

/// What a queueing discipline `tbf` lets through (tc-tbf(8)). All in bytes, and bytes a second.
///
/// @param rate in the long run
/// @param burst how much may go at once after a quiet time
/// @param peakRate how fast a burst may go; 0 for any speed
/// @param peakBurst how much of a burst may go at once; 0 without a peak rate
/// @param queue how much may wait; what is beyond it is dropped
public record TokenBucket(long rate, long burst, long peakRate, long peakBurst, long queue) {

  private static final long MAX = 0xffff_ffffL;
  private static final int NANOS_PER_TICK_BITS = 6;

  public TokenBucket {
    if (rate < 1 || peakRate < 0 || (peakRate != 0 && peakRate <= rate)) {
      throw new IllegalArgumentException(
          "a rate of %d bytes a second with a peak of %d".formatted(rate, peakRate));
    }
    require("burst", burst, 1);
    require("burst at peak rate", peakBurst, peakRate == 0 ? 0 : 1);
    require("queue", queue, 1);
  }

  private static void require(String what, long value, long min) {
    if (value < min || value > MAX) {
      throw new IllegalArgumentException(
          "%s of %d bytes is not in %d..%d".formatted(what, value, min, MAX));
    }
  }

  /// The same, but never so small that a packet of this size cannot pass: `tbf` would drop it.
  public TokenBucket withRoomFor(int packet) {
    return new TokenBucket(
        rate,
        Math.max(burst, packet),
        peakRate,
        peakRate == 0 ? 0 : Math.max(peakBurst, packet),
        queue);
  }

  /// A bucket as the kernel tells of it: bursts as the time they take, in units of 64 ns, of which
  /// it tells the low 32 bits.
  public record Kept(long rate, long peakRate, long queue, int burstTime, int peakBurstTime) {}

  public Kept kept() {
    return new Kept(
        rate, peakRate, queue, time(burst, rate), peakRate == 0 ? 0 : time(peakBurst, peakRate));
  }

  /// The kernel multiplies and shifts, for it does not divide for each packet; so its result is a
  /// little less than the quotient.
  private static int time(long bytes, long rate) {
    long factor = 1_000_000_000L;
    int shift = 0;
    long multiplier = factor / rate;
    while ((multiplier & 1L << 31) == 0 && factor >= 0) {
      factor <<= 1;
      shift++;
      multiplier = Long.divideUnsigned(factor, rate);
    }
    long nanos = (bytes * (multiplier & MAX)) >>> shift;
    return (int) (nanos >>> NANOS_PER_TICK_BITS);
  }
}
