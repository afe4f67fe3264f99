// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.wire.Community;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Octets;
import dev.brindle.bird.wire.PathAttribute;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Against maps and the decoded attributes.
class AttributeBlocksTest {

  private static final List<Origin.Source> ORIGINS =
      List.of(Origin.Source.IGP, Origin.Source.EGP, Origin.Source.INCOMPLETE);

  private final AttributeBlocks blocks = new AttributeBlocks(7);

  @Test
  void equalBytesHaveOneNumber() {
    byte[] bytes = {0x40, 1, 1, 0, 0x40, 2, 0};
    int block = blocks.intern(bytes, 0, bytes.length);
    byte[] framed = {9, 9, 0x40, 1, 1, 0, 0x40, 2, 0, 9};

    assertThat(blocks.intern(framed, 2, bytes.length)).isEqualTo(block);
    assertThat(blocks.size()).isEqualTo(1);
    blocks.release(block);
    assertThat(blocks.isUsed(block)).isTrue();
    blocks.release(block);
    assertThat(blocks.isUsed(block)).isFalse();
    assertThat(blocks.size()).isZero();
  }

  @Test
  void nothingIsASetToo() {
    int block = blocks.intern(new byte[0], 0, 0);

    assertThat(blocks.attributes(block)).isEqualTo(PathAttributes.NONE);
    assertThat(blocks.localPref(block)).isEqualTo(100);
    assertThat(blocks.origin(block)).isEqualTo(2);
    assertThat(blocks.firstAs(block)).isZero();
  }

