// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.bfd.BfdSettings;
import dev.brindle.bird.bfd.BfdState;
import dev.brindle.bird.filter.AcceptAll;
import dev.brindle.bird.topology.ListenAddress;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerRouting;
import dev.brindle.bird.topology.PeerType;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// BFD and BGP with BIRD in another namespace, over a link that can be cut.
class BfdInteropTest {

  private static final String BIRD = "/usr/sbin/bird";
  private static final String BIRDC = "/usr/sbin/birdc";
  private static final String BIRDS_WORD =
      "(?s).*(BFD session down|Received: Unknown error 6.10).*";
  static final int PORT = 1790;
  static final BfdSettings FAST = BfdSettings.of(Duration.ofMillis(300), 3);

  /// Three intervals, with the slower of both.
  static final Duration DETECTION = Duration.ofMillis(900);

  private static final int ROUTES = 500_000;
  private static final int ROUTES_IN_ONE = 200;
  private static final int PACKETS = 40;
  private static final int COLLECTIONS = 20;

  /// The detection time, but for the interval that may have passed just before.
  private static final Duration FORGIVEN = Duration.ofMillis(600);

  private final Speaker speaker = Loopback.speaker(new RecordingSink());
  private final Neighbourhood neighbourhood = new Neighbourhood();

  @TempDir private Path directory;

  @BeforeEach
  void connect() throws IOException, InterruptedException {
    RouterProcess.assumeInstalled(BIRD, "bird2");
    neighbourhood.create();
  }

  @AfterEach
  void close() throws IOException, InterruptedException {
    speaker.close();
    neighbourhood.remove();
  }

  static SpeakerConfig config(IpAddress ours, IpAddress theirs, BfdSettings bfd) {
    PeerConfig peer =
        PeerConfig.of("bird", PeerType.NODE, theirs, new AsNumber(64512), new AsNumber(64513))
            .withPort(PORT)
            .withSource(Optional.of(ours))
            .withTiming(Loopback.TIMING.withHoldTime(Duration.ofSeconds(90)))
            .withBfd(Optional.of(bfd));
    return new SpeakerConfig(
        new AsNumber(64512),
        Neighbourhood.OURS,
        Optional.empty(),
        List.of(new ListenAddress(IpAddress.parse("::"), PORT)),
        List.of(),
        List.of(peer),
        Set.of(),
        new AcceptAll(),
        new AcceptAll(),
        Duration.ofSeconds(30));
  }

  private RouterProcess startBird(
      IpAddress ours, IpAddress theirs, boolean isMultihop, int multiplier, String... announced)
      throws IOException {
    Files.writeString(
        directory.resolve("bird.conf"),
        """
        router id 198.51.100.2;
        log stderr all;
        protocol device {}
        %s
        protocol bfd {
          interface "*" { interval 300 ms; idle tx interval 1 s; multiplier %8$d; };
          multihop { interval 300 ms; multiplier %8$d; };
        }
        protocol bgp ours {
          local %s port %d as 64513;
          neighbor %s port %d as 64512;
          %s;
          hold time 90;
          connect delay time 1;
          connect retry time 1;
          error wait time 1, 2;
          graceful restart on;
          bfd on;
          debug { states, events };
          %s { import all; export all; };
        }
        """
            .formatted(
                announced.length == 0
                    ? ""
                    : "protocol static { ipv4; route %s blackhole; }".formatted(announced[0]),
                theirs,
                PORT,
                ours,
                PORT,
                isMultihop ? "multihop" : "direct",
                theirs.isIpv4() ? "ipv4" : "ipv6",
                multiplier));
    return RouterProcess.start(
        directory,
        neighbourhood.there(
            List.of(BIRD, "-f", "-c", "bird.conf", "-s", "bird.ctl", "-P", "bird.pid")));
  }

  private List<String> birdc(String words) {
    return List.of(BIRDC, "-s", directory.resolve("bird.ctl").toString(), words);
  }

  private PeerReport peer() {
    return speaker.report().peers().getFirst();
  }

