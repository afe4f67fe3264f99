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
import java.util.Arrays;
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
    RouteEngine engine =
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
    ExportPolicy policy = ExportPolicy.of(neighbour(100), new AcceptAll(), true, 4096);
    List<Hearer> hearers = IntStream.range(0, HEARERS).mapToObj(i -> hearer(engine, i)).toList();
    hearers.forEach(it -> engine.join(Family.IPV4_UNICAST, it, policy));
    System.gc();
    long before = used();
    long taken = 0;
    long told = 0;
    for (int teller = TELLERS; teller > 0; teller--) {
      Neighbour peer = neighbour(teller);
      RouteIntake intake =
          engine.intake(engine.addSource(peer.source()), peer, new AcceptAll(), true, false);
      UpdateBatch batch = batch(teller);
      long start = System.nanoTime();
      intake.take(batch, _ -> {});
      long middle = System.nanoTime();
      engine.flush();
      taken += middle - start;
      told += System.nanoTime() - middle;
    }
    long octets = hearers.getFirst().octets;
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
      long[] path = new long[teller + 1];
      Arrays.fill(path, 65_000L + teller);
      byte[] bytes =
          CanonicalForm.of(
              PathAttributes.of(
                  new Origin(Origin.Source.IGP),
                  AsPath.of(path),
                  NextHop.of(IpAddress.parse("192.0.2." + (100 + teller))),
                  new MultiExitDisc(i)));
      byte[] to = batch.attributesFor(bytes.length);
      int start = batch.attributesEnd();
      System.arraycopy(bytes, 0, to, start, bytes.length);
      batch.keepAttributes(bytes.length);
      int from = batch.prefixCount();
      for (int j = i; j < i + SHARED; j++) {
        batch.prefix((10L << 24) + ((long) j << 4), 0, 28, false);
      }
      batch.announce(Family.IPV4_UNICAST, from, start, bytes.length);
    }
    return batch;
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

  private static Hearer hearer(RouteEngine engine, int number) {
    return new Hearer(engine.addSource(neighbour(150 + number).source()));
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
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