  @Test
  void refusesWhatIsNotThere() {
    int block = blocks.intern(new byte[0], 0, 0);
    blocks.release(block);

    assertThatIllegalArgumentException().isThrownBy(() -> blocks.release(block));
    assertThatIllegalArgumentException().isThrownBy(() -> blocks.retain(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> blocks.length(block + 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> blocks.intern(new byte[1 << 18], 0, 1 << 18));
  }

  /// Sizes from nothing to more than a page, so that runs, pages and lone arrays come and go.
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void countsAsAMapDoes(long seed) {
    Random random = new Random(seed);
    Map<Octets, Integer> numbers = new HashMap<>();
    Map<Integer, Integer> references = new HashMap<>();
    List<Integer> held = new ArrayList<>();
    for (int step = 0; step < 60_000; step++) {
      boolean isGrowing = step / 10_000 % 2 == 0;
      if (held.isEmpty() || random.nextInt(10) < (isGrowing ? 7 : 3)) {
        byte[] bytes = bytes(random);
        int block = blocks.intern(bytes, 0, bytes.length);
        Integer known = numbers.putIfAbsent(Octets.copyOf(bytes), block);
        assertThat(known == null ? block : known).isEqualTo(block);
        assertThat(references.merge(block, 1, Integer::sum) > 1).isEqualTo(known != null);
        held.add(block);
      } else if (random.nextInt(4) == 0) {
        int block = held.get(random.nextInt(held.size()));
        blocks.retain(block);
        references.merge(block, 1, Integer::sum);
        held.add(block);
      } else {
        int last = held.removeLast();
        int at = random.nextInt(held.size() + 1);
        int block = at == held.size() ? last : held.set(at, last);
        blocks.release(block);
        if (references.merge(block, -1, Integer::sum) == 0) {
          references.remove(block);
          numbers.values().remove(block);
        }
      }
      assertThat(blocks.size()).isEqualTo(references.size());
    }
    numbers.forEach((bytes, block) -> assertThat(copy(block)).isEqualTo(bytes));
    assertThat(blocks.limit()).isLessThan(60_000);
    held.forEach(blocks::release);
    assertThat(blocks.size()).isZero();
    assertThat(blocks.bytes()).as("all but the spare pages is given back").isLessThan(6 << 20);
  }

  @Test
  void roomOfOneSizeServesAnother() {
    for (int size : new int[] {40, 90, 300, 3_000, 20_000, 60_000, 90}) {
      int count = (16 << 20) / (size + 40);
      int[] held = new int[count];
      byte[] bytes = new byte[size];
      AttributeWalk.header(bytes, 0, 0xe0, 99, size - (size > 258 ? 4 : 3));
      for (int i = 0; i < count; i++) {
        Words.put32(bytes, size - 4, i);
        held[i] = blocks.intern(bytes, 0, size);
      }
      assertThat(blocks.bytes()).as("%d of %d octets", count, size).isLessThan(32 << 20);
      for (int block : held) {
        blocks.release(block);
      }
    }
    assertThat(blocks.bytes()).as("empty, but for the table").isLessThan(18 << 20);
  }

  /// An unknown attribute, of which there are few small ones and many large ones.
  private static byte[] bytes(Random random) {
    int size = random.nextInt(100) == 0 ? random.nextInt(65_536) : random.nextInt(300);
    byte[] bytes = new byte[4 + size];
    int value = AttributeWalk.header(bytes, 0, 0xe0, 99, size);
    for (int at = value; at < Math.min(value + size, value + 2); at++) {
      bytes[at] = (byte) random.nextInt(2);
    }
    return Arrays.copyOf(bytes, value + size);
  }

  private Octets copy(int block) {
    byte[] bytes = new byte[blocks.length(block)];
    blocks.copy(block, bytes, 0);
    return Octets.copyOf(bytes);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {11, 12, 13})
  void knowsTheFacts(long seed) {
    Random random = new Random(seed);
    RandomAttributes attributes = new RandomAttributes(random);
    for (int i = 0; i < 2_000; i++) {
      PeerKind kind = attributes.any(PeerKind.values());
      PathAttributes told = attributes.told(kind, attributes.any(Family.values()));
      check(random.nextInt(3) == 0 ? told.with(attributes.strangePath()) : told);
      check(attributes.own());
    }
  }

  private void check(PathAttributes expected) {
    byte[] bytes = CanonicalForm.of(expected);
    int block = blocks.intern(bytes, 0, bytes.length);

    assertThat(blocks.attributes(block)).isEqualTo(expected);
    assertThat(unsigned(blocks.localPref(block))).isEqualTo(expected.localPref().orElse(100));
    assertThat(unsigned(blocks.med(block))).isEqualTo(expected.multiExitDisc().orElse(0));
    assertThat(blocks.asLength(block)).isEqualTo(expected.asPath().length());
    assertThat(unsigned(blocks.firstAs(block)))
        .isEqualTo(expected.asPath().first().map(AsNumber::value).orElse(0L));
    assertThat(blocks.origin(block)).isEqualTo(ORIGINS.indexOf(expected.origin()));
    assertThat(unsigned(blocks.originatorId(block)))
        .isEqualTo(expected.originatorId().map(IpAddress::low).orElse(0L));
    long summary =
        Summary.of(
            blocks.localPref(block),
            blocks.asLength(block),
            blocks.origin(block),
            blocks.med(block) != 0,
            expected.originatorId().isPresent(),
            !expected.clusterList().isEmpty());
    assertThat(blocks.summary(block))
        .isEqualTo(
            expected.communities().contains(Community.LLGR_STALE)
                ? Summary.lastResort(summary)
                : summary);
    assertThat(blocks.clusterCount(block)).isEqualTo(expected.clusterList().size());
    for (long as : new long[] {23_456, 64_501, 64_512, 5}) {
      assertThat(blocks.occurrences(block, (int) as))
          .isEqualTo(expected.asPath().occurrences(new AsNumber(as)));
      assertThat(blocks.occurrencesInConfederation(block, (int) as))
          .isEqualTo(expected.asPath().occurrencesInConfederation(new AsNumber(as)));
      assertThat(blocks.hasAs(block, (int) as)).isEqualTo(blocks.occurrences(block, (int) as) > 0);
    }
    for (IpAddress cluster : expected.clusterList()) {
      assertThat(blocks.hasCluster(block, (int) cluster.low())).isTrue();
    }
    assertThat(blocks.hasCluster(block, 0)).isFalse();
    if (expected.nextHop().isPresent()) {
      assertThat(blocks.nextHop(block)).isEqualTo(expected.nextHop().get());
    } else {
      assertThatIllegalArgumentException().isThrownBy(() -> blocks.nextHop(block));
    }
    assertThat(blocks.flags(block)).isEqualTo(flags(expected));
  }

  private static long unsigned(int value) {
    return Integer.toUnsignedLong(value);
  }

  private static int flags(PathAttributes attributes) {
    int flags = 0;
    for (Community community : attributes.communities()) {
      flags |=
          switch (community.toString()) {
            case "65535:0" -> BlockFlags.GRACEFUL_SHUTDOWN;
            case "65535:1" -> BlockFlags.ACCEPT_OWN;
            case "65535:6" -> BlockFlags.LLGR_STALE;
            case "65535:7" -> BlockFlags.NO_LLGR;
            case "65535:666" -> BlockFlags.BLACKHOLE;
            case "65535:65281" -> BlockFlags.NO_EXPORT;
            case "65535:65282" -> BlockFlags.NO_ADVERTISE;
            case "65535:65283" -> BlockFlags.NO_EXPORT_SUBCONFED;
            case "65535:65284" -> BlockFlags.NO_PEER;
            default -> 0;
          };
    }
    for (PathAttribute attribute : attributes.list()) {
      flags |=
          switch (attribute.code()) {
            case 3 -> BlockFlags.HAS_NEXT_HOP;
            case 4 -> BlockFlags.HAS_MED;
            case 5 -> BlockFlags.HAS_LOCAL_PREF;
            case 9 -> BlockFlags.HAS_ORIGINATOR_ID;
            case 10 -> BlockFlags.HAS_CLUSTER_LIST;
            case 35 -> BlockFlags.HAS_OTC;
            default -> 0;
          };
    }
    return flags;
  }
}