  private static String log(RouterProcess bird) {
    try {
      return bird.log();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isUp() {
    return peer().bfd().orElseThrow().state() == BfdState.UP;
  }

  @ParameterizedTest(name = "{0} to {1}, multihop {2}, cut {3}")
  @CsvSource(
      textBlock =
          """
          198.51.100.1,  198.51.100.2,  false, link
          198.51.100.1,  198.51.100.2,  false, stop
          2001:db8:1::1, 2001:db8:1::2, false, stop
          203.0.113.1,   203.0.113.2,   true,  link
          2001:db8:1::1, 2001:db8:1::2, true,  stop
          """)
  void aLostPathEndsTheSessionWithBird(String ours, String theirs, boolean isMultihop, String cut)
      throws IOException, InterruptedException {
    IpAddress source = IpAddress.parse(ours);
    IpAddress peer = IpAddress.parse(theirs);
    try (RouterProcess bird = startBird(source, peer, isMultihop, 3)) {
      speaker.start(config(source, peer, FAST.withMultihop(isMultihop)));
      Loopback.await("BFD and BGP", () -> isUp() && peer().isEstablished());
      Loopback.await(
          "the agreed time", () -> peer().bfd().orElseThrow().detectionTime().equals(DETECTION));
      bird.askUntil("Up", birdc("show bfd sessions"));

      if (cut.equals("link")) {
        neighbourhood.cut();
      } else {
        bird.pause();
      }
      Loopback.await("BGP down", () -> !peer().isEstablished());

      assertThat(peer().reason()).contains("BFD lost the path", "detection time expired");
      assertThat(peer().stale()).as("not restarted gracefully").isFalse();
      if (cut.equals("stop")) {
        bird.resume();
        Loopback.await("again", () -> isUp() && peer().isEstablished());
        Loopback.await("BIRD's word on it", () -> log(bird).matches(BIRDS_WORD));
      }
    }
  }

  /// The speaker's thread does nothing but work for 10 s, and the garbage collector stops everybody
  /// again and again.
  @Test
  void staysUpUnderLoad() throws IOException, InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    Duration load = Duration.ofSeconds(10);
    try (Speaker busy = Loopback.speaker(new BusySink(load, begun));
        RouterProcess bird =
            startBird(Neighbourhood.OURS, Neighbourhood.THEIRS, false, 10, "10.2.0.0/26")) {
      BfdSettings slower = BfdSettings.of(Duration.ofMillis(300), 10); // 3 s: a slow machine stands
      busy.start(config(Neighbourhood.OURS, Neighbourhood.THEIRS, slower));
      assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
      long end = System.nanoTime() + load.toNanos();
      long worst = 0;
      List<List<byte[]>> garbage = new ArrayList<>();
      int collections = 0;
      while (System.nanoTime() < end) {
        garbage.add(IntStream.range(0, 100_000).mapToObj(i -> new byte[i % 100]).toList());
        if (garbage.size() > 10) {
          garbage.clear();
        }
        if (garbage.size() % 5 == 0) {
          long before = System.nanoTime();
          System.gc();
          worst = Math.max(worst, System.nanoTime() - before);
          collections++;
        }
      }

      PeerReport after = busy.report().peers().getFirst(); // waits until the load is over
      assertThat(collections).isPositive();
      assertThat(after.isEstablished())
          .as("longest collection %d ms, %s, %s", worst / 1_000_000, after, bird.log())
          .isTrue();
      assertThat(after.bfd().orElseThrow().state()).isEqualTo(BfdState.UP);
      assertThat(after.bfd().orElseThrow().downs()).isZero();
      assertThat(after.bfd().orElseThrow().transmitInterval()).isEqualTo(Duration.ofMillis(300));
      assertThat(bird.log()).doesNotContain("BFD session down");
    }
  }

  /// 3 x 300 ms, as people have it, while a table of 500,000 routes is taken and the garbage
  /// collector stops everybody again and again. What counts is what the two say, after a number of
  /// packets. Where the machine gave us no time at all for longer than they can forgive, nobody can
  /// say anything.
  @Test
  void staysUpWhileATableIsTakenAndGarbageCollected() throws IOException, InterruptedException {
    SpeakerConfig alone = config(Neighbourhood.OURS, Neighbourhood.THEIRS, FAST);
    PeerConfig feeder =
        PeerConfig.of(
                "feeder",
                PeerType.NODE,
                Loopback.address(9),
                new AsNumber(64512),
                new AsNumber(64514))
            .withPassive(true)
            .withTiming(Loopback.TIMING.withHoldTime(Duration.ZERO))
            .withRouting(PeerRouting.of(Family.IPV4_UNICAST));
    try (RouterProcess bird = startBird(Neighbourhood.OURS, Neighbourhood.THEIRS, false, 3);
        Standstill standstill = new Standstill()) {
      speaker.start(alone.withPeers(List.of(alone.peers().getFirst(), feeder)));
      Loopback.await("BFD and BGP", () -> isUp() && peer().isEstablished());
      Loopback.await("times", () -> peer().bfd().orElseThrow().detectionTime().equals(DETECTION));
      long packets = packets();
      long collections = collections();
      try (RawPeer teller =
          RawPeer.call(9, IpAddress.parse("127.0.0.1"), PORT, PeerKind.EXTERNAL)) {
        teller.establish(9, 64514, 0);
        Thread telling = Thread.ofPlatform().start(() -> tell(teller));
        List<List<byte[]>> garbage = new ArrayList<>();
        while (telling.isAlive()
            || told() < ROUTES
            || packets() < packets + PACKETS
            || collections() < collections + COLLECTIONS) {
          garbage.add(IntStream.range(0, 100_000).mapToObj(i -> new byte[i % 100]).toList());
          if (garbage.size() > 10) {
            garbage.clear();
          }
        }
      }

      boolean isSteady =
          peer().bfd().orElseThrow().downs() == 0 && !bird.log().contains("BFD session down");
      assumeTrue(
          isSteady || standstill.longest().compareTo(FORGIVEN) < 0,
          () -> "this machine stood still for " + standstill.longest());
      assertThat(isSteady).as("%s, %s, %s", standstill.longest(), peer(), bird.log()).isTrue();
      assertThat(isUp() && peer().isEstablished()).isTrue();
    }
  }

  /// The longest time for which nothing in this process ran.
  private static final class Standstill implements AutoCloseable {

    private final AtomicLong longest = new AtomicLong();
    private final Thread watch = Thread.ofPlatform().daemon().start(this::run);

    private void run() {
      long before = System.nanoTime();
      while (!Thread.currentThread().isInterrupted()) {
        LockSupport.parkNanos(1_000_000);
        long now = System.nanoTime();
        longest.set(Math.max(longest.get(), now - before));
        before = now;
      }
    }

    Duration longest() {
      return Duration.ofNanos(longest.get());
    }

    @Override
    public void close() {
      watch.interrupt();
    }
  }

  private static long collections() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionCount)
        .sum();
  }

  private long packets() {
    return peer().bfd().orElseThrow().received();
  }

  private int told() {
    return speaker.report().peers().getLast().received();
  }

  private static void tell(RawPeer teller) {
    PathAttributes attributes =
        PathAttributes.of(
            new Origin(Origin.Source.IGP),
            AsPath.of(64514),
            NextHop.of(IpAddress.parse("127.0.0.9")));
    try {
      for (int first = 0; first < ROUTES; first += ROUTES_IN_ONE) {
        List<Cidr> prefixes =
            IntStream.range(first, first + ROUTES_IN_ONE)
                .mapToObj(i -> Cidr.host(IpAddress.ofIpv4(0x0b00_0000L + i)))
                .toList();
        teller.say(Update.announce(attributes, prefixes));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Burns the speaker's time as soon as it gets the first route.
  private record BusySink(Duration load, CountDownLatch begun) implements RouteSink {

    @Override
    public void apply(List<RouteUpdate> updates) {
      if (begun.getCount() > 0) {
        begun.countDown();
        long end = System.nanoTime() + load.toNanos();
        while (System.nanoTime() < end) {
          Thread.onSpinWait();
        }
      }
    }

    @Override
    public void converged() {
      // nothing to do
    }
  }
}
