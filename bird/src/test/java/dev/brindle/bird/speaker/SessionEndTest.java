// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.speaker.Loopback.config;
import static dev.brindle.bird.speaker.Loopback.peer;
import static dev.brindle.bird.speaker.Loopback.prefixes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.AcceptAll;
import dev.brindle.bird.session.FlapAllowance;
import dev.brindle.bird.topology.ListenAddress;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerType;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.Capability;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message.Notification;
import dev.brindle.bird.wire.Message.Open;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.NotificationCode;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What ends a session of a whole speaker, and that it ends only that one.
class SessionEndTest {

  private static final long AS = 64512;
  private static final Family IPV6 = Family.IPV6_UNICAST;

  private final int port = Loopback.freePort();
  private final RecordingSink sink = new RecordingSink();
  private final RecordingSink otherSink = new RecordingSink();
  private final Speaker speaker = Loopback.speaker(sink);
  private final Speaker other = Loopback.speaker(otherSink);

  @AfterEach
  void close() {
    speaker.close();
    other.close();
  }

  private PeerConfig raw() {
    return peer(1, AS, 2, AS, port).withPassive(true);
  }

  private RawPeer call() throws IOException {
    return RawPeer.call(2, Loopback.address(1), port);
  }

  private static Update announce(String... texts) {
    PathAttributes attributes =
        PathAttributes.of(new Origin(Origin.Source.IGP), AsPath.EMPTY)
            .with(NextHop.of(Loopback.address(2)))
            .with(new LocalPref(100));
    return Update.announce(attributes, List.copyOf(prefixes(texts)));
  }

  private PeerReport report() {
    return speaker.report().peers().getFirst();
  }

  @Test
  void silenceEndsTheSession() throws IOException, InterruptedException {
    speaker.start(config(1, AS, port, raw()));
    try (RawPeer silent = call()) {
      silent.establish(2, AS, 3);
      silent.say(announce("10.2.0.0/26"));
      sink.await(routes -> routes.size() == 1);

      Notification last = silent.hearUntil(Notification.class);

      assertThat(last.code()).isEqualTo(NotificationCode.HOLD_TIMER);
      sink.await(routes -> routes.isEmpty());
      assertThat(report().reason()).contains("nothing heard for 3 s");
    }
  }

  @Test
  void aPeerThatDoesNotReadIsDroppedAndOthersNoticeNothing()
      throws IOException, InterruptedException {
    PeerConfig stalled =
        raw()
            .withTiming(
                Loopback.TIMING.withSendHold(Duration.ofSeconds(2)).withHoldTime(Duration.ZERO));
    Set<Cidr> many = new HashSet<>();
    IntStream.range(0, 120_000)
        .forEach(i -> many.add(Cidr.host(IpAddress.ofIpv6(0x2001_0db8_0000_0000L, i))));
    speaker.start(config(1, AS, port, stalled, peer(1, AS, 3, AS, port)).withAnnounce(many));
    try (SendBuffers _ = SendBuffers.small();
        RawPeer deaf = call()) {
      deaf.establish(2, AS, 0, List.of(new Capability.Multiprotocol(IPV6.wire())));
      other.start(config(3, AS, port, peer(3, AS, 1, AS, port)));

      otherSink.await(routes -> routes.size() == many.size());
      Loopback.await("dropped", Duration.ofSeconds(90), this::isDropped);

      assertThat(other.report().peers()).allMatch(PeerReport::isEstablished);
    }
  }

  private boolean isDropped() {
    return report().reason().contains("does not read");
  }

  @Test
  void tooManyPrefixesEndTheSession() throws IOException, InterruptedException {
    PeerConfig limited = raw();
    speaker.start(config(1, AS, port, limited.withRouting(limited.routing().withPrefixLimit(2))));
    try (RawPeer talkative = call()) {
      talkative.establish(2, AS, 9);
      talkative.say(announce("10.2.0.0/26", "10.2.1.0/26"));
      sink.await(routes -> routes.size() == 2);
      talkative.say(announce("10.2.2.0/26"));

      Notification last = talkative.hearUntil(Notification.class);

      assertThat(last.code()).isEqualTo(NotificationCode.CEASE);
      assertThat(last.subcode()).isEqualTo(NotificationCode.MAX_PREFIXES);
      sink.await(routes -> routes.isEmpty());
      assertThat(report().reason()).contains("more than 2 prefixes");
    }
  }

  /// All of what is under way is looked at, one message after the other.
  @Test
  void aLimitThatTwoMessagesTogetherPassEndsTheSession() throws IOException, InterruptedException {
    PeerConfig limited = raw();
    speaker.start(config(1, AS, port, limited.withRouting(limited.routing().withPrefixLimit(3))));
    try (RawPeer talkative = call()) {
      talkative.establish(2, AS, 9);
      talkative.sayTogether(
          announce("10.2.0.0/26", "10.2.1.0/26"),
          Update.withdraw(List.copyOf(prefixes("10.2.0.0/26"))),
          announce("10.2.1.0/26", "10.2.2.0/26", "10.2.3.0/26"));
      sink.await(routes -> routes.size() == 3);
      assertThat(report().isEstablished()).isTrue();

      talkative.sayTogether(announce("10.2.4.0/26"), announce("10.2.5.0/26"));

      assertThat(talkative.hearUntil(Notification.class).subcode())
          .isEqualTo(NotificationCode.MAX_PREFIXES);
      sink.await(routes -> routes.isEmpty());
    }
  }

