// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.rib.Choice.Rule;
import dev.brindle.bird.rib.Source;
import dev.brindle.bird.table.TableModel.Held;
import dev.brindle.bird.table.TableModel.Told;
import dev.brindle.bird.table.TableModel.View;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.AsPath.Segment;
import dev.brindle.bird.wire.AsPath.SegmentType;
import dev.brindle.bird.wire.Community;
import dev.brindle.bird.wire.PathAttribute;
import dev.brindle.bird.wire.PathAttribute.ClusterList;
import dev.brindle.bird.wire.PathAttribute.Communities;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttribute.MultiExitDisc;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttribute.OriginatorId;
import dev.brindle.bird.wire.PathAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whatever comes in whatever order, the table holds what plain maps would, and has chosen what
/// `BestPath` chooses from scratch; and what a change meant is what it was said to mean.
class PathTableModelTest {

  private static final int PREFIXES = 12;
  private static final int STEPS = 10_000;
  private static final int BLOCKS = 120;
  private static final int[] PATH_IDS = {0, 0, 0, 0, 1, 511, 512, 70_000, -1, Integer.MIN_VALUE};

  private final PrefixIndex prefixes = PrefixIndex.ipv4();
  private final FakeBlocks blocks = new FakeBlocks();
  private final Sources sources = new Sources();
  private final PathTable table = new PathTable(prefixes, blocks, sources);
  private TableModel model = new TableModel(blocks, sources, PREFIXES);

  @ParameterizedTest(name = "seed {0}: {1} sources, {2} MEDs, {3} identifiers, add-path {4}")
  @CsvSource({
    "1, 6, 3, 3, false",
    "2, 12, 1, 12, false",
    "3, 30, 4, 5, false",
    "4, 4, 3, 4, true",
    "5, 12, 2, 2, true",
    "6, 60, 3, 60, false",
    "7, 60, 1, 1, true",
    "8, 3, 2, 1, true",
    "9, 40, 12, 40, true"
  })
  void choosesWhatBestPathChooses(
      long seed, int sourceCount, int meds, int identifiers, boolean addPath) {
    change(seed, sourceCount, meds, identifiers, addPath);
  }

  /// RFC 5004: the same, but of equal external paths the best so far stays. One path of each peer:
  /// of several that go at once the model does not know which goes first.
  @ParameterizedTest(name = "seed {0}: {1} sources, {2} MEDs, {3} identifiers")
  @CsvSource({"1, 6, 1, 3", "2, 12, 1, 12", "3, 30, 4, 5", "4, 4, 3, 4", "5, 40, 12, 40"})
  void mayPreferWhatItChoseBefore(long seed, int sourceCount, int meds, int identifiers) {
    model = new TableModel(blocks, sources, PREFIXES, true);
    table.preferOlder(true);
    change(seed, sourceCount, meds, identifiers, false);
  }

  private void change(long seed, int sourceCount, int meds, int identifiers, boolean addPath) {
    Random random = new Random(seed);
    fill(random, sourceCount, meds, identifiers);
    for (int step = 0; step < STEPS; step++) {
      int prefix = random.nextInt(PREFIXES);
      int pathId = addPath ? PATH_IDS[random.nextInt(PATH_IDS.length)] : 0;
      TableModel.Key key = new TableModel.Key(random.nextInt(sourceCount), pathId);
      // in waves: prefixes fill up and empty again
      boolean puts = random.nextInt(100) < (step / 1_000 % 2 == 0 ? 75 : 30);
      step("seed %d, step %d, prefix %d".formatted(seed, step, prefix), random, prefix, key, puts);
      if (step % 400 == 0) {
        restart(random.nextInt(sourceCount), random);
        assertAllSame(sourceCount);
      }
    }
    leaveAll(sourceCount);
  }

