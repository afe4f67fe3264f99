// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.bird.wire.PathAttributes;
import java.io.PrintStream;
import java.util.List;
import java.util.stream.IntStream;

/// Prints how long it takes from what ten peers told to what fifty are told. Not a test: run
/// `main`, with `-Xmx2g`.
final class ExportSpeed {

  private static final int PREFIXES = 200_000;
  private static final int TELLERS = 10;
  private static final int HEARERS = 50;
  private static final int SHARED = 20;
  private static final int ROUNDS = 10;

  private final PrintStream out;

  private ExportSpeed(PrintStream out) {
    this.out = out;
  }

  public static void main(String[] arguments) {
    ExportSpeed speed = new ExportSpeed(System.out);
    for (int round = 0; round < ROUNDS; round++) {
      speed.round();
    }
  }

  private void round() {
    SpeedRig rig = new SpeedRig();
    List<Hearer> hearers = IntStream.range(0, HEARERS).mapToObj(i -> rig.hearer(150 + i)).toList();
    System.gc();
    long before = used();
    long taken = 0;
    long told = 0;
    for (int teller = TELLERS; teller > 0; teller--) {
      RouteIntake intake = rig.intake(rig.source(teller), teller);
      UpdateBatch batch = batch(teller);
      long start = System.nanoTime();
      intake.take(batch, _ -> {});
      long middle = System.nanoTime();
      rig.engine().flush();
      taken += middle - start;
      told += System.nanoTime() - middle;
    }
    long octets = hearers.getFirst().takeOctets();
    System.gc();
    out.printf(
        "take %.0f ns a path, tell %.0f ns a prefix and change, %,d octets each, %.1f MB of heap%n",
        (double) taken / PREFIXES / TELLERS,
        (double) told / PREFIXES / TELLERS,
        octets,
        (used() - before) / 1e6);
  }

  /// The lower the number the shorter the path: each teller is better than the one before.
  private static UpdateBatch batch(int teller) {
    UpdateBatch batch = new UpdateBatch();
    for (int i = 0; i < PREFIXES; i += SHARED) {
      PathAttributes attributes =
          SpeedRig.attributes(65_000L + teller, teller + 1, 100 + teller, i);
      SpeedRig.announce(batch, attributes, (10L << 24) + ((long) i << 4), 28, SHARED);
    }
    return batch;
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
