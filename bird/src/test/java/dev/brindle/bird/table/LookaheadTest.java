// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is looked up for many prefixes at once must be what each finds in its turn.
class LookaheadTest {

  private static final int PEERS = 3;
  private static final int BATCHES = 60;
  private static final int DIFFERENT = 700;

  /// A prefix that comes and goes within a batch, is told twice, or is not taken at all, is in one
  /// batch with thousands of others here, and all by itself there.
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void findsWhatOneByOneFinds(long seed) {
    Random random = new Random(seed);
    RouteEngine ahead = engine();
    RouteEngine alone = engine();
    List<RouteIntake> manyAtOnce = intakes(ahead);
    List<RouteIntake> oneByOne = intakes(alone);
    for (int i = 0; i < BATCHES; i++) {
      int peer = random.nextInt(PEERS);
      UpdateBatch batch = new UpdateBatch();
      int steps = random.nextInt(300);
      for (int step = 0; step < steps; step++) {
        UpdateBatch single = new UpdateBatch();
        long seedOfStep = random.nextLong();
        add(new Random(seedOfStep), batch);
        add(new Random(seedOfStep), single);
        oneByOne.get(peer).take(single, _ -> {});
      }
      manyAtOnce.get(peer).take(batch, _ -> {});
      if (random.nextBoolean()) { // numbers of prefixes come free
        ahead.flush();
        alone.flush();
      }
      assertThat(held(ahead)).as("after batch %d", i).isEqualTo(held(alone));
      assertThat(ahead.attributeSets()).isEqualTo(alone.attributeSets());
    }
    assertThat(ahead.paths()).isPositive();
  }

  private static RouteEngine engine() {
    RouteListener nobody =
        new RouteListener() {
          @Override
          public void changed(RouteView routes, int prefix) {
            // nobody looks on
          }

          @Override
          public void shown() {
            // likewise
          }
        };
    return new RouteEngine(nobody, UnpooledByteBufAllocator.DEFAULT, 7);
  }

  private static List<RouteIntake> intakes(RouteEngine engine) {
    List<RouteIntake> intakes = new ArrayList<>();
    for (int i = 1; i <= PEERS; i++) {
      Neighbour peer = neighbour(i);
      intakes.add(
          engine.intake(engine.addSource(peer.source()), peer, new AcceptAll(), true, false));
    }
    return intakes;
  }

  private static Neighbour neighbour(int number) {
    IpAddress address = IpAddress.parse("192.0.2." + number);
    IpAddress ours = IpAddress.parse("192.0.2.200");
    return new Neighbour(
        PeerKind.EXTERNAL,
        new Source(Source.Kind.EXTERNAL, "peer" + number, address, address, false),
        new AsNumber(64_512),
        new AsNumber(65_000L + number),
        List.of(ours),
        ours,
        ours,
        false,
        0,
        NextHopMode.AUTO);
  }

  /// One step: withdrawn or announced, of either family; at times very long, at times martians.
  private static void add(Random random, UpdateBatch batch) {
    boolean isWide = random.nextInt(4) == 0;
    Family family = isWide ? Family.IPV6_UNICAST : Family.IPV4_UNICAST;
    boolean isAnnounced = random.nextInt(3) > 0;
    int octetsFrom = batch.attributesEnd();
    int octets = isAnnounced ? attributes(random, batch, isWide) : 0;
    int from = batch.prefixCount();
    int count = random.nextInt(50) == 0 ? 1_000 : 1 + random.nextInt(8);
    boolean isInOrder = random.nextBoolean(); // as others told them, so that numbers follow
    int start = random.nextInt(DIFFERENT);
    for (int i = 0; i < count; i++) {
      boolean isMartian = random.nextInt(100) == 0;
      int number = isInOrder ? (start + i) % DIFFERENT : random.nextInt(DIFFERENT);
      if (isWide) {
        batch.prefix(isMartian ? 0xfe80L << 48 : (0x2001L << 48) + number, number, 128, true);
      } else {
        batch.prefix(((isMartian ? 127L : 20L) << 24) + ((long) number << 8), 0, 24, false);
      }
    }
    if (isAnnounced) {
      batch.announce(family, from, octetsFrom, octets);
    } else {
      batch.withdraw(family, from);
    }
  }

  private static int attributes(Random random, UpdateBatch batch, boolean isWide) {
    long[] path = new long[1 + random.nextInt(3)];
    Arrays.fill(path, 65_000L + random.nextInt(3));
    byte[] bytes =
        CanonicalForm.of(
            PathAttributes.of(
                new Origin(Origin.Source.IGP),
                AsPath.of(path),
                NextHop.of(IpAddress.parse(isWide ? "2001:db8::1" : "192.0.2.100")),
                new MultiExitDisc(random.nextInt(4))));
    byte[] to = batch.attributesFor(bytes.length);
    System.arraycopy(bytes, 0, to, batch.attributesEnd(), bytes.length);
    batch.keepAttributes(bytes.length);
    return bytes.length;
  }

  /// By prefix, whose paths there are, with their attributes, and which is chosen.
  private static Map<String, String> held(RouteEngine engine) {
    Map<String, String> held = new TreeMap<>();
    for (Family family : Family.values()) {
      RouteView routes = engine.routes(family);
      for (int prefix = 0; prefix < routes.limit(); prefix++) {
        if (routes.hasPath(prefix)) {
          List<String> paths =
              routes.paths(prefix).stream()
                  .map(it -> it.source().name() + it.attributes())
                  .sorted()
                  .toList();
          held.put(
              routes.cidr(prefix).toString(),
              paths + " " + routes.equals(prefix, 1).getFirst().source().name());
        }
      }
    }
    return held;
  }
}
