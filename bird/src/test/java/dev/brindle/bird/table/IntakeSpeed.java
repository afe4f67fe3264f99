// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.AcceptAll;
import dev.brindle.bird.rib.Neighbour;
import dev.brindle.bird.rib.NextHopMode;
import dev.brindle.bird.rib.Source;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.PathAttribute.MultiExitDisc;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerKind;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
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
  private final RouteEngine engine =
      new RouteEngine(
          new RouteListener() {
            @Override
            public void changed(FamilyRoutes routes, int prefix) {
              // nobody looks on
            }

            @Override
            public void shown() {
              // likewise
            }
          },
          PooledByteBufAllocator.DEFAULT,
          7);

  private IntakeSpeed(PrintStream out, boolean isShuffled) {
    this.out = out;
    this.isShuffled = isShuffled;
  }

  public static void main(String[] arguments) {
    IntakeSpeed speed = new IntakeSpeed(System.out, arguments.length > 0);
    ExportPolicy policy = ExportPolicy.of(neighbour(100), new AcceptAll(), true, 4096);
    Hearer hearer = new Hearer(speed.engine.addSource(neighbour(150).source()));
    speed.engine.join(Family.IPV4_UNICAST, hearer, policy);
    List<Integer> sources = new ArrayList<>();
    List<List<UpdateBatch>> told = new ArrayList<>();
    for (int teller = 0; teller < TELLERS; teller++) {
      sources.add(speed.engine.addSource(neighbour(teller + 1).source()));
      told.add(speed.batches(teller));
    }
    for (int round = 0; round < ROUNDS; round++) {
      speed.round(sources, told, hearer);
    }
  }

  private void round(List<Integer> sources, List<List<UpdateBatch>> told, Hearer hearer) {
    List<RouteIntake> intakes = new ArrayList<>();
    for (int teller = 0; teller < TELLERS; teller++) {
      Neighbour peer = neighbour(teller + 1);
      intakes.add(engine.intake(sources.get(teller), peer, new AcceptAll(), true, false));
    }
    hearer.octets = 0;
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
      engine.flush();
      shown += System.nanoTime() - before;
    }
    long end = System.nanoTime();
    for (int source : sources) {
      engine.removeAllOf(source);
    }
    for (int i = 0; i < PREFIXES / 10_000 + 2; i++) {
      engine.flush();
    }
    double paths = (double) PREFIXES * TELLERS;
    out.printf(
        "%.3f s: take %.0f ns a path, tell %.0f ns a path; %,d octets; gone in %.3f s%n",
        (end - start) / 1e9,
        taken / paths,
        shown / paths,
        hearer.octets,
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
    long[] path = new long[3 + (teller + set) % TELLERS];
    Arrays.fill(path, 65_001L + teller);
    byte[] bytes =
        CanonicalForm.of(
            PathAttributes.of(
                new Origin(Origin.Source.IGP),
                AsPath.of(path),
                NextHop.of(IpAddress.parse("192.0.2." + (1 + teller))),
                new MultiExitDisc(set * 31 + teller)));
    byte[] to = batch.attributesFor(bytes.length);
    int start = batch.attributesEnd();
    System.arraycopy(bytes, 0, to, start, bytes.length);
    batch.keepAttributes(bytes.length);
    int from = batch.prefixCount();
    for (int j = set * SHARED; j < (set + 1) * SHARED; j++) {
      batch.prefix((20L << 24) + ((long) j << 8), 0, 24, false);
    }
    batch.announce(Family.IPV4_UNICAST, from, start, bytes.length);
  }

  private static Neighbour neighbour(int number) {
    IpAddress address = IpAddress.parse("192.0.2." + number);
    return new Neighbour(
        PeerKind.EXTERNAL,
        new Source(Source.Kind.EXTERNAL, "peer" + number, address, address, false),
        new AsNumber(64_512),
        new AsNumber(65_000L + number),
        List.of(IpAddress.parse("192.0.2.200")),
        IpAddress.parse("192.0.2.200"),
        IpAddress.parse("192.0.2.200"),
        false,
        0,
        NextHopMode.AUTO);
  }

  private static final class Hearer implements Receiver {

    private final int source;
    private long octets;

    Hearer(int source) {
      this.source = source;
    }

    @Override
    public int source() {
      return source;
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void send(ExportBatch batch) {
      octets += batch.bytes().readableBytes();
    }

    @Override
    public void failed(RuntimeException cause) {
      throw cause;
    }

    @Override
    public void inStep() {
      // nothing to say
    }
  }
}
