// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.rib.Source;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Octets;
import dev.brindle.bird.wire.PeerKind;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Random;

/// Prints how long the steps from the wire to a block and back take, and what blocks cost. Not a
/// test: run `main`, with `-Xmx1g`.
final class BlockSpeed {

  private static final int DISTINCT = 1_250_000;
  private static final int ROUNDS = 8;
  private static final int MIXED = 50_000;

  private final PrintStream out;
  private final byte[] to = new byte[8_192];
  private long sink;

  private BlockSpeed(PrintStream out) {
    this.out = out;
  }

  public static void main(String[] arguments) {
    BlockSpeed speed = new BlockSpeed(System.out);
    speed.small();
    speed.mixed();
    speed.large();
  }

  /// A full table's worth of different sets of 70 octets.
  private void large() {
    byte[] region = region(0);
    for (int round = 0; round < 3; round++) {
      AttributeBlocks blocks = new AttributeBlocks(round);
      System.gc();
      long before = used();
      long start = System.nanoTime();
      for (int i = 0; i < DISTINCT; i++) {
        intern(blocks, region, i);
      }
      print("intern, all new", start, DISTINCT);
      System.gc();
      out.printf(
          "%,d blocks of %d octets: %.1f MB by its own count, %.1f MB of heap%n",
          blocks.size(), blocks.length(0), blocks.bytes() / 1e6, (used() - before) / 1e6);
      start = System.nanoTime();
      for (int i = 0; i < DISTINCT; i++) {
        intern(blocks, region, i);
      }
      print("intern, all known, in order", start, DISTINCT);
      int[] order = new Random(1).ints(DISTINCT, 0, DISTINCT).toArray();
      start = System.nanoTime();
      for (int i : order) {
        intern(blocks, region, i);
      }
      print("intern, all known, at random", start, DISTINCT);
      start = System.nanoTime();
      for (int i : order) {
        sink += blocks.localPref(i) + blocks.asLength(i) + blocks.origin(i) + blocks.med(i);
      }
      print("four facts, at random", start, DISTINCT);
      start = System.nanoTime();
      for (int i = 0; i < DISTINCT; i++) {
        blocks.release(i);
      }
      print("release", start, DISTINCT);
    }
  }

  /// Canonical: a next hop, five AS numbers and seven communities.
  private static byte[] region(int number) {
    byte[] canonical = new byte[70];
    int at = AttributeWalk.header(canonical, 0, 0, Code.NEXT_HOP_FIRST, 4);
    Words.put32(canonical, at, 0x0a000001);
    at = AttributeWalk.header(canonical, at + 4, 0x40, Code.ORIGIN, 1) + 1;
    at = AttributeWalk.header(canonical, at, 0x40, Code.AS_PATH, 2 + 5 * 4);
    canonical[at] = AsSegment.SEQUENCE;
    canonical[at + 1] = 5;
    for (int i = 0; i < 5; i++) {
      Words.put32(canonical, at + 2 + 4 * i, 64_512 + i);
    }
    at = AttributeWalk.header(canonical, at + 22, 0x40, Code.ATOMIC_AGGREGATE, 0);
    at = AttributeWalk.header(canonical, at, 0xc0, Code.COMMUNITIES, 28);
    Words.put32(canonical, at, number);
    return canonical;
  }

  private void intern(AttributeBlocks blocks, byte[] region, int number) {
    Words.put32(region, region.length - 28, number * 0x9e37_79b1);
    sink += blocks.intern(region, 0, region.length);
  }

