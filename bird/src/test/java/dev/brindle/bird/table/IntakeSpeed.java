// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.bird.wire.PathAttributes;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/// Prints what it costs to take the same table from ten peers who tell it at once, each beginning
/// elsewhere, so that the best paths change again and again; and to let all of it go. Not a test:
/// run `main`, with `-Xmx2g`.
final class IntakeSpeed {

  private static final int PREFIXES = 500_000;
  private static final int TELLERS = 10;
  private static final int SHARED = 100;
  private static final int BATCH = 14_000;
  private static final int ROUNDS = 12;

  private final PrintStream out;
  private final boolean isShuffled;
  private final SpeedRig rig = new SpeedRig();

  private IntakeSpeed(PrintStream out, boolean isShuffled) {
    this.out = out;
    this.isShuffled = isShuffled;
  }

  public static void main(String[] arguments) {
    IntakeSpeed speed = new IntakeSpeed(System.out, arguments.length > 0);
    Hearer hearer = speed.rig.hearer(150);
    List<Integer> sources = new ArrayList<>();
    List<List<UpdateBatch>> told = new ArrayList<>();
    for (int teller = 0; teller < TELLERS; teller++) {
      sources.add(speed.rig.source(teller + 1));
      told.add(speed.batches(teller));
    }
    for (int round = 0; round < ROUNDS; round++) {
      speed.round(sources, told, hearer);
    }
  }

  private void round(List<Integer> sources, List<List<UpdateBatch>> told, Hearer hearer) {
    List<RouteIntake> intakes = new ArrayList<>();
    for (int teller = 0; teller < TELLERS; teller++) {
      intakes.add(rig.intake(sources.get(teller), teller + 1));
    }
    long taken = 0;
    long shown = 0;
    long start = System.nanoTime();
    for (int i = 0; i < told.getFirst().size(); i++) {
      long before = System.nanoTime();
      for (int teller = 0; teller < TELLERS; teller++) {
        intakes.get(teller).take(told.get(teller).get(i), _ -> {});
      }
      taken += System.nanoTime() - before;
      before = System.nanoTime();
      rig.engine().flush();
      shown += System.nanoTime() - before;
    }
    long end = System.nanoTime();
    for (int source : sources) {
      rig.engine().removeAllOf(source);
    }
    for (int i = 0; i < PREFIXES / 10_000 + 2; i++) {
      rig.engine().flush();
    }
    double paths = (double) PREFIXES * TELLERS;
    out.printf(
        "%.3f s: take %.0f ns a path, tell %.0f ns a path; %,d octets; gone in %.3f s%n",
        (end - start) / 1e9,
        taken / paths,
        shown / paths,
        hearer.takeOctets(),
        (System.nanoTime() - end) / 1e9);
  }

  private List<UpdateBatch> batches(int teller) {
    List<UpdateBatch> batches = new ArrayList<>();
    UpdateBatch batch = new UpdateBatch();
    int sets = PREFIXES / SHARED;
    for (int i = 0; i < sets; i++) {
      int step = isShuffled ? (int) (i * (2L * teller + 7) * 97 % sets) : i;
      int set = (step + teller * (sets / TELLERS)) % sets;
      add(batch, teller, set);
      if (batch.prefixCount() >= BATCH || i == sets - 1) {
        batches.add(batch);
        batch = new UpdateBatch();
      }
    }
    return batches;
  }

  private static void add(UpdateBatch batch, int teller, int set) {
    int length = 3 + (teller + set) % TELLERS;
    PathAttributes attributes =
        SpeedRig.attributes(65_001L + teller, length, 1 + teller, set * 31 + teller);
    long network = (20L << 24) + (((long) set * SHARED) << 8);
    SpeedRig.announce(batch, attributes, network, 24, SHARED);
  }
}
