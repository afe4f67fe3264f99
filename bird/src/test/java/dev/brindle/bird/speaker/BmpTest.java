// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.speaker.Loopback.config;
import static dev.brindle.bird.speaker.Loopback.peer;
import static dev.brindle.bird.speaker.Loopback.prefixes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.bmp.BmpTarget;
import dev.brindle.bird.bmp.BmpView;
import dev.brindle.bird.filter.FilterRule;
import dev.brindle.bird.filter.FilterRule.Action;
import dev.brindle.bird.filter.PrefixList;
import dev.brindle.bird.filter.PrefixRange;
import dev.brindle.bird.filter.RouteChange.Prepend;
import dev.brindle.bird.filter.RouteMatch.InPrefixList;
import dev.brindle.bird.filter.RuleFilter;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerType;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.Capability;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message.Notification;
import dev.brindle.bird.wire.Message.RouteRefresh;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.NotificationCode;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a monitoring station hears.
class BmpTest {

  private static final long OURS = 64601;
  private static final long THEIRS = 64602;
  private static final long OTHERS = 64603;

  private static final List<Capability> ENHANCED =
      List.of(new Capability.RouteRefresh(), new Capability.EnhancedRouteRefresh());

  private final int port = Loopback.freePort();
  private final RecordingSink sink = new RecordingSink();
  private final Speaker speaker = Loopback.speaker(sink);
  private final BmpStation station;

  @TempDir private Path directory;

  BmpTest() throws IOException {
    station = new BmpStation();
  }

  @AfterEach
  void close() throws IOException {
    speaker.close();
    station.close();
  }

  private BmpTarget target(Duration stats, BmpView... views) {
    return new BmpTarget(IpAddress.parse("127.0.0.1"), station.port(), Set.of(views), stats);
  }

  /// Takes 10.2.0.0/16 only, and puts 9 before its path.
  private SpeakerConfig ours(BmpTarget... targets) {
    RuleFilter filter =
        new RuleFilter(
            "two",
            List.of(
                new FilterRule(
                    "two",
                    new InPrefixList(
                        PrefixList.of(PrefixRange.orLonger(Cidr.parse("10.2.0.0/16")))),
                    List.of(new Prepend(List.of(Loopback.as(9)))),
                    Action.ACCEPT)),
            false);
    PeerConfig talker = peer(1, OURS, 2, THEIRS, port).withPassive(true);
    PeerConfig listener = peer(1, OURS, 3, OTHERS, port).withPassive(true);
    return config(
            1, OURS, port, talker.withRouting(talker.routing().withImportFilter(filter)), listener)
        .withBmp(Arrays.asList(targets));
  }

  private static Update told(String prefix, long origin) {
    return Update.announce(
        PathAttributes.of(
            new Origin(Origin.Source.IGP),
            AsPath.of(THEIRS, origin),
            NextHop.of(Loopback.address(2))),
        List.of(Cidr.parse(prefix)));
  }

  private void awaitLine(String line) {
    try {
      Loopback.await(line, () -> station.lines().stream().anyMatch(it -> it.startsWith(line)));
    } catch (AssertionError e) {
      throw new AssertionError("no '%s' in %s".formatted(line, station.lines()), e);
    }
  }

  @Test
  void hearsOfSessionsAndRoutesAsTheyChange() throws IOException, InterruptedException {
    speaker.start(ours(target(Duration.ofSeconds(1), BmpView.values())));
    awaitLine("initiation 1=Brindle 2=127.0.0.1");
    awaitLine("up local 0.0.0.0 AS 64601 127.0.0.1 port 0/0");
    assertThat(station.lines("up local").getFirst()).endsWith("3=global");
    try (RawPeer listener = RawPeer.call(3, Loopback.address(1), port);
        RawPeer talker = RawPeer.call(2, Loopback.address(1), port)) {
      listener.establish(3, OTHERS, 0);
      talker.establish(2, THEIRS, 0);
      awaitLine("up 127.0.0.2 AS 64602 127.0.0.2 port %d/".formatted(port));

      talker.say(told("10.2.0.0/26", 7));
      talker.say(told("10.3.0.0/26", 7));

      awaitLine("pre 127.0.0.2 +10.2.0.0/26 path 64602 7");
      awaitLine("pre 127.0.0.2 +10.3.0.0/26 path 64602 7");
      awaitLine("post 127.0.0.2 +10.2.0.0/26 path 9 64602 7");
      awaitLine("loc 0.0.0.0 +10.2.0.0/26 path 9 64602 7");
      awaitLine("out 127.0.0.3 +10.2.0.0/26 path 64601 9 64602 7");
      assertThat(station.lines("post 127.0.0.2 +10.3")).isEmpty();

      talker.say(Update.withdraw(List.of(Cidr.parse("10.2.0.0/26"), Cidr.parse("10.3.0.0/26"))));

      awaitLine("pre 127.0.0.2 -10.2.0.0/26 -10.3.0.0/26");
      awaitLine("post 127.0.0.2 -10.2.0.0/26");
      awaitLine("loc 0.0.0.0 -10.2.0.0/26");
      awaitLine("out 127.0.0.3 -10.2.0.0/26");
      awaitLine("stats 127.0.0.2 AS 64602 127.0.0.2 0=1 7=0 15=");

      talker.say(Notification.cease(NotificationCode.SHUTDOWN));
      awaitLine("down 127.0.0.2 AS 64602 127.0.0.2 reason 3 " + "ff".repeat(16) + "0015030602");
    }
    awaitLine("down 127.0.0.3 AS 64603 127.0.0.3 reason 4 ");
    speaker.close();
    awaitLine("termination 0");
  }