  /// What is kept for its return is none of what it tells now.
  @Test
  void aPeerThatComesBackWithOtherPrefixesIsWithinItsLimit()
      throws IOException, InterruptedException {
    PeerConfig limited = raw();
    speaker.start(config(1, AS, port, limited.withRouting(limited.routing().withPrefixLimit(2))));
    try (RawPeer before = call()) {
      before.establishRestarted(2, AS, 90);
      before.say(announce("10.2.0.0/26", "10.2.1.0/26"));
      before.say(Update.endOfRib(Family.IPV4_UNICAST));
      sink.await(routes -> routes.size() == 2);
    }
    Loopback.await("its routes are stale", () -> report().stale());

    try (RawPeer again = call()) {
      again.establishRestarted(2, AS, 90);
      again.say(announce("10.3.0.0/26", "10.3.1.0/26"));
      sink.await(routes -> routes.size() == 4);
      again.say(Update.endOfRib(Family.IPV4_UNICAST));
      sink.await(routes -> routes.keySet().equals(prefixes("10.3.0.0/26", "10.3.1.0/26")));
      assertThat(report().isEstablished()).isTrue();

      again.say(announce("10.3.2.0/26"));
      assertThat(again.hearUntil(Notification.class).subcode())
          .isEqualTo(NotificationCode.MAX_PREFIXES);
      sink.await(routes -> routes.isEmpty());
    }
  }

  @Test
  void whatARestartingPeerHadStaysWhileItsConnectionsReplaceEachOther()
      throws IOException, InterruptedException {
    speaker.start(config(1, AS, port, raw()));
    try (RawPeer before = call()) {
      before.establishRestarted(2, AS, 90);
      before.say(announce("10.2.0.0/26"));
      before.say(Update.endOfRib(Family.IPV4_UNICAST));
      sink.await(routes -> routes.size() == 1);
    }
    Loopback.await("its routes are stale", () -> report().stale());

    try (RawPeer first = call()) {
      first.establishRestarted(2, AS, 90);
      Loopback.await("the first is up", () -> report().isEstablished());
      try (RawPeer second = call()) {
        second.establishRestarted(2, AS, 90);
        second.say(announce("10.2.1.0/26"));
        sink.await(routes -> routes.size() == 2);

        second.say(Update.endOfRib(Family.IPV4_UNICAST));
        sink.await(routes -> routes.size() == 1);
      }
    }
  }

  @Test
  void aSinkThatFailsIsToldAgainAndEndsNoSession() throws IOException, InterruptedException {
    RecordingSink later = new RecordingSink();
    AtomicInteger calls = new AtomicInteger();
    RouteSink failing =
        new RouteSink() {
          @Override
          public void apply(List<RouteUpdate> updates) {
            if (calls.incrementAndGet() == 1) {
              throw new IllegalStateException("no kernel");
            }
            later.apply(updates);
          }

          @Override
          public void converged() {}
        };
    try (Speaker broken = Loopback.speaker(failing)) {
      broken.start(config(1, AS, port, raw()));
      try (RawPeer peer = call()) {
        peer.establish(2, AS, 9);
        peer.say(announce("10.2.0.0/26"));
        Loopback.await("it was told", () -> calls.get() > 0);
        peer.say(announce("10.2.1.0/26"));

        later.await(routes -> routes.size() == 2);

        assertThat(broken.report().peers().getFirst().isEstablished()).isTrue();
      }
    }
  }

  @Test
  void aRejectedNeighbourIsToldNothingAndBelievedNothing()
      throws IOException, InterruptedException {
    PeerConfig two = peer(1, AS, 2, AS, port);
    speaker.start(
        config(1, AS, port, two.withRouting(two.routing().withImports(false).withExports(false)))
            .withAnnounce(prefixes("10.1.0.0/26")));
    other.start(
        config(2, AS, port, peer(2, AS, 1, AS, port)).withAnnounce(prefixes("10.2.0.0/26")));

    otherSink.awaitConverged();
    sink.awaitConverged();

    assertThat(report().isEstablished()).isTrue();
    assertThat(report().rejected()).isOne();
    assertThat(report().advertised()).isZero();
    assertThat(sink.routes()).isEmpty();
    assertThat(otherSink.routes()).isEmpty();
  }

