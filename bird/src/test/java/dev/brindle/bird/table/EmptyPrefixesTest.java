// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.rib.Source;
import dev.brindle.bird.wire.PathAttributes;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EmptyPrefixesTest {

  private final PrefixIndex index = PrefixIndex.ipv4();
  private final FakeBlocks blocks = new FakeBlocks();
  private final Sources sources = new Sources();
  private final PathTable paths = new PathTable(index, blocks, sources);
  private final Set<Integer> needed = new HashSet<>();
  private final EmptyPrefixes empty = new EmptyPrefixes(index, paths, needed::contains);

  private int prefix(int number) {
    return index.add((10L << 24) + ((long) number << 8), 0, 24);
  }

  @Test
  void givesBackTheNumber() {
    int prefix = prefix(1);
    empty.add(prefix);

    empty.reclaim();

    assertThat(index.isUsed(prefix)).isFalse();
    assertThat(empty.size()).isZero();
  }

  @Test
  void waitsWhileAnybodySpeaksOfIt() {
    int told = prefix(1);
    int other = prefix(2);
    needed.add(told);
    empty.add(told);
    empty.add(other);

    empty.reclaim();
    assertThat(index.isUsed(told)).isTrue();
    assertThat(index.isUsed(other)).isFalse();
    assertThat(empty.size()).isEqualTo(1);

    needed.clear();
    empty.reclaim();
    assertThat(index.isUsed(told)).isFalse();
  }

  @Test
  void onePathAgainKeepsIt() {
    int prefix = prefix(1);
    empty.add(prefix);
    IpAddress address = IpAddress.ofIpv4(1);
    int source = sources.add(new Source(Source.Kind.EXTERNAL, "peer", address, address, false));
    paths.put(prefix, source, 0, blocks.add(PathAttributes.NONE), false);

    empty.reclaim();

    assertThat(index.isUsed(prefix)).isTrue();
    assertThat(empty.size()).isZero();
  }

  /// It waits twice, and is given back once.
  @Test
  void whatIsGivenBackAlreadyIsNoMore() {
    int prefix = prefix(1);
    empty.add(prefix);
    index.remove(prefix);

    empty.reclaim();

    assertThat(empty.size()).isZero();
  }

  /// So that those who wait for their turn do not wait long.
  @Test
  void doesNotDoItAllAtOnce() {
    for (int i = 0; i < 25_000; i++) {
      empty.add(prefix(i));
    }

    empty.reclaim();
    assertThat(index.size()).isEqualTo(15_000);
    empty.reclaim();
    empty.reclaim();
    assertThat(index.size()).isZero();
  }
}