  /// One feeder's attributes again and again.
  private void small() {
    byte[] wire = new byte[63];
    System.arraycopy(region(1), 7, wire, 0, 63);
    byte[] update = new byte[70];
    System.arraycopy(wire, 0, update, 0, 29);
    int at = AttributeWalk.header(update, 29, 0x40, Code.NEXT_HOP, 4);
    Words.put32(update, at, 0x0a000001);
    System.arraycopy(wire, 29, update, at + 4, 34);
    AttributeBlocks blocks = new AttributeBlocks(1);
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      for (int i = 0; i < 5_000_000; i++) {
        Words.put32(update, update.length - 4, i & 0xff);
        sink += CanonicalForm.scan(update, 0, update.length, true, true, to);
      }
      print("scan, 70 octets", start, 5_000_000);
      int length = CanonicalForm.scan(update, 0, update.length, true, true, to);
      start = System.nanoTime();
      for (int i = 0; i < 5_000_000; i++) {
        Words.put32(to, length - 4, i & 0xff);
        sink += blocks.intern(to, 0, length);
      }
      print("intern, 256 known", start, 5_000_000);
    }
  }

  /// Attributes of all kinds, in and out.
  private void mixed() {
    Random random = new Random(3);
    RandomRegions regions = new RandomRegions(random);
    byte[][] strange = new byte[MIXED][];
    byte[][] usual = new byte[MIXED][];
    for (int i = 0; i < MIXED; i++) {
      strange[i] = regions.good(PeerKind.EXTERNAL, Family.IPV4_UNICAST);
      usual[i] = usual(random);
    }
    ExportTerms terms =
        new ExportTerms(
            PeerKind.EXTERNAL,
            64_512,
            Octets.copyOf(IpAddress.parse("192.0.2.1").bytes()),
            Octets.EMPTY,
            false,
            0,
            true);
    IpAddress peer = IpAddress.parse("192.0.2.2");
    Source source = new Source(Source.Kind.EXTERNAL, "peer", peer, peer, false);
    for (int round = 0; round < 2 * ROUNDS; round++) {
      byte[][] wire = round % 2 == 0 ? usual : strange;
      AttributeBlocks blocks = new AttributeBlocks(round);
      Rewrite rewrite = new Rewrite(blocks, terms, Family.IPV4_UNICAST);
      int fast = 0;
      long octets = 0;
      long start = System.nanoTime();
      for (byte[] region : wire) {
        int length = CanonicalForm.scan(region, 0, region.length, true, true, to);
        fast += length == CanonicalForm.SLOW ? 0 : 1;
        octets += region.length;
      }
      print("scan, mixed, %d octets on average".formatted(octets / MIXED), start, MIXED);
      int[] numbers = new int[MIXED];
      long spent = 0;
      int kept = 0;
      for (byte[] region : wire) {
        int length = CanonicalForm.scan(region, 0, region.length, true, true, to);
        if (length != CanonicalForm.SLOW) {
          long begin = System.nanoTime();
          numbers[kept++] = blocks.intern(to, 0, length);
          spent += System.nanoTime() - begin;
        }
      }
      out.printf(
          "%-45s %7.1f ns, %d of %d fast%n",
          "intern, mixed, new", (double) spent / kept, fast, MIXED);
      start = System.nanoTime();
      for (int i = 0; i < kept; i++) {
        sink += rewrite.write(numbers[i], source, ExportWish.NONE, to);
      }
      print("rewrite, mixed, for an external peer", start, kept);
    }
  }

  /// As the tables of the internet have them, in order of code.
  private static byte[] usual(Random random) {
    byte[] region = new byte[256];
    int at = AttributeWalk.header(region, 0, 0x40, Code.ORIGIN, 1) + 1;
    int hops = 3 + random.nextInt(7);
    at = AttributeWalk.header(region, at, 0x40, Code.AS_PATH, 2 + 4 * hops);
    region[at] = AsSegment.SEQUENCE;
    region[at + 1] = (byte) hops;
    at = words(random, region, at + 2, hops);
    at = words(random, region, AttributeWalk.header(region, at, 0x40, Code.NEXT_HOP, 4), 1);
    if (random.nextInt(5) < 2) {
      int value = AttributeWalk.header(region, at, 0x80, Code.MULTI_EXIT_DISC, 4);
      at = words(random, region, value, 1);
    }
    if (random.nextInt(5) < 4) {
      int count = 1 + random.nextInt(11);
      int value = AttributeWalk.header(region, at, 0xc0, Code.COMMUNITIES, 4 * count);
      at = words(random, region, value, count);
    }
    if (random.nextInt(10) < 3) {
      int count = 1 + random.nextInt(3);
      int value = AttributeWalk.header(region, at, 0xc0, Code.LARGE_COMMUNITIES, 12 * count);
      at = words(random, region, value, 3 * count);
    }
    return Arrays.copyOf(region, at);
  }

  private static int words(Random random, byte[] region, int from, int count) {
    for (int i = 0; i < count; i++) {
      Words.put32(region, from + 4 * i, 1 + random.nextInt(1 << 30));
    }
    return from + 4 * count;
  }

  private static long used() {
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private void print(String what, long start, int count) {
    out.printf("%-45s %7.1f ns%n", what, (double) (System.nanoTime() - start) / count);
    if (sink == 42) {
      out.println();
    }
  }
}
