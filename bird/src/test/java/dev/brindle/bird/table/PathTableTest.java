// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.rib.Choice.Rule;
import dev.brindle.bird.rib.Source;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttribute.MultiExitDisc;
import dev.brindle.bird.wire.PathAttributes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PathTableTest {

  private final PrefixIndex prefixes = PrefixIndex.ipv4();
  private final FakeBlocks blocks = new FakeBlocks();
  private final Sources sources = new Sources();
  private final PathTable table = new PathTable(prefixes, blocks, sources);
  private final int prefix = prefixes.add(0x0a00_0000L, 0, 8);
  private final int one = source(1);
  private final int two = source(2);
  private final int three = source(3);
  private final int ordinary = block(100, 0, 5);
  private final int same = block(100, 0, 6);
  private final int worse = block(50, 0, 5);
  private final int better = block(200, 0, 5);

  @Test
  void saysWhatAChangeMeans() {
    assertThat(put(two, ordinary)).as("the first").isEqualTo(Change.BEST);
    assertThat(put(two, ordinary)).as("again").isEqualTo(Change.NONE);
    assertThat(put(two, same)).as("other attributes").isEqualTo(Change.BEST);
    assertThat(put(three, worse)).as("one not used").isEqualTo(Change.PATHS);
    assertThat(put(three, same)).as("one as good").isEqualTo(Change.EQUALS);
    assertThat(put(three, ordinary)).as("one as good, differently").isEqualTo(Change.EQUALS);
    assertThat(put(one, ordinary)).as("a lower identifier").isEqualTo(Change.BEST);
    assertThat(put(three, better)).as("a better one").isEqualTo(Change.BEST);
    assertThat(put(one, worse)).as("another gets worse").isEqualTo(Change.PATHS);
    assertThat(put(three, worse)).as("the best gets worse").isEqualTo(Change.BEST);
    assertThat(table.source(prefix, table.best(prefix))).isEqualTo(two);
    assertThat(remove(one)).as("one not used goes").isEqualTo(Change.PATHS);
    assertThat(remove(one)).as("it went before").isEqualTo(Change.NONE);
    assertThat(remove(two)).as("the best goes").isEqualTo(Change.BEST);
    assertThat(remove(three)).as("the last goes").isEqualTo(Change.BEST);
    assertThat(table.best(prefix)).isEqualTo(PathTable.NONE);
    assertThat(table.paths()).isZero();
    assertNothingIsHeld();
  }

  @Test
  void medOfAThirdPathTurnsTheOrderOfTwo() {
    put(one, block(100, 9, 5));
    put(two, block(100, 0, 6));
    assertThat(best()).isEqualTo(one);
    assertThat(put(three, block(100, 3, 5))).as("rules out the first").isEqualTo(Change.BEST);
    assertThat(best()).isEqualTo(two);
    assertThat(table.decidedBy(prefix)).isEqualTo(Rule.IDENTIFIER);
    assertThat(equals()).containsExactly(two, three);
    assertThat(remove(three)).isEqualTo(Change.BEST);
    assertThat(best()).isEqualTo(one);
  }

  @Test
  void anElevatedPathComesFirst() {
    put(one, better);
    assertThat(table.put(prefix, two, 0, worse, true)).isEqualTo(Change.BEST);
    assertThat(table.isElevated(prefix, table.best(prefix))).isTrue();
    assertThat(table.decidedBy(prefix)).isEqualTo(Rule.PREFERENCE);
    int own = sources.add(Source.local(IpAddress.ofIpv4(9)));
    assertThat(put(own, ordinary)).as("ours is as high").isEqualTo(Change.BEST);
    assertThat(put(two, worse)).as("no longer elevated").isEqualTo(Change.PATHS);
  }

  @Test
  void aStalePathStaysInUseUntilSwept() {
    int other = prefixes.add(0x0b00_0000L, 0, 8);
    put(one, ordinary);
    put(two, ordinary);
    table.put(other, one, 0, ordinary, false);
    assertThat(table.markStale(one)).isEqualTo(2);
    assertThat(best()).isEqualTo(one);
    assertThat(table.isStale(prefix, table.best(prefix))).isTrue();

    assertThat(put(one, ordinary)).as("confirmed").isEqualTo(Change.NONE);
    assertThat(table.isStale(prefix, table.best(prefix))).isFalse();
    assertThat(table.staleOf(one)).isEqualTo(1);

    assertThat(swept(one)).containsExactly(other);
    assertThat(table.count(other)).isZero();
    assertThat(table.pathsOf(one)).isEqualTo(1);
    assertThat(table.staleOf(one)).isZero();
    assertThat(swept(one)).isEmpty();
  }

  @Test
  void aRestatedPathStaysStale() {
    put(one, ordinary);
    put(two, same);
    table.markStale(one);
    int slot = table.slotOf(prefix, one, 0);
    assertThat(table.restate(prefix, slot, ordinary, false)).isEqualTo(Change.NONE);
    assertThat(table.restate(prefix, slot, worse, false)).isEqualTo(Change.BEST);
    assertThat(best()).isEqualTo(two);
    assertThat(table.isStale(prefix, slot)).isTrue();
    assertThat(blocks.references(ordinary)).isZero();
    assertThat(swept(one)).containsExactly(prefix);
    assertThat(table.restate(prefix, 0, better, false)).as("fresh").isEqualTo(Change.BEST);
    assertThat(table.staleOf(two)).isZero();
  }

  @Test
  void addPathKeepsSeveralPathsOfOneSource() {
    int[] ids = {7, 0, -1, 511, 512, 1 << 20};
    for (int id : ids) {
      table.put(prefix, one, id, ordinary, false);
    }
    assertThat(table.count(prefix)).isEqualTo(ids.length);
    assertThat(table.pathsOf(one)).isEqualTo(ids.length);
    for (int id : ids) {
      assertThat(table.pathId(prefix, table.slotOf(prefix, one, id))).isEqualTo(id);
    }
    assertThat(table.pathId(prefix, table.best(prefix))).isZero();
    assertThat(table.decidedBy(prefix)).isEqualTo(Rule.PATH_ID);
    assertThat(table.remove(prefix, one, 512)).isEqualTo(Change.EQUALS);
    assertThat(table.slotOf(prefix, one, 512)).isEqualTo(PathTable.NONE);
    assertThat(table.slotOf(prefix, one, 1 << 20)).isNotEqualTo(PathTable.NONE);
    assertThat(table.remove(prefix, one)).isEqualTo(Change.BEST);
    assertThat(table.paths()).isZero();
    assertNothingIsHeld();
  }

  @Test
  void tooManyLargePathIdsAreRefusedAndChangeNothing() {
    for (int i = 0; i < 512; i++) {
      table.put(prefix, one, 100_000 + i, ordinary, false);
    }
    assertThatThrownBy(() -> table.put(prefix, one, 5_000_000, ordinary, false))
        .isInstanceOf(TableFullException.class)
        .hasMessage(
            "no room for more than 512 paths of one peer to one prefix with path identifiers above"
                + " 511");
    assertThat(table.paths()).isEqualTo(512);
    assertThat(blocks.references(ordinary)).isEqualTo(512);
    table.put(prefix, one, 5, ordinary, false);
    table.put(prefix, two, 5_000_000, ordinary, false);
    assertThat(table.pathId(prefix, table.slotOf(prefix, two, 5_000_000))).isEqualTo(5_000_000);
  }

  @Test
  void walksInPartsAndAllowsRemoval() {
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < 5_000; i += 7) {
      int each = prefixes.add(0x0c00_0000L + i, 0, 32);
      all.add(each);
      table.put(each, two, 0, ordinary, false);
    }
    put(one, ordinary);
    List<Integer> seen = new ArrayList<>();
    int from = 0;
    while (from != PathTable.NONE) {
      from =
          table.forEachOf(
              two,
              from,
              100,
              each -> {
                seen.add(each);
                table.remove(each, two);
              });
    }
    assertThat(seen).isEqualTo(all);
    assertThat(table.pathsOf(two)).isZero();
    assertThat(table.paths()).isEqualTo(1);
    sources.remove(two);
    assertThatThrownBy(() -> sources.remove(one))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("still 1 path");
  }

  @Test
  void aSourceThatComesBackAsAnotherIsDecidedAnew() {
    put(one, ordinary);
    put(two, ordinary);
    assertThat(best()).isEqualTo(one);
    sources.set(one, peer(9));
    List<Integer> changed = new ArrayList<>();
    table.reconsider(one, changed::add);
    assertThat(changed).containsExactly(prefix);
    assertThat(best()).isEqualTo(two);
  }

  @Test
  void aPrefixWithoutPathsIsEmpty() {
    put(one, ordinary);
    remove(one);
    for (int empty : new int[] {prefix, 1_000_000}) {
      assertThat(table.count(empty)).isZero();
      assertThat(table.best(empty)).isEqualTo(PathTable.NONE);
      assertThat(table.equals(empty, new int[16])).isZero();
      assertThat(table.decidedBy(empty)).isEqualTo(Rule.ONLY_PATH);
      assertThat(table.slotOf(empty, one, 0)).isEqualTo(PathTable.NONE);
      assertThat(table.remove(empty, one)).isEqualTo(Change.NONE);
      assertThatThrownBy(() -> table.block(empty, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void writesNoMoreEqualsThanThereIsRoomFor() {
    for (int source : new int[] {three, one, two}) {
      put(source, ordinary);
    }
    int[] slots = new int[2];
    assertThat(table.equals(prefix, slots)).isEqualTo(2);
    assertThat(table.source(prefix, slots[0])).isEqualTo(one);
    assertThat(table.source(prefix, slots[1])).isEqualTo(two);
    assertThat(table.equals(prefix, new int[0])).isZero();
  }

  @Test
  void refusesNumbersThatMeanNothing() {
    int gone = prefixes.add(1, 0, 32);
    prefixes.remove(gone);
    assertThatThrownBy(() -> table.put(gone, one, 0, ordinary, false))
        .hasMessage("no prefix has the number " + gone);
    assertThatThrownBy(() -> table.put(prefix, 77, 0, ordinary, false))
        .hasMessage("no source has the number 77");
    assertThatThrownBy(() -> table.put(prefix, one, 0, -1, false))
        .hasMessage("no attribute set has the number -1");
    assertThatThrownBy(() -> table.put(prefix, one, 0, 1 << 30, false))
        .isInstanceOf(TableFullException.class)
        .hasMessage("no room for more than 1,073,741,824 attribute sets");
    assertThat(table.paths()).isZero();
  }

  @Test
  void aPrefixHasRoomForThousandsOfPathsAndNoMore() {
    for (int id = 0; id < 32_767; id++) {
      table.put(prefix, source(1_000 + id), 0, ordinary, false);
    }
    int last = source(99_999);
    assertThatThrownBy(() -> table.put(prefix, last, 0, ordinary, false))
        .isInstanceOf(TableFullException.class)
        .hasMessage("no room for more than 32,767 paths to a prefix");
    assertThat(table.paths()).isEqualTo(32_767);
    assertThat(blocks.references(ordinary)).isEqualTo(32_767);
    assertThat(sources.get(best())).isEqualTo(peer(1_000));
    for (int id = sources.limit() - 1; id >= 0; id--) {
      table.remove(prefix, id);
    }
    assertThat(table.paths()).isZero();
    assertNothingIsHeld();
  }

  private int put(int source, int block) {
    return table.put(prefix, source, 0, block, false);
  }

  private int remove(int source) {
    return table.remove(prefix, source, 0);
  }

  private int best() {
    return table.source(prefix, table.best(prefix));
  }

  private List<Integer> equals() {
    int[] slots = new int[16];
    List<Integer> found = new ArrayList<>();
    int count = table.equals(prefix, slots);
    for (int i = 0; i < count; i++) {
      found.add(table.source(prefix, slots[i]));
    }
    return found;
  }

  private List<Integer> swept(int source) {
    List<Integer> gone = new ArrayList<>();
    table.sweepStale(source, gone::add);
    return gone;
  }

  private void assertNothingIsHeld() {
    for (int block = 0; block < blocks.size(); block++) {
      assertThat(blocks.references(block)).isZero();
    }
  }

  private int source(int address) {
    return sources.add(peer(address));
  }

  private static Source peer(int address) {
    IpAddress ip = IpAddress.ofIpv4(address);
    return new Source(Source.Kind.EXTERNAL, "peer" + address, ip, ip, false);
  }

  private int block(long localPref, long med, long neighbour) {
    return blocks.add(
        PathAttributes.of(AsPath.of(neighbour), new LocalPref(localPref), new MultiExitDisc(med)));
  }
}