  /// How many segments the kernel took for coming from too far away.
  private static long droppedForHops() {
    List<String> lines;
    try {
      lines = Files.readAllLines(Path.of("/proc/thread-self/net/netstat"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> names = List.of(lines.get(0).split(" ", -1));
    return Long.parseLong(lines.get(1).split(" ", -1)[names.indexOf("TCPMinTTLDrop")]);
  }

  @Test
  void whatComesFromFurtherAwayIsNotHeard() throws IOException, InterruptedException {
    PeerConfig near = peer(1, AS, 3, AS, port).withTtlSecurity(1);
    speaker.start(config(1, AS, port, raw().withTtlSecurity(1), near));
    try (RawPeer far = call()) {
      far.hearUntil(Open.class);
      long before = droppedForHops();
      far.open(2, AS, 9); // with the kernel's usual hop count of 64
      Loopback.await("dropped", () -> droppedForHops() > before);
      assertThat(report().isEstablished()).isFalse();
    }

    other.start(
        config(3, AS, port, peer(3, AS, 1, AS, port).withTtlSecurity(1))
            .withAnnounce(prefixes("10.3.0.0/26")));
    sink.await(routes -> routes.size() == 1);
  }

  /// The kernel answers a call before we know whose it is: its answer must come from near enough.
  @ParameterizedTest(name = "IPv6 {0}")
  @ValueSource(booleans = {false, true})
  void whoIsCalledAnswersFromNear(boolean isIpv6) throws InterruptedException {
    assumeTrue(OwnNetwork.isThere(), "needs a network namespace of its own");
    ListenAddress any = new ListenAddress(IpAddress.parse("::"), port);
    PeerConfig calls = near(isIpv6, 3, 2).withPassive(true);
    speaker.start(
        new SpeakerConfig(
            Loopback.as(AS),
            Loopback.address(2),
            Optional.empty(),
            List.of(any),
            List.of(),
            List.of(calls),
            Set.of(),
            new AcceptAll(),
            new AcceptAll(),
            Duration.ofSeconds(30)));
    other.start(
        config(3, AS, Loopback.freePort(), near(isIpv6, 2, 3))
            .withAnnounce(prefixes("10.3.0.0/26", "fd00:3::/122")));

    sink.await(routes -> routes.size() == 1);
  }

  /// How `self` sees `host`.
  private PeerConfig near(boolean isIpv6, int host, int self) {
    IpAddress address = isIpv6 ? OwnNetwork.ipv6(host) : OwnNetwork.ipv4(host);
    IpAddress source = isIpv6 ? OwnNetwork.ipv6(self) : OwnNetwork.ipv4(self);
    return PeerConfig.of("near", PeerType.NODE, address, Loopback.as(AS), Loopback.as(AS))
        .withPort(port)
        .withSource(Optional.of(source))
        .withTiming(Loopback.TIMING)
        .withTtlSecurity(1);
  }

  /// Each time it comes up it is told everything: often enough it is turned away, until somebody
  /// wants it.
  @Test
  void aPeerThatComesAndGoesIsTurnedAway() throws IOException {
    speaker.start(config(1, AS, port, raw()).withAnnounce(prefixes("10.1.0.0/26", "10.1.1.0/26")));
    int times = 0;
    while (comesAndGoes() && times < 1_000) {
      times++;
    }
    assertThat(times).isBetween(FlapAllowance.MOST - 1, 999);
    assertThat(report().details().flaps()).isEqualTo(times);

    assertThat(speaker.reset(report().name())).isEmpty();

    try (RawPeer welcome = call()) {
      welcome.establish(2, AS, 90);
      welcome.hearUntil(Update.class);
      assertThat(report().advertised()).as("each once, however often it came").isEqualTo(2);
    }
  }

  private boolean comesAndGoes() {
    long before = report().details().flaps();
    try (RawPeer peer = call()) {
      peer.establish(2, AS, 90);
    } catch (IOException e) {
      return false;
    }
    Loopback.await("gone", () -> report().details().flaps() > before);
    return true;
  }

  /// Without graceful restart the peer's routes would go with its session; packets need them until
  /// the next process knows better.
  @Test
  void whoLeavesTakesNothingFromTheKernel() throws IOException, InterruptedException {
    speaker.start(config(1, AS, port, raw()));
    try (RawPeer plain = call()) {
      plain.establish(2, AS, 90);
      plain.say(announce("10.2.0.0/26"));
      sink.await(routes -> routes.size() == 1);

      speaker.leave();

      assertThat(sink.routes()).hasSize(1);
      assertThatThrownBy(() -> plain.hearUntil(Notification.class))
          .as("without a word")
          .hasMessage("the speaker hung up");
    }
  }

  @Test
  void theSinkHearsOnceThatAllHaveTold() throws IOException, InterruptedException {
    speaker.start(config(1, AS, port, raw()));
    try (RawPeer peer = call()) {
      peer.establishRestarted(2, AS, 90);
      peer.say(Update.endOfRib(Family.IPV4_UNICAST));
      peer.say(Update.endOfRib(IPV6));
      sink.awaitConverged();
      for (String prefix : List.of("10.2.0.0/26", "10.2.1.0/26")) {
        peer.say(announce(prefix));
        sink.await(routes -> routes.containsKey(Cidr.parse(prefix)));
      }

      assertThat(sink.timesConverged()).isOne();
    }
  }
}