  private void step(String what, Random random, int prefix, TableModel.Key key, boolean puts) {
    View before = model.view(prefix);
    Optional<Held> old = Optional.ofNullable(model.paths(prefix).get(key));
    int change = puts ? tell(random, prefix, key) : remove(prefix, key);
    View after = model.view(prefix);
    assertThat(view(prefix)).as(what).isEqualTo(after);
    Optional<Held> now = Optional.ofNullable(model.paths(prefix).get(key));
    assertThat(change == Change.NONE).as(what).isEqualTo(old.equals(now));
    assertThat(change == Change.BEST).as(what).isEqualTo(!before.best().equals(after.best()));
    if (change < Change.EQUALS) {
      assertThat(after.equals()).as(what).isEqualTo(before.equals());
    }
    boolean isOnlyElevation = old.map(Held::block).equals(now.map(Held::block));
    if (change == Change.EQUALS && !isOnlyElevation && before.equals().size() < 16) {
      assertThat(after.equals()).as(what).isNotEqualTo(before.equals());
    }
  }

  private int tell(Random random, int prefix, TableModel.Key key) {
    boolean isThere = model.paths(prefix).containsKey(key);
    return isThere && random.nextInt(4) == 0
        ? restate(random, prefix, key)
        : put(random, prefix, key);
  }

  private int restate(Random random, int prefix, TableModel.Key key) {
    Held old = Objects.requireNonNull(model.paths(prefix).get(key));
    int block = random.nextInt(BLOCKS);
    model.paths(prefix).put(key, new Held(block, old.elevated(), old.stale()));
    int slot = table.slotOf(prefix, key.source(), key.pathId());
    return table.restate(prefix, slot, block, old.elevated());
  }

  private int put(Random random, int prefix, TableModel.Key key) {
    Held old = model.paths(prefix).get(key);
    int block = old != null && random.nextInt(3) == 0 ? old.block() : random.nextInt(BLOCKS);
    boolean elevated = random.nextInt(40) == 0;
    model.paths(prefix).put(key, new Held(block, elevated, false));
    return table.put(prefix, key.source(), key.pathId(), block, elevated);
  }

  private int remove(int prefix, TableModel.Key key) {
    model.paths(prefix).remove(key);
    return table.remove(prefix, key.source(), key.pathId());
  }

  /// The peer is gone and back, tells some of it again, and what it does not tell is swept.
  private void restart(int source, Random random) {
    model.markStale(source);
    assertThat(table.markStale(source)).isEqualTo(table.pathsOf(source));
    for (int prefix = 0; prefix < PREFIXES; prefix++) {
      assertThat(view(prefix)).as("all stay in use").isEqualTo(model.view(prefix));
      for (TableModel.Key key : List.copyOf(model.paths(prefix).keySet())) {
        if (key.source() == source && random.nextBoolean()) {
          tell(random, prefix, key);
          model.view(prefix);
        }
      }
    }
    assertThat(table.staleOf(source)).isEqualTo(model.staleOf(source));
    Set<Integer> gone = new TreeSet<>();
    table.sweepStale(source, gone::add);
    assertThat(gone).isEqualTo(model.sweep());
    assertThat(table.staleOf(source)).isZero();
  }

  private void assertAllSame(int sourceCount) {
    int paths = 0;
    for (int prefix = 0; prefix < PREFIXES; prefix++) {
      int number = prefix;
      assertThat(view(prefix)).isEqualTo(model.view(prefix));
      assertThat(table.count(prefix)).isEqualTo(model.paths(prefix).size());
      model
          .paths(prefix)
          .forEach(
              (key, held) -> {
                int slot = table.slotOf(number, key.source(), key.pathId());
                assertThat(table.block(number, slot)).isEqualTo(held.block());
                assertThat(table.isElevated(number, slot)).isEqualTo(held.elevated());
                assertThat(table.isStale(number, slot)).isEqualTo(held.stale());
              });
      paths += model.paths(prefix).size();
    }
    assertThat(table.paths()).isEqualTo(paths);
    for (int source = 0; source < sourceCount; source++) {
      assertThat(table.pathsOf(source)).isEqualTo(model.pathsOf(source));
      assertThat(sources.pathsOf(source)).isEqualTo(model.pathsOf(source));
    }
    for (int block = 0; block < BLOCKS; block++) {
      assertThat(blocks.references(block)).isEqualTo(model.references(block));
    }
  }

