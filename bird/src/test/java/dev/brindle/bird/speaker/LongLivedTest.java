// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.speaker.Loopback.config;
import static dev.brindle.bird.speaker.Loopback.peer;
import static dev.brindle.bird.speaker.Loopback.prefixes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.rib.Choice;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.Capability;
import dev.brindle.bird.wire.Capability.GracefulRestart;
import dev.brindle.bird.wire.Capability.LongLivedFamily;
import dev.brindle.bird.wire.Capability.LongLivedRestart;
import dev.brindle.bird.wire.Capability.RestartFamily;
import dev.brindle.bird.wire.Community;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.PathAttribute.Communities;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerKind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Long-lived graceful restart (RFC 9494) with peers that say exactly what we want.
class LongLivedTest {

  private static final long AS = 64512;
  private static final Cidr PREFIX = Cidr.parse("10.2.0.0/26");

  private final int port = Loopback.freePort();
  private final RecordingSink sink = new RecordingSink();
  private final Speaker speaker = Loopback.speaker(sink);

  @AfterEach
  void close() {
    speaker.close();
  }

  private PeerConfig raw(int host, long as) {
    return peer(1, AS, host, as, port)
        .withPassive(true)
        .withTiming(Loopback.TIMING.withLongLived(Duration.ofHours(1)));
  }

  private RawPeer call(int host) throws IOException {
    return RawPeer.call(host, Loopback.address(1), port);
  }

  private static List<Capability> offer(boolean forwards, int restart, int longLived) {
    List<Capability> offers = new ArrayList<>();
    offers.add(
        new GracefulRestart(
            false, true, restart, List.of(new RestartFamily(Family.IPV4_UNICAST.wire(), true))));
    if (longLived >= 0) {
      offers.add(
          new LongLivedRestart(
              List.of(new LongLivedFamily(Family.IPV4_UNICAST.wire(), forwards, longLived))));
    }
    return offers;
  }

  private static Update announce(AsPath path, long localPref, String prefix, Community... marks) {
    PathAttributes attributes =
        PathAttributes.of(new Origin(Origin.Source.IGP), path)
            .with(NextHop.of(Loopback.address(2)))
            .with(new LocalPref(localPref));
    return Update.announce(
        marks.length == 0 ? attributes : attributes.with(new Communities(List.of(marks))),
        List.of(Cidr.parse(prefix)));
  }

  private static Update announce(String prefix, Community... marks) {
    return announce(AsPath.EMPTY, 100, prefix, marks);
  }

  private boolean isLastResort() {
    return speaker
        .route(PREFIX)
        .map(it -> it.choice().best().attributes().communities().contains(Community.LLGR_STALE))
        .orElse(false);
  }

  private void awaitLastResort() {
    Loopback.await("it is a last resort", this::isLastResort);
  }

  @ParameterizedTest(name = "restart time {0} s")
  @CsvSource({"0", "1"})
  void whatIsLeftAfterTheRestartTimeIsALastResort(int restart)
      throws IOException, InterruptedException {
    speaker.start(config(1, AS, port, raw(2, AS), raw(3, AS)));
    try (RawPeer away = call(2);
        RawPeer there = call(3)) {
      there.establish(3, AS, 90);
      away.establish(2, AS, 90, offer(true, restart, 3600));
      away.say(announce("10.2.0.0/26"));
      away.say(announce("10.2.1.0/26", Community.NO_LLGR));
      sink.await(routes -> routes.size() == 2);
      away.hangUp();

      awaitLastResort();
      sink.await(routes -> routes.keySet().equals(prefixes("10.2.0.0/26")));
      assertThat(speaker.report().peers().getFirst().stale()).isTrue();

      there.say(announce(AsPath.of(7, 8, 9), 1, "10.2.0.0/26"));
      Loopback.await("the live one is taken", () -> !isLastResort());
      Choice choice = speaker.route(PREFIX).orElseThrow().choice();
      assertThat(choice.decidedBy()).isEqualTo(Choice.Rule.LAST_RESORT);
      assertThat(choice.best().source().address()).isEqualTo(Loopback.address(3));
    }
  }

