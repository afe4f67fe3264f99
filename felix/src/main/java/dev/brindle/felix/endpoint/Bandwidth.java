// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.endpoint;

import dev.brindle.api.label.TextHash;
import dev.brindle.linux.model.TokenBucket;
import java.util.HexFormat;
import java.util.Optional;

/// The limits of a pod's bandwidth. What is to be let into it is limited where it leaves the host's
/// side of its interface; what comes from it is first sent through an interface of its own
/// (`ifb`), for the kernel has no queues on the way in.
public record Bandwidth(Optional<TokenBucket> intoPod, Optional<TokenBucket> outOfPod) {

  public static final Bandwidth NONE = new Bandwidth(Optional.empty(), Optional.empty());

  private static final String DEVICE_PREFIX = "bwcali";
  private static final int HASH_DIGITS = 9;

  private static final long LEAST_BITS = 1_000;
  private static final long MOST_BITS = 1_000_000_000_000_000L;
  private static final long MOST_PEAK_BITS = 1_010_000_000_000_000L;
  private static final long MOST_BURST_BITS = 34_359_738_360L;
  private static final long USUAL_BURST_BITS = 4L << 30;
  private static final long MOST_PEAK_BURST = 100_000_000;

  /// Two of the largest packets that segmentation offload makes; less would drop what the bucket
  /// has room for.
  private static final long LEAST_QUEUE = 128 << 10;

  private static final long QUEUES_A_SECOND = 40;
  private static final long MOST_BYTES = 0xffff_ffffL;

  public static Bandwidth of(QosControls controls) {
    return new Bandwidth(bucket(controls, "ingress"), bucket(controls, "egress"));
  }

  private static Optional<TokenBucket> bucket(QosControls controls, String direction) {
    return controls
        .number(direction + "Bandwidth", LEAST_BITS, MOST_BITS)
        .map(rate -> bucket(controls, direction, rate));
  }

  /// What may wait is what goes in 25 ms. It does not grow with the burst: who sends faster than
  /// the rate for long is to be told so by loss, not by seconds of delay.
  private static TokenBucket bucket(QosControls controls, String direction, long rateInBits) {
    long rate = rateInBits / Byte.SIZE;
    long burst =
        controls.number(direction + "Burst", LEAST_BITS, MOST_BURST_BITS).orElse(USUAL_BURST_BITS)
            / Byte.SIZE;
    long peak =
        controls
            .number(direction + "Peakrate", LEAST_BITS, MOST_PEAK_BITS)
            .filter(bits -> bits > rateInBits)
            .map(bits -> Math.max(bits / Byte.SIZE, rate + 1))
            .orElse(0L);
    long peakBurst = controls.number(direction + "Minburst", 1, MOST_PEAK_BURST).orElse(1L);
    long queue = Math.clamp(rate / QUEUES_A_SECOND, LEAST_QUEUE, MOST_BYTES);
    return new TokenBucket(rate, burst, peak, peak == 0 ? 0 : peakBurst, queue);
  }

  /// The interface that packets of a pod pass.
  ///
  /// @param podInterface the host's side of it
  public static String device(String podInterface) {
    String hash = HexFormat.of().formatHex(TextHash.SHA_1.of(podInterface));
    return DEVICE_PREFIX + hash.substring(0, HASH_DIGITS);
  }

  /// Whether a name is that of such an interface, of ours or of Calico's.
  public static boolean isDevice(String name) {
    return name.startsWith(DEVICE_PREFIX);
  }
}
