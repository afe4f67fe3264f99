// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bfd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.bird.bfd.BfdEvent.PacketReceived;
import dev.brindle.bird.bfd.BfdEvent.SettingsChanged;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Two ends in virtual time, with a link that loses, delays, reorders and repeats.
class BfdSimulationTest {

  private static final long MILLI = 1_000_000;

  private record Arrival(long at, int to, BfdPacket packet) implements Comparable<Arrival> {

    @Override
    public int compareTo(Arrival other) {
      return Long.compare(at, other.at);
    }
  }

  private static final class Link {

    private final Random random;
    private final BfdEndpoint[] ends = new BfdEndpoint[2];
    private final PriorityQueue<Arrival> underway = new PriorityQueue<>();
    private final int[] downs = new int[2];
    private final long[] sentPeriodically = new long[2];
    private double loss;
    private long maxDelay = 5 * MILLI;
    private long now;

    Link(long seed, BfdSettings first, BfdSettings second) {
      random = new Random(seed);
      ends[0] = new BfdEndpoint(random.nextInt(1 << 30) + 1, first, 0);
      ends[1] = new BfdEndpoint(random.nextInt(1 << 30) + 1, second, 0);
    }

    void runFor(long duration) {
      long end = now + duration;
      while (true) {
        long arrival = underway.isEmpty() ? BfdEndpoint.NEVER : underway.peek().at();
        long next = Math.min(arrival, Math.min(ends[0].deadline(), ends[1].deadline()));
        if (next > end) {
          now = end;
          return;
        }
        now = Math.max(now, next);
        if (arrival <= now) {
          deliver(underway.remove());
        }
        for (int i = 0; i < 2; i++) {
          if (ends[i].deadline() <= now) {
            BfdState before = ends[i].session().state();
            BfdSending sending = ends[i].ring(now, random.nextDouble());
            sentPeriodically[i] += sending == BfdSending.NOTHING ? 0 : 1;
            send(i, sending, before);
          }
        }
      }
    }

    private void deliver(Arrival arrival) {
      int to = arrival.to();
      BfdPacket packet = arrival.packet();
      long mine = ends[to].session().discriminator();
      if (packet.your() == 0 || packet.your() == mine) {
        on(to, new PacketReceived(packet));
      }
    }

    void on(int end, BfdEvent event) {
      BfdState before = ends[end].session().state();
      send(end, ends[end].on(event, now, random.nextDouble()), before);
    }

    private void send(int from, BfdSending sending, BfdState before) {
      BfdState after = ends[from].session().state();
      downs[from] += before == BfdState.UP && after != BfdState.UP ? 1 : 0;
      if (sending == BfdSending.NOTHING) {
        return;
      }
      BfdPacket packet = ends[from].session().packet(sending == BfdSending.FINAL);
      int copies = random.nextInt(20) == 0 ? 2 : 1;
      for (int i = 0; i < copies; i++) {
        if (random.nextDouble() >= loss) {
          long delay = (long) (random.nextDouble() * maxDelay);
          underway.add(new Arrival(now + delay, 1 - from, overTheWire(packet)));
        }
      }
    }

    private static BfdPacket overTheWire(BfdPacket packet) {
      ByteBuf wire = Unpooled.buffer();
      BfdCodec.write(packet, wire);
      return ((BfdReading.Understood) BfdCodec.read(wire)).packet();
    }

    boolean isUp() {
      return ends[0].session().state() == BfdState.UP && ends[1].session().state() == BfdState.UP;
    }
  }

  private static BfdSettings drawn(Random random) {
    return BfdSettings.of(Duration.ofMillis(50 + random.nextInt(1_500)), 3 + random.nextInt(3));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void comesUpThroughLossAndStaysUpWithout(long seed) {
    for (int round = 0; round < 50; round++) {
      Random random = new Random(seed * 1_000 + round);
      Link link = new Link(seed, drawn(random), drawn(random));
      link.loss = random.nextDouble() * 0.6;
      link.maxDelay = random.nextInt(40) * MILLI + 1;
      link.runFor(30_000 * MILLI);

      link.loss = 0;
      link.runFor(30_000 * MILLI);
      assertThat(link.isUp()).as("seed %d, round %d", seed, round).isTrue();
      for (BfdEndpoint end : link.ends) {
        assertThat(end.session().packet(false).isPoll()).as("poll is over").isFalse();
      }
      int before = link.downs[0] + link.downs[1];
      link.runFor(600_000 * MILLI);
      assertThat(link.downs[0] + link.downs[1]).isEqualTo(before);
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void aCutIsNoticedWithinTheDetectionTimeByBothEnds(long seed) {
    for (int round = 0; round < 50; round++) {
      Random random = new Random(seed * 1_000 + round);
      Link link = new Link(seed, drawn(random), drawn(random));
      link.runFor(30_000 * MILLI + random.nextInt(2_000_000_000));
      assertThat(link.isUp()).isTrue();
      long detection =
          Math.max(link.ends[0].session().detectionTime(), link.ends[1].session().detectionTime());

      link.loss = 1;
      link.runFor(detection * 1_000 + link.maxDelay + 3 * MILLI);

      for (BfdEndpoint end : link.ends) {
        assertThat(end.session().state()).isEqualTo(BfdState.DOWN);
        assertThat(end.session().diagnostic()).isEqualTo(BfdDiagnostic.DETECTION_TIME_EXPIRED);
      }
      link.loss = 0;
      link.runFor(10_000 * MILLI);
      assertThat(link.isUp()).isTrue();
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void changingTimesNeverTakesItDown(long seed) {
    Random random = new Random(seed);
    Link link = new Link(seed, drawn(random), drawn(random));
    link.runFor(30_000 * MILLI);
    assertThat(link.isUp()).isTrue();
    int before = link.downs[0] + link.downs[1]; // packets overtake each other while coming up

    for (int i = 0; i < 200; i++) {
      link.on(random.nextInt(2), new SettingsChanged(drawn(random)));
      link.runFor(random.nextInt(3_000) * MILLI);
    }

    assertThat(link.downs[0] + link.downs[1]).isEqualTo(before);
    link.runFor(10_000 * MILLI);
    for (BfdEndpoint end : link.ends) {
      assertThat(end.session().packet(false).isPoll()).isFalse();
      assertThat(end.session().transmitInterval())
          .isEqualTo(Math.max(link.ends[0].session().minTx(), link.ends[1].session().minTx()));
    }
  }

  @Test
  void sendsNoFasterAndLittleSlowerThanAgreed() {
    Link link =
        new Link(
            7,
            BfdSettings.of(Duration.ofMillis(300), 3),
            BfdSettings.of(Duration.ofMillis(100), 3));
    link.runFor(10_000 * MILLI);
    long before = link.sentPeriodically[1];
    link.runFor(300_000 * MILLI);

    // 300 ms less 0 to 25 %
    assertThat(link.sentPeriodically[1] - before).isBetween(1_100L, 1_180L);
  }

  @Test
  void oversleepingIsNoLossIfPacketsWait() {
    BfdSettings settings = BfdSettings.of(Duration.ofMillis(300), 3);
    Link link = new Link(7, settings, settings);
    link.runFor(10_000 * MILLI);
    BfdEndpoint end = link.ends[0];
    long awake = link.now + 1_500 * MILLI;

    end.ring(awake, 0.5);
    assertThat(end.session().state()).isEqualTo(BfdState.UP);
    assertThat(end.deadline()).isGreaterThan(awake);
    end.heard(awake + MILLI / 2);
    end.ring(end.deadline(), 0.5);
    assertThat(end.session().state()).isEqualTo(BfdState.UP);
  }
}
