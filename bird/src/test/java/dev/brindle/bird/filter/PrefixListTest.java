// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrefixListTest {

  @ParameterizedTest(name = "{0} in {1} {2}-{3}: {4}")
  @CsvSource({
    "10.0.0.0/8,      10.0.0.0/8,     8,  8,   true",
    "10.0.0.0/9,      10.0.0.0/8,     8,  8,   false",
    "10.1.0.0/16,     10.0.0.0/8,     16, 24,  true",
    "10.1.2.0/24,     10.0.0.0/8,     16, 24,  true",
    "10.1.2.0/25,     10.0.0.0/8,     16, 24,  false",
    "10.0.0.0/8,      10.0.0.0/8,     16, 24,  false",
    "11.0.0.0/16,     10.0.0.0/8,     16, 24,  false",
    "0.0.0.0/0,       10.0.0.0/8,     8,  32,  false",
    "10.0.0.1/32,     0.0.0.0/0,      0,  32,  true",
    "0.0.0.0/0,       0.0.0.0/0,      0,  0,   true",
    "2001:db8::/48,   2001:db8::/32,  33, 48,  true",
    "2001:db8::1/128, ::/0,           0,  128, true",
    "::/0,            0.0.0.0/0,      0,  32,  false",
    "a00::/8,         10.0.0.0/8,     8,  32,  false"
  })
  void oneRange(Cidr prefix, Cidr inside, int min, int max, boolean expected) {
    PrefixRange range = new PrefixRange(inside, min, max);

    assertThat(PrefixList.of(range).contains(prefix)).isEqualTo(expected);
    assertThat(range.contains(prefix)).isEqualTo(expected);
  }

  @Test
  void manyRangesOfOnePrefixAddUp() {
    Cidr ten = Cidr.parse("10.0.0.0/8");
    PrefixList list = PrefixList.of(new PrefixRange(ten, 8, 8), new PrefixRange(ten, 24, 24));

    assertThat(list.contains(ten)).isTrue();
    assertThat(list.contains(Cidr.parse("10.0.0.0/16"))).isFalse();
    assertThat(list.contains(Cidr.parse("10.9.9.0/24"))).isTrue();
  }

  @Test
  void nothingIsInAnEmptyList() {
    assertThat(PrefixList.of().contains(Cidr.parse("0.0.0.0/0"))).isFalse();
  }

  @ParameterizedTest(name = "{0} {1}-{2}")
  @CsvSource({"10.0.0.0/8, 7, 9", "10.0.0.0/8, 24, 16", "10.0.0.0/8, 8, 33", "::/0, 0, 129"})
  void refusesLengthsThatNoPrefixInsideHas(Cidr inside, int min, int max) {
    assertThatThrownBy(() -> new PrefixRange(inside, min, max))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lengths %d-%d".formatted(min, max));
  }

  /// Few address bits vary, so that ranges lie in each other, side by side and on top.
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void saysWhatLookingAtEachRangeSays(long seed) {
    Random random = new Random(seed);
    List<PrefixRange> ranges = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      Cidr inside = prefix(random);
      int bits = inside.family().bits();
      int min = inside.length() + random.nextInt(bits - inside.length() + 1);
      ranges.add(new PrefixRange(inside, min, min + random.nextInt(Math.min(4, bits - min + 1))));
    }
    PrefixList list = PrefixList.of(ranges);
    int hits = 0;
    for (int i = 0; i < 20_000; i++) {
      Cidr prefix = prefix(random);
      boolean naive = ranges.stream().anyMatch(range -> range.contains(prefix));
      assertThat(list.contains(prefix)).as("seed %d, %s", seed, prefix).isEqualTo(naive);
      hits += naive ? 1 : 0;
    }
    assertThat(hits).isBetween(100, 19_900);
  }

  private static Cidr prefix(Random random) {
    if (random.nextBoolean()) {
      long bits = 0x0a000000L | (random.nextLong() & 0x0003_1fc0L);
      return new Cidr(IpAddress.ofIpv4(bits), random.nextInt(6, 33));
    }
    long high = 0x2001_0db8_0000_0000L | (random.nextLong() & 0x0000_0000_0003_0003L);
    long low = random.nextLong() & 0x8000_0000_0000_0003L;
    return new Cidr(IpAddress.ofIpv6(high, low), random.nextInt(28, 129));
  }
}
