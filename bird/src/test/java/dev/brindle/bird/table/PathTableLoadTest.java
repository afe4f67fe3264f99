// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.rib.Source;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.PathAttribute.MultiExitDisc;
import dev.brindle.bird.wire.PathAttributes;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Ten full tables. Sizes are checked, times printed: they are the machine's.
class PathTableLoadTest {

  private static final int PREFIXES = 200_000;
  private static final int SOURCES = 10;
  private static final int SHARING = 8;
  private static final int BLOCKS_OF_EACH = PREFIXES / SHARING;
  private static final long MEGABYTE = 1_000_000;

  private final FlatBlocks blocks = new FlatBlocks(SOURCES * BLOCKS_OF_EACH, 1);

  private PrefixIndex prefixes = PrefixIndex.ipv4();
  private Sources sources = new Sources();
  private PathTable table = new PathTable(prefixes, blocks, sources);

  /// @param own each peer tells the prefixes in an order of its own, those of one attribute set
  ///     together, as life has it
  @ParameterizedTest(name = "side by side {0}, in an order of its own {1}")
  @CsvSource({"false, false", "true, false", "false, true", "true, true"})
  void tenFullTablesAreSmallAndFast(boolean sideBySide, boolean own) {
    long load = 0;
    long leave = 0;
    for (int round = 0; round < 2; round++) {
      start();
      int[][] orders = orders(own);
      long start = System.nanoTime();
      if (sideBySide) {
        loadSideBySide(orders);
      } else {
        loadOneByOne(orders);
      }
      load = System.nanoTime() - start;
      assertThat(table.paths()).isEqualTo(PREFIXES * SOURCES);
      long loaded = System.nanoTime();
      table.forEachOf(3, prefix -> table.remove(prefix, 3, 0));
      leave = System.nanoTime() - loaded;
      assertThat(table.paths()).isEqualTo(PREFIXES * (SOURCES - 1));
    }
    long bytes = table.bytes() + prefixes.bytes();
    System.out.printf(
        "PathTable, 10 x 1M, %s, %s order: put %d ns, %,d MB; one peer leaves in %d ms%n",
        sideBySide ? "side by side" : "one by one",
        own ? "own" : "same",
        load / (PREFIXES * SOURCES),
        bytes / MEGABYTE,
        leave / MEGABYTE);
    assertThat(bytes).isLessThan(PREFIXES * 160L);
  }

  private void start() {
    prefixes = PrefixIndex.ipv4();
    sources = new Sources();
    table = new PathTable(prefixes, blocks, sources);
    for (int i = 0; i < PREFIXES; i++) {
      prefixes.add(((long) i) << 8, 0, 24);
    }
    for (int i = 0; i < SOURCES; i++) {
      IpAddress address = IpAddress.ofIpv4(i + 1);
      sources.add(new Source(Source.Kind.EXTERNAL, "peer" + i, address, address, false));
    }
  }

  /// For each source the attribute sets in the order they come.
  private static int[][] orders(boolean own) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < BLOCKS_OF_EACH; i++) {
      order.add(i);
    }
    int[][] orders = new int[SOURCES][];
    for (int source = 0; source < SOURCES; source++) {
      if (own && source > 0) {
        Collections.shuffle(order, new Random(source));
      }
      orders[source] = order.stream().mapToInt(it -> it).toArray();
    }
    return orders;
  }

  private void loadOneByOne(int[][] orders) {
    for (int source = 0; source < SOURCES; source++) {
      for (int set : orders[source]) {
        tell(source, set);
      }
    }
  }

  private void loadSideBySide(int[][] orders) {
    for (int i = 0; i < BLOCKS_OF_EACH; i++) {
      for (int source = 0; source < SOURCES; source++) {
        tell(source, orders[source][i]);
      }
    }
  }

  private void tell(int source, int set) {
    for (int i = 0; i < SHARING; i++) {
      table.put(set * SHARING + i, source, 0, source * BLOCKS_OF_EACH + set, false);
    }
  }

  /// A default route from everybody: the time for one grows with their number, no more.
  @Test
  void aPrefixOfThousandsOfPathsStaysQuick() {
    int many = 5_000;
    FakeBlocks sets = new FakeBlocks();
    int[] numbers = new int[64];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] =
          sets.add(PathAttributes.of(AsPath.of(64_512 + i % 8), new MultiExitDisc(5 + i % 2)));
    }
    table = new PathTable(prefixes, sets, sources);
    int prefix = prefixes.add(0, 0, 0);
    long start = System.nanoTime();
    for (int i = 0; i < many; i++) {
      IpAddress address = IpAddress.ofIpv4(i * 7919L % many);
      int source =
          sources.add(new Source(Source.Kind.INTERNAL, "peer" + i, address, address, true));
      table.put(prefix, source, 0, numbers[i % numbers.length], false);
    }
    long put = System.nanoTime() - start;
    assertThat(table.count(prefix)).isEqualTo(many);
    start = System.nanoTime();
    for (int i = 0; i < many; i++) {
      table.remove(prefix, table.source(prefix, table.best(prefix)));
    }
    long removed = System.nanoTime() - start;
    System.out.printf(
        "PathTable, %,d paths of one prefix, with MEDs: put %,d us, the best removed %,d us%n",
        many, put / many / 1_000, removed / many / 1_000);
    assertThat(table.paths()).isZero();
  }

  /// What goes leaves nothing behind: after any coming and going the size is that of what is there.
  @Test
  void memoryFollowsWhatIsThere() {
    start();
    loadOneByOne(orders(true));
    long full = table.bytes();
    for (int source = 1; source < SOURCES; source++) {
      int gone = source;
      table.forEachOf(source, prefix -> table.remove(prefix, gone));
    }
    System.out.printf(
        "PathTable, one path of ten is left: %,d MB of %,d MB%n",
        table.bytes() / MEGABYTE, full / MEGABYTE);
    assertThat(table.bytes()).isLessThan(PREFIXES * 10L + 4 * MEGABYTE);
  }

  @Test
  void aLoadedTableChangesWithoutAllocating() {
    start();
    loadSideBySide(orders(false));
    churn();
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = thread.getCurrentThreadAllocatedBytes();
    long start = System.nanoTime();
    int changes = churn();
    long nanos = System.nanoTime() - start;
    long allocated = thread.getCurrentThreadAllocatedBytes() - before;
    System.out.printf("PathTable, loaded: %d ns for a change%n", nanos / changes);
    assertThat(allocated).as("bytes for %,d changes", changes).isLessThan(100_000);
  }

  /// Replaces, withdraws and returns paths, the best included.
  private int churn() {
    int[] slots = new int[16];
    int changes = 0;
    for (int prefix = 0; prefix < 200_000; prefix++) {
      int best = table.source(prefix, table.best(prefix));
      int block = table.block(prefix, table.best(prefix));
      table.put(prefix, best, 0, (block + 1) % BLOCKS_OF_EACH, false);
      table.remove(prefix, best, 0);
      table.put(prefix, best, 0, block, false);
      changes += table.equals(prefix, slots) > 0 ? 3 : 0;
    }
    return changes;
  }
}
