// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rpki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.RpkiState;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.AsPath.Segment;
import dev.brindle.bird.wire.AsPath.SegmentType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VrpTableTest {

  private static final AsNumber OURS = new AsNumber(64512);

  private final VrpTable table = new VrpTable(OURS, 7);

  /// `10.0.0.0/8-16 AS 1`, several with commas between.
  private static List<Vrp> vrps(@Nullable String text) {
    return text == null
        ? List.of()
        : Arrays.stream(text.split(",", -1)).map(it -> vrp(it.strip())).toList();
  }

  static Vrp vrp(String text) {
    String[] words = text.split(" ", -1);
    String[] prefix = words[0].split("-", -1);
    Cidr cidr = Cidr.parse(prefix[0]);
    int maxLength = prefix.length > 1 ? Integer.parseInt(prefix[1]) : cidr.length();
    return new Vrp(cidr, maxLength, new AsNumber(Long.parseLong(words[1])));
  }

  private VrpChanges change(boolean isAnnounced, Collection<Vrp> vrps) {
    VrpBatch batch = new VrpBatch();
    vrps.forEach(vrp -> batch.add(isAnnounced, vrp));
    return take(batch);
  }

  private VrpChanges take(VrpBatch batch) {
    VrpChanges changes = new VrpChanges();
    for (int i = 0; i < batch.size(); i++) {
      table.take(batch, i, changes);
    }
    return changes;
  }

  private VrpChanges replace(Collection<Vrp> vrps, int atOnce) {
    VrpBatch batch = new VrpBatch();
    vrps.forEach(vrp -> batch.add(true, vrp));
    table.beginReplacement();
    VrpChanges changes = take(batch);
    for (long at = 0; at >= 0; ) {
      at = table.sweep(at, atOnce, changes);
    }
    return changes;
  }

  @ParameterizedTest(name = "{0}; {1} from {2}: {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # VRPs                              | route            | origin  | state
                                              | 10.0.0.0/8       | 1       | not-found
          10.0.0.0/8 1                        | 10.0.0.0/8       | 1       | valid
          10.0.0.0/8 1                        | 10.0.0.0/8       | 2       | invalid
          10.0.0.0/8 1                        | 10.0.0.0/9       | 1       | invalid
          10.0.0.0/8-9 1                      | 10.0.0.0/9       | 1       | valid
          10.0.0.0/8-9 1                      | 10.0.0.0/10      | 1       | invalid
          10.0.0.0/8-32 1                     | 10.1.2.3/32      | 1       | valid
          10.0.0.0/8 1                        | 0.0.0.0/0        | 1       | not-found
          10.0.0.0/8 1                        | 11.0.0.0/8       | 1       | not-found
          10.0.0.0/9 1                        | 10.0.0.0/8       | 1       | not-found
          0.0.0.0/0-24 1                      | 10.1.0.0/24      | 1       | valid
          0.0.0.0/0 1                         | 10.1.0.0/24      | 1       | invalid
          10.0.0.0/8 1, 10.0.0.0/8 2          | 10.0.0.0/8       | 2       | valid
          10.0.0.0/8-16 1, 10.1.0.0/16 2      | 10.1.0.0/16      | 1       | valid
          10.0.0.0/8-24 1, 10.1.0.0/16 2      | 10.1.1.0/24      | 2       | invalid
          10.0.0.0/8 0                        | 10.0.0.0/8       | 1       | invalid
          10.0.0.0/8 0                        | 10.0.0.0/8       | 0       | invalid
          10.0.0.0/8 0, 10.0.0.0/8 1          | 10.0.0.0/8       | 1       | valid
          10.0.0.0/8 64512                    | 10.0.0.0/8       | none    | valid
          10.0.0.0/8 64512                    | 10.0.0.0/8       | confed  | valid
          10.0.0.0/8 1                        | 10.0.0.0/8       | set     | invalid
          10.0.0.0/8 1                        | 11.0.0.0/8       | set     | not-found
          10.0.0.0/8 4294967295               | 10.0.0.0/8       | 4294967295 | valid
          255.255.255.255/32 1                | 255.255.255.255/32 | 1     | valid
          2001:db8::/32-48 1                  | 2001:db8:1::/48  | 1       | valid
          2001:db8::/32-48 1                  | 2001:db8:1:1::/64 | 1      | invalid
          2001:db8::/32-48 1                  | 2001:db9::/48    | 1       | not-found
          ::/0 1                              | 2001:db8::/32    | 2       | invalid
          2001:db8::/64 1                     | 2001:db8::/64    | 1       | valid
          2001:db8::/96-128 1                 | 2001:db8::1/128  | 1       | valid
          2001:db8:0:0:1::/80 1               | 2001:db8::/80    | 1       | not-found
          ::/0-128 1                          | 10.0.0.0/8       | 1       | not-found
          """)
  void judges(@Nullable String vrps, Cidr route, String origin, String state) {
    change(true, vrps(vrps));

    assertThat(table.state(route, path(origin))).hasToString(state);
  }

  private static AsPath path(String origin) {
    return switch (origin) {
      case "none" -> AsPath.EMPTY;
      case "confed" -> ending(SegmentType.CONFED_SEQUENCE);
      case "set" -> ending(SegmentType.SET);
      default -> AsPath.of(65001, Long.parseLong(origin));
    };
  }

  private static AsPath ending(SegmentType type) {
    return new AsPath(List.of(new Segment(type, List.of(new AsNumber(1)))));
  }

  @Test
  void refusesWhatContradictsIt() {
    List<Vrp> one = vrps("10.0.0.0/8 1");
    change(true, one);
    assertThatThrownBy(() -> change(true, one))
        .isInstanceOf(CacheErrorException.class)
        .hasMessage("10.0.0.0/8-8 AS 1 is there already");
    change(false, one);
    assertThatThrownBy(() -> change(false, one))
        .isInstanceOf(CacheErrorException.class)
        .hasMessage("10.0.0.0/8-8 AS 1 is not there");
  }

  @Test
  void refusesEndlessListsOfOnePrefix() {
    List<Vrp> many = new ArrayList<>();
    for (int as = 1; as <= 1025; as++) {
      many.add(vrp("10.0.0.0/8 " + as));
    }
    assertThatThrownBy(() -> change(true, many)).hasMessage("more than 1024 VRPs of one prefix");
  }

  @Test
  void whatIsNotSaidAgainGoes() {
    replace(vrps("10.0.0.0/8 1, 11.0.0.0/8 1, 2001:db8::/32 1"), 1);

    VrpChanges changes = replace(vrps("11.0.0.0/8 1, 12.0.0.0/8 1"), 1);

    assertThat(table.size()).isEqualTo(2);
    assertThat(changes.isEmpty()).isFalse();
    assertThat(table.state(Cidr.parse("10.0.0.0/8"), AsPath.of(2))).isEqualTo(RpkiState.NOT_FOUND);
    assertThat(table.state(Cidr.parse("11.0.0.0/8"), AsPath.of(1))).isEqualTo(RpkiState.VALID);
    assertThat(replace(vrps("11.0.0.0/8 1, 12.0.0.0/8 1"), 1).isEmpty()).isTrue();
  }

  /// After a replacement that broke off, nothing of it is left once all is dropped.
  @Test
  void dropsWhatAnUnfinishedReplacementLeft() {
    replace(vrps("10.0.0.0/8 1"), 9);
    table.beginReplacement();
    change(true, vrps("11.0.0.0/8 1"));

    replace(List.of(), 9);

    assertThat(table.size()).isZero();
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void anyOrderOfChangesGivesWhatAListGives(long seed) {
    Random random = new Random(seed);
    Set<Vrp> there = new HashSet<>();
    for (int round = 0; round < 60; round++) {
      if (random.nextInt(10) == 0) {
        there.removeIf(_ -> random.nextInt(3) == 0);
        there.add(randomVrp(random));
        replace(there, 1 + random.nextInt(20));
      } else {
        Vrp vrp = randomVrp(random);
        boolean isNew = there.add(vrp);
        if (!isNew) {
          there.remove(vrp);
        }
        change(isNew, List.of(vrp));
        if (random.nextBoolean() && !there.isEmpty()) {
          Vrp gone = there.iterator().next();
          there.remove(gone);
          change(false, List.of(gone));
        }
      }
      assertThat(table.size()).isEqualTo(there.size());
      for (int i = 0; i < 30; i++) {
        Cidr route = randomPrefix(random);
        long as = random.nextInt(4);
        assertThat(table.state(route, AsPath.of(9, as)))
            .as("%s from %d with %s", route, as, there)
            .isEqualTo(byTheBook(there, route, as));
      }
    }
  }

  private static Vrp randomVrp(Random random) {
    Cidr prefix = randomPrefix(random);
    int most = prefix.address().isIpv4() ? 32 : 128;
    int maxLength = Math.min(most, prefix.length() + random.nextInt(8));
    return new Vrp(prefix, maxLength, new AsNumber(random.nextInt(4)));
  }

  private static Cidr randomPrefix(Random random) {
    boolean isIpv4 = random.nextBoolean();
    IpAddress address =
        isIpv4
            ? IpAddress.ofIpv4(0x0a000000L | (random.nextInt(4) << 20))
            : IpAddress.ofIpv6(0x20010db8_00000000L | random.nextInt(4), random.nextInt(2));
    return new Cidr(address, isIpv4 ? random.nextInt(33) : 24 + random.nextInt(105));
  }

  /// RFC 6811 §2, word by word.
  private static RpkiState byTheBook(Set<Vrp> vrps, Cidr route, long as) {
    RpkiState state = RpkiState.NOT_FOUND;
    for (Vrp vrp : vrps) {
      if (vrp.prefix().family() == route.family() && vrp.prefix().contains(route)) {
        if (as != 0 && vrp.as().value() == as && route.length() <= vrp.maxLength()) {
          return RpkiState.VALID;
        }
        state = RpkiState.INVALID;
      }
    }
    return state;
  }

  /// A prefix of five is IPv6, a third have a second VRP.
  @Test
  void aMillionTakeLittle() {
    Random random = new Random(11);
    VrpBatch batch = new VrpBatch();
    for (int i = 0; batch.size() < 1_000_000; i++) {
      Cidr prefix =
          i % 5 == 0
              ? new Cidr(IpAddress.ofIpv6(0x2400_0000_0000_0000L + ((long) i << 16), 0), 48)
              : new Cidr(IpAddress.ofIpv4(0x0100_0000L + ((long) i << 8)), 24);
      batch.add(true, new Vrp(prefix, prefix.length(), new AsNumber(1L + i)));
      if (i % 3 == 0 && batch.size() < 1_000_000) {
        batch.add(true, new Vrp(prefix, prefix.length(), new AsNumber(5_000_000L + i)));
      }
    }
    long begun = System.nanoTime();
    take(batch);
    long taken = System.nanoTime() - begun;
    begun = System.nanoTime();
    AsPath path = AsPath.of(1, 2, 3);
    int found = 0;
    for (int i = 0; i < 1_000_000; i++) {
      Cidr route = new Cidr(IpAddress.ofIpv4(0x0100_0000L + random.nextInt(1 << 28)), 24);
      found += table.state(route, path) == RpkiState.NOT_FOUND ? 0 : 1;
    }
    long judged = System.nanoTime() - begun;

    assertThat(table.size()).isEqualTo(1_000_000);
    assertThat(found).isGreaterThan(100_000);
    assertThat(table.bytes()).isLessThan(50_000_000);
    System.out.printf(
        "1,000,000 VRPs: %,d octets, taken in within %d ms; a route judged within %d ns%n",
        table.bytes(), taken / 1_000_000, judged / 1_000_000);
  }
}