  private void leaveAll(int sourceCount) {
    for (int source = 0; source < sourceCount; source++) {
      int gone = source;
      table.forEachOf(source, prefix -> table.remove(prefix, gone));
      sources.remove(source);
    }
    assertThat(table.paths()).isZero();
    assertThat(IntStream.range(0, BLOCKS).map(blocks::references)).containsOnly(0);
  }

  private View view(int prefix) {
    int[] slots = new int[16];
    int count = table.equals(prefix, slots);
    int best = table.best(prefix);
    return new View(
        best == PathTable.NONE ? Optional.empty() : Optional.of(told(prefix, best)),
        IntStream.range(0, count).mapToObj(i -> told(prefix, slots[i])).toList(),
        best == PathTable.NONE ? Rule.ONLY_PATH : table.decidedBy(prefix));
  }

  private Told told(int prefix, int slot) {
    return new Told(
        table.source(prefix, slot), table.pathId(prefix, slot), table.block(prefix, slot));
  }

  private void fill(Random random, int sourceCount, int meds, int identifiers) {
    for (int i = 0; i < PREFIXES; i++) {
      prefixes.add(i, 0, 32);
    }
    for (int i = 0; i < sourceCount; i++) {
      // in order of addresses, as the model wants it; three sessions to one address
      IpAddress address = IpAddress.ofIpv4(0x7fff_fff0L + i - i % 3);
      IpAddress identifier = IpAddress.ofIpv4(0x7fff_fffeL + random.nextInt(identifiers));
      Source.Kind kind = random.nextInt(3) == 0 ? Source.Kind.INTERNAL : Source.Kind.EXTERNAL;
      sources.add(
          new Source(
              i == 0 ? Source.Kind.LOCAL : kind,
              "peer%03d".formatted(i),
              address,
              identifier,
              false));
    }
    for (int i = 0; i < BLOCKS; i++) {
      blocks.add(attributes(random, meds));
    }
  }

  /// Mostly as good as each other, so that late rules decide.
  private static PathAttributes attributes(Random random, int meds) {
    List<PathAttribute> list = new ArrayList<>();
    list.add(asPath(random, random.nextInt(3) == 0 ? 4_200_000_000L : 5 + random.nextInt(2)));
    list.add(new Origin(random.nextInt(8) == 0 ? Origin.Source.INCOMPLETE : Origin.Source.IGP));
    if (random.nextInt(4) == 0) {
      list.add(new Communities(List.of(Community.LLGR_STALE)));
    }
    if (random.nextInt(4) == 0) {
      list.add(new LocalPref(random.nextInt(9) == 0 ? 0xffff_ffffL : 99 + random.nextInt(3)));
    }
    int med = random.nextInt(meds);
    if (med > 0) {
      list.add(new MultiExitDisc(med == 1 ? 0xffff_ffffL : med));
    }
    if (random.nextInt(5) == 0) {
      list.add(new OriginatorId(IpAddress.ofIpv4(0x7fff_fffeL + random.nextInt(3))));
      list.add(new ClusterList(Collections.nCopies(1 + random.nextInt(3), IpAddress.ofIpv4(1))));
    }
    return PathAttributes.of(list);
  }

  private static AsPath asPath(Random random, long neighbour) {
    return switch (random.nextInt(12)) {
      case 0 -> AsPath.EMPTY;
      case 1 -> {
        List<Segment> segments = new ArrayList<>();
        segments.add(
            new Segment(
                SegmentType.CONFED_SEQUENCE, AsPath.of(1, 2).segments().getFirst().numbers()));
        segments.addAll(AsPath.of(neighbour, 7).segments());
        yield new AsPath(segments);
      }
      case 2 -> AsPath.of(neighbour, 7, 8);
      default -> AsPath.of(neighbour, 9);
    };
  }
}