  @Test
  void whoComesLateIsToldEverything() throws IOException, InterruptedException {
    speaker.start(ours(target(Duration.ZERO, BmpView.values())));
    try (RawPeer listener = RawPeer.call(3, Loopback.address(1), port);
        RawPeer talker = RawPeer.call(2, Loopback.address(1), port)) {
      listener.establish(3, OTHERS, 0);
      talker.establish(2, THEIRS, 0);
      for (int i = 0; i < 1500; i++) {
        talker.say(told("10.2.%d.%d/32".formatted(i >> 8, i & 255), 7));
      }
      talker.say(told("10.3.0.0/26", 7));
      sink.await(it -> it.size() == 1500);
      awaitLine("pre 127.0.0.2 +10.3.0.0/26");
      // some are told twice, if the station comes while they do
      Loopback.await("the other peer is told", () -> Set.copyOf(toldListener()).size() == 1500);
      List<String> ups = station.lines("up 127.0.0.");

      station.hangUp();

      awaitLine("out 127.0.0.3 end");
      awaitLine("out 127.0.0.2 end");
      assertThat(station.lines().getFirst()).startsWith("initiation");
      assertThat(station.lines("up 127.0.0.")).containsExactlyInAnyOrderElementsOf(ups);
      assertThat(station.lines("pre 127.0.0.2 +")).hasSize(1501);
      assertThat(station.lines("post 127.0.0.2 +10.2.")).hasSize(1500);
      assertThat(station.lines("post 127.0.0.2 +10.3.")).isEmpty();
      assertThat(station.lines("loc 0.0.0.0 +")).hasSize(1500);
      assertThat(toldListener()).hasSize(1500).doesNotHaveDuplicates();
      assertThat(station.lines("out 127.0.0.2 +")).isEmpty();
      assertThat(station.lines("pre 127.0.0.2 end")).hasSize(1);
      assertThat(speaker.report().peers()).allMatch(PeerReport::isEstablished);
    }
  }

  /// The prefixes of which the station says that the listener was told.
  private List<String> toldListener() {
    return station.lines("out 127.0.0.3 +").stream()
        .flatMap(it -> Arrays.stream(it.split(" ", -1)))
        .filter(it -> it.startsWith("+10.2."))
        .toList();
  }

  @Test
  void aNewStationThatWantsWhatWasHeardMakesUsAskForIt() throws IOException, InterruptedException {
    speaker.start(ours());
    Speaker talker = Loopback.speaker(new RecordingSink());
    try {
      talker.start(
          config(2, THEIRS, port, peer(2, THEIRS, 1, OURS, port))
              .withAnnounce(prefixes("10.2.0.0/26", "10.3.0.0/26")));
      sink.await(it -> it.size() == 1);

      speaker.reconfigure(ours(target(Duration.ZERO, BmpView.PRE_POLICY)));

      awaitLine("pre 127.0.0.2 +10.");
      Loopback.await(
          "both",
          () -> String.join(" ", station.lines("pre 127.0.0.2 +")).contains("+10.3.0.0/26"));
      assertThat(speaker.report().peers().getFirst().isEstablished()).isTrue();
    } finally {
      talker.close();
    }
  }

  /// RFC 7854 §4.9: 1 if we said why, 3 if the peer did.
  @Test
  void hearsWhoEndedASession() throws IOException {
    speaker.start(ours(target(Duration.ZERO, BmpView.PRE_POLICY)));
    awaitLine("initiation");
    try (RawPeer talker = RawPeer.call(2, Loopback.address(1), port)) {
      talker.establish(2, THEIRS, 0);
      awaitLine("up 127.0.0.2");

      assertThat(speaker.reset(speaker.report().peers().getFirst().name())).isEmpty();

      awaitLine("down 127.0.0.2 AS 64602 127.0.0.2 reason 1 " + "ff".repeat(16) + "0015030604");
    }
  }