  @Test
  void theTimeOfALastResortEnds() throws IOException, InterruptedException {
    speaker.start(config(1, AS, port, raw(2, AS + 2), raw(3, AS)));
    try (RawPeer told = call(3)) {
      told.establish(3, AS, 0, offer(true, 60, 60));
      try (RawPeer away = RawPeer.call(2, Loopback.address(1), port, PeerKind.EXTERNAL)) {
        away.establish(2, AS + 2, 90, offer(true, 0, 2));
        away.say(announce(AsPath.of(AS + 2), 100, "10.2.0.0/26"));
        assertThat(hear(told)).isEqualTo("100");
      }

      assertThat(hear(told)).isEqualTo("100 65535:6");
      assertThat(hear(told)).isEqualTo("gone");
      sink.await(routes -> routes.isEmpty());
    }
  }

  @ParameterizedTest(name = "back forwarding {0}, for {1} s more")
  @CsvSource({"true, 3600, true", "true, 1, true", "false, 3600, false", "true, -1, false"})
  void whoComesBackFindsWhatItForwarded(boolean forwards, int longLived, boolean stays)
      throws IOException, InterruptedException {
    speaker.start(config(1, AS, port, raw(2, AS)));
    try (RawPeer away = call(2)) {
      away.establish(2, AS, 90, offer(true, 0, 3600));
      away.say(announce("10.2.0.0/26"));
      away.say(announce("10.2.1.0/26"));
      sink.await(routes -> routes.size() == 2);
    }
    awaitLastResort();
    try (RawPeer again = call(2)) {
      again.establish(2, AS, 90, offer(forwards, 60, longLived));
      if (stays) {
        again.say(announce("10.2.0.0/26"));
        Loopback.await("it is fresh", () -> !isLastResort());
        assertThat(sink.routes()).hasSize(2);
        again.say(Update.endOfRib(Family.IPV4_UNICAST));
        sink.await(routes -> routes.keySet().equals(prefixes("10.2.0.0/26")));
      } else {
        sink.await(routes -> routes.isEmpty());
      }
    }
  }

  /// A peer that comes and goes keeps what it has, and gains no time.
  @Test
  void aFurtherFailureTakesNothing() throws IOException, InterruptedException {
    speaker.start(config(1, AS, port, raw(2, AS)));
    try (RawPeer away = call(2)) {
      away.establish(2, AS, 90, offer(true, 0, 6));
      away.say(announce("10.2.0.0/26"));
      sink.await(routes -> routes.size() == 1);
    }
    awaitLastResort();
    for (int i = 0; i < 3; i++) {
      try (RawPeer again = call(2)) {
        again.establish(2, AS, 90, offer(true, 0, 6));
      }
      Loopback.await("down", () -> !speaker.report().peers().getFirst().isEstablished());
      assertThat(sink.routes()).hasSize(1);
    }

    sink.await(routes -> routes.isEmpty());
  }

  @ParameterizedTest(name = "{0}, knows of last resorts: {1}")
  @CsvSource(
      textBlock =
          """
          # told,   knows, hears
          INTERNAL, true,  100 65535:6
          INTERNAL, false, 0 65535:6 65535:65281
          EXTERNAL, true,  none 65535:6
          EXTERNAL, false, gone
          """)
  void isToldToThoseWhoKnowTheWord(PeerKind kind, boolean knows, String hears)
      throws IOException, InterruptedException {
    long as = kind == PeerKind.INTERNAL ? AS : AS + 3;
    speaker.start(config(1, AS, port, raw(2, AS + 2), raw(3, as)));
    try (RawPeer away = RawPeer.call(2, Loopback.address(1), port, PeerKind.EXTERNAL);
        RawPeer told = RawPeer.call(3, Loopback.address(1), port, kind)) {
      told.establish(3, as, 90, knows ? offer(true, 60, 60) : List.of());
      away.establish(2, AS + 2, 90, offer(true, 0, 3600));
      away.say(announce(AsPath.of(AS + 2), 100, "10.2.0.0/26"));
      assertThat(hear(told)).isEqualTo(kind == PeerKind.INTERNAL ? "100" : "none");
      away.hangUp();

      assertThat(hear(told)).isEqualTo(hears);
    }
  }

  /// LOCAL_PREF and communities of the next route.
  private static String hear(RawPeer told) throws IOException {
    Update update = told.hearUntil(Update.class);
    while (update.endOfRib().isPresent()) {
      update = told.hearUntil(Update.class);
    }
    if (update.announced().isEmpty()) {
      return "gone";
    }
    PathAttributes attributes = update.announced().getFirst().attributes();
    List<String> words = new ArrayList<>();
    words.add(
        attributes.localPref().isPresent()
            ? Long.toString(attributes.localPref().getAsLong())
            : "none");
    attributes.communities().forEach(it -> words.add(it.toString()));
    return String.join(" ", words);
  }
}
