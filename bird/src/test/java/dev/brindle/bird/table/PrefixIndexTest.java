// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrefixIndexTest {

  private static final int STEPS = 200_000;

  private record Prefix(long high, long low, int length) {}

  /// Few prefixes, so that each comes and goes many times; regular ones, as in life.
  @ParameterizedTest(name = "{0}, seed {1}")
  @CsvSource({"4, 1", "4, 2", "6, 3", "6, 4"})
  void doesWhatAMapDoes(int family, long seed) {
    Random random = new Random(seed);
    PrefixIndex index = family == 4 ? PrefixIndex.ipv4(seed) : PrefixIndex.ipv6(seed);
    Map<Prefix, Integer> model = new HashMap<>();
    int most = 0;
    for (int step = 0; step < STEPS; step++) {
      Prefix prefix = family == 4 ? ipv4(random) : ipv6(random);
      Integer expected = model.getOrDefault(prefix, PrefixIndex.NONE);
      boolean grows = random.nextInt(100) < (step / 20_000 % 2 == 0 ? 70 : 20);
      assertThat(find(index, prefix)).isEqualTo(expected);
      if (grows) {
        int id = index.add(prefix.high(), prefix.low(), prefix.length());
        assertThat(model.getOrDefault(prefix, id)).isEqualTo(id);
        model.put(prefix, id);
      } else if (expected != PrefixIndex.NONE) {
        index.remove(expected);
        model.remove(prefix);
        assertThat(index.isUsed(expected)).isFalse();
      }
      most = Math.max(most, model.size());
      assertThat(index.size()).isEqualTo(model.size());
      if (step % 5_000 == 0) {
        assertSame(index, model);
      }
    }
    assertSame(index, model);
    assertThat(index.limit()).as("dense").isEqualTo(most);
  }

  private static void assertSame(PrefixIndex index, Map<Prefix, Integer> model) {
    Set<Integer> ids = new HashSet<>();
    model.forEach(
        (prefix, id) -> {
          assertThat(find(index, prefix)).isEqualTo(id);
          assertThat(new Prefix(index.high(id), index.low(id), index.length(id))).isEqualTo(prefix);
          assertThat(index.isUsed(id)).isTrue();
          assertThat(ids.add(id)).isTrue();
        });
    for (int id = 0; id < index.limit(); id++) {
      assertThat(index.isUsed(id)).isEqualTo(ids.contains(id));
    }
  }

  private static int find(PrefixIndex index, Prefix prefix) {
    return index.find(prefix.high(), prefix.low(), prefix.length());
  }

  private static Prefix ipv4(Random random) {
    int length = random.nextInt(33);
    long bits = ((long) random.nextInt(3) << 30) | (random.nextInt(64) << 8) | random.nextInt(4);
    return new Prefix(length == 0 ? 0 : bits & 0xffff_ffffL & (-1L << (32 - length)), 0, length);
  }

  private static Prefix ipv6(Random random) {
    int length = random.nextInt(129);
    long high = (0x2001_0db8L << 32) | (random.nextInt(64) << 16) | random.nextInt(2);
    long low = ((long) random.nextInt(4) << 62) | random.nextInt(16);
    return new Prefix(
        length == 0 ? 0 : length >= 64 ? high : high & (-1L << (64 - length)),
        length <= 64 ? 0 : length == 128 ? low : low & (-1L << (128 - length)),
        length);
  }

  @Test
  void theEndsOfTheSpaceAreDistinct() {
    PrefixIndex ipv4 = PrefixIndex.ipv4();
    assertThat(ipv4.add(0, 0, 0)).isZero();
    assertThat(ipv4.add(0, 0, 32)).isEqualTo(1);
    assertThat(ipv4.add(0xffff_ffffL, 0, 32)).isEqualTo(2);
    assertThat(ipv4.high(2)).isEqualTo(0xffff_ffffL);
    PrefixIndex ipv6 = PrefixIndex.ipv6();
    assertThat(ipv6.add(0, 0, 0)).isZero();
    assertThat(ipv6.add(0, 0, 128)).isEqualTo(1);
    assertThat(ipv6.add(-1, -1, 128)).isEqualTo(2);
    assertThat(ipv6.length(2)).isEqualTo(128);
    assertThat(ipv6.low(2)).isEqualTo(-1);
  }

  @Test
  void onlyWhatIsThereGoes() {
    PrefixIndex index = PrefixIndex.ipv4();
    int id = index.add(0x0a00_0000L, 0, 8);
    index.remove(id);
    for (int wrong : List.of(id, -1, 7)) {
      assertThatThrownBy(() -> index.remove(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("no prefix has the number " + wrong);
    }
  }

  @Test
  void aFullIndexRefusesAndGoesOn() {
    PrefixIndex index = new PrefixIndex(false, 0, 1_000);
    for (int i = 0; i < 1_000; i++) {
      index.add(i, 0, 32);
    }
    assertThatThrownBy(() -> index.add(1_000, 0, 32))
        .isInstanceOf(TableFullException.class)
        .hasMessage("no room for more than 1,000 prefixes");
    assertThat(index.size()).isEqualTo(1_000);
    assertThat(index.add(7, 0, 32)).as("one it has").isEqualTo(7);
    index.remove(7);
    assertThat(index.add(1_000, 0, 32)).isEqualTo(7);
  }

  /// Consecutive /24, /32 and /48 are what tables are made of: none may crowd into one place.
  @ParameterizedTest(name = "{0}/{1} by {2}, seed {3}")
  @CsvSource({"4, 24, 256, 0", "4, 32, 1, 9", "6, 48, 65536, 0", "6, 32, 4294967296, 7"})
  void regularPrefixesSpread(int family, int length, long stride, long seed) {
    PrefixKeys keys = new PrefixKeys(family == 6, seed);
    int slots = 1 << 20;
    int[] hits = new int[slots];
    int inUse = 0;
    for (int i = 0; i < slots; i++) {
      long high = family == 4 ? (i * stride) & 0xffff_ffffL : (0x2000L << 48) + i * stride;
      int slot = (int) keys.hash(high, 0, length) & (slots - 1);
      inUse += hits[slot]++ == 0 ? 1 : 0;
    }
    assertThat((double) inUse / slots).as("1 - 1/e by chance").isBetween(0.62, 0.645);
  }

  @Test
  void aMillionPrefixesAreSmallAndFast() {
    for (int round = 0; round < 2; round++) {
      measure(PrefixIndex.ipv4(round), "IPv4", 24);
    }
    for (int round = 0; round < 2; round++) {
      measure(PrefixIndex.ipv6(round), "IPv6", 34);
    }
  }

  private static void measure(PrefixIndex index, String family, int mostBytes) {
    int count = 300_000;
    int finds = 10_000_000;
    long[] highs =
        new Random(5)
            .longs(count)
            .map(high -> family.equals("IPv4") ? high >>> 40 << 8 : high)
            .toArray();
    long start = System.nanoTime();
    for (long high : highs) {
      index.add(high, 0, 24);
    }
    long inserted = System.nanoTime();
    int next = 1;
    long found = 0;
    for (int i = 0; i < finds; i++) {
      next = next * 1_664_525 + 1_013_904_223;
      int which = (int) (((next & 0xffff_ffffL) * count) >>> 32);
      found += index.find(highs[which], 0, 24) >= 0 ? 1 : 0;
    }
    long end = System.nanoTime();
    double bytes = (double) index.bytes() / index.size();
    System.out.printf(
        "PrefixIndex %s: %,d inserts %d ns each, %,d random finds %d ns each, %.1f B per prefix%n",
        family, count, (inserted - start) / count, finds, (end - inserted) / finds, bytes);
    assertThat(found).isEqualTo(finds);
    assertThat(bytes).isLessThan(mostBytes);
  }
}