  /// What a peer that tells all anew does not tell again (RFC 7313) is gone, before and after
  /// policy.
  @Test
  void hearsOfWhatAPeerDoesNotTellAgain() throws IOException, InterruptedException {
    speaker.start(ours(target(Duration.ZERO, BmpView.PRE_POLICY, BmpView.POST_POLICY)));
    try (RawPeer talker = RawPeer.call(2, Loopback.address(1), port)) {
      talker.establish(2, THEIRS, 0, ENHANCED);
      talker.say(told("10.2.0.0/26", 7));
      talker.say(told("10.2.1.0/26", 7));
      sink.await(it -> it.size() == 2);
      talker.say(new RouteRefresh(Family.IPV4_UNICAST.wire(), RouteRefresh.BEGIN));
      talker.say(told("10.2.1.0/26", 7));
      talker.say(new RouteRefresh(Family.IPV4_UNICAST.wire(), RouteRefresh.END));

      awaitLine("pre 127.0.0.2 -10.2.0.0/26");
      awaitLine("post 127.0.0.2 -10.2.0.0/26");
      assertThat(station.lines("pre 127.0.0.2 -10.2.1")).isEmpty();
    }
  }

  @Test
  void aStationThatIsNotWantedAnyMoreIsToldSo() throws IOException {
    speaker.start(ours(target(Duration.ZERO, BmpView.PRE_POLICY)));
    awaitLine("initiation");

    speaker.reconfigure(ours());

    awaitLine("termination 0");
  }

  /// The two ends of a session are told of the same: what we say we tell GoBGP is what it says it
  /// hears, and the OPENs are each other's.
  @Test
  void gobgpTellsItsStationTheSameOfTheSameSession() throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/gobgpd")), "install the package gobgpd");
    OwnNetwork.assumeThere();
    int theirPort = Loopback.freePort();
    int api = Loopback.freePort();
    try (BmpStation theirs = new BmpStation()) {
      Files.writeString(
          directory.resolve("gobgpd.toml"),
          """
          [global.config]
            as = 64602
            router-id = "192.0.2.2"
            port = %d
            local-address-list = ["192.0.2.2"]
          [[neighbors]]
            [neighbors.config]
              neighbor-address = "192.0.2.1"
              peer-as = 64601
            [neighbors.transport.config]
              local-address = "192.0.2.2"
              passive-mode = true
          [[bmp-servers]]
            [bmp-servers.config]
              address = "127.0.0.1"
              port = %d
              route-monitoring-policy = "all"
          """
              .formatted(theirPort, theirs.port()));
      PeerConfig there =
          PeerConfig.of(
                  "gobgp",
                  PeerType.NODE,
                  OwnNetwork.ipv4(2),
                  Loopback.as(OURS),
                  Loopback.as(THEIRS))
              .withPort(theirPort)
              .withSource(Optional.of(OwnNetwork.ipv4(1)))
              .withTiming(Loopback.TIMING);
      speaker.start(
          config(1, OURS, port, there)
              .withAnnounce(prefixes("10.1.0.0/26", "10.4.0.0/24"))
              .withBmp(List.of(target(Duration.ZERO, BmpView.values()))));
      try (RouterProcess daemon =
          RouterProcess.start(
              directory,
              List.of("/usr/bin/gobgpd", "-f", "gobgpd.toml", "--api-hosts", "127.0.0.2:" + api))) {
        List<String> client = List.of("/usr/bin/gobgp", "-u", "127.0.0.2", "-p", "" + api);
        daemon.askUntil("Establ", with(client, "neighbor"));
        RouterProcess.ask(with(client, "global", "rib", "add", "10.2.0.0/26"));
        sink.await(it -> it.size() == 1);
        awaitLine("pre 192.0.2.2 +10.2.0.0/26 path 64602");
        awaitLine("out 192.0.2.2 +");
        Loopback.await(
            "both routes at both stations",
            () -> told(station, "out 192.0.2.2 +") == 2 && told(theirs, "pre 192.0.2.1 +") == 2);
        Loopback.await("theirs are up", () -> !theirs.lines("up 192.0.2.1 ").isEmpty());

        assertThat(words(theirs.lines("pre 192.0.2.1 +")))
            .isEqualTo(words(station.lines("out 192.0.2.2 +")));
        String[] our = station.lines("up 192.0.2.2 ").getFirst().split(" ", -1);
        String[] their = theirs.lines("up 192.0.2.1 ").getFirst().split(" ", -1);
        assertThat(after(our, "sent")).isEqualTo(after(their, "received"));
        assertThat(after(our, "received")).isEqualTo(after(their, "sent"));
        assertThat(after(our, "port").split("/", -1)[0])
            .isEqualTo(after(their, "port").split("/", -1)[1]);
      }
    }
  }

  private static int told(BmpStation station, String beginning) {
    return words(station.lines(beginning)).size();
  }

  private static List<String> with(List<String> client, String... words) {
    return Stream.concat(client.stream(), Arrays.stream(words)).toList();
  }

  /// Which prefixes are told, and by which paths.
  private static Set<String> words(List<String> lines) {
    return lines.stream()
        .map(it -> it.substring(it.indexOf('+')))
        .flatMap(
            it -> {
              String path = it.substring(it.indexOf(" path"));
              return Arrays.stream(it.substring(0, it.indexOf(" path")).split(" ", -1))
                  .map(prefix -> prefix + path);
            })
        .collect(Collectors.toSet());
  }

  private static String after(String[] words, String word) {
    return words[Arrays.asList(words).indexOf(word) + 1];
  }
}
