// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.speaker.Loopback.config;
import static dev.brindle.bird.speaker.Loopback.peer;
import static dev.brindle.bird.speaker.Loopback.prefixes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.wire.AfiSafi;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.Capability;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message;
import dev.brindle.bird.wire.Message.Notification;
import dev.brindle.bird.wire.Message.RouteRefresh;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.NotificationCode;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// ROUTE-REFRESH with a peer that says exactly what we want (RFC 2918, RFC 7313).
class RefreshTest {

  private static final long AS = 64512;
  private static final AfiSafi IPV4 = Family.IPV4_UNICAST.wire();
  private static final List<Capability> ENHANCED =
      List.of(new Capability.RouteRefresh(), new Capability.EnhancedRouteRefresh());
  private static final RouteRefresh REQUEST = new RouteRefresh(IPV4, RouteRefresh.REQUEST);
  private static final RouteRefresh BEGIN = new RouteRefresh(IPV4, RouteRefresh.BEGIN);
  private static final RouteRefresh END = new RouteRefresh(IPV4, RouteRefresh.END);

  private final int port = Loopback.freePort();
  private final RecordingSink sink = new RecordingSink();
  private final Speaker speaker = Loopback.speaker(sink);

  @AfterEach
  void close() {
    speaker.close();
  }

  private static PeerConfig passive(int port) {
    return peer(1, AS, 2, AS, port).withPassive(true);
  }

  private RawPeer start(PeerConfig configured, List<Capability> offers) throws IOException {
    speaker.start(
        config(1, AS, port, configured).withAnnounce(prefixes("10.1.0.0/26", "fd00:1::/122")));
    RawPeer raw = RawPeer.call(2, Loopback.address(1), port);
    raw.establish(2, AS, 90, offers);
    return raw;
  }

  private static Update announce(String... texts) {
    PathAttributes attributes =
        PathAttributes.of(new Origin(Origin.Source.IGP), AsPath.EMPTY)
            .with(NextHop.of(Loopback.address(2)))
            .with(new LocalPref(100));
    return Update.announce(attributes, List.copyOf(prefixes(texts)));
  }

  /// What comes until this, in few words.
  private static List<String> hearUntil(RawPeer raw, String last) throws IOException {
    List<String> heard = new ArrayList<>();
    while (heard.isEmpty() || !heard.getLast().equals(last)) {
      heard.add(
          switch (raw.hear()) {
            case RouteRefresh refresh -> "refresh " + refresh.subtype();
            case Update update when update.endOfRib().isPresent() -> "end of rib";
            case Update update -> "update " + prefixesOf(update);
            case Message.Keepalive() -> "keepalive";
            case Message.Open _ -> "open";
            case Notification notification -> notification.toString();
          });
    }
    heard.removeIf("keepalive"::equals);
    return heard;
  }

  private static List<Cidr> prefixesOf(Update update) {
    return update.announced().stream().flatMap(it -> it.prefixes().stream()).toList();
  }

  @Test
  void aRequestIsAnsweredBetweenABeginningAndAnEnd() throws IOException {
    try (RawPeer raw = start(passive(port), ENHANCED)) {
      assertThat(hearUntil(raw, "end of rib"))
          .containsExactly("update [10.1.0.0/26]", "end of rib");

      raw.say(REQUEST);

      assertThat(hearUntil(raw, "refresh 2"))
          .containsExactly("refresh 1", "update [10.1.0.0/26]", "refresh 2");
    }
  }

  @Test
  void whoDoesNotKnowOfBeginningAndEndHearsNoneOfThem() throws IOException {
    try (RawPeer raw = start(passive(port), List.of(new Capability.RouteRefresh()))) {
      hearUntil(raw, "end of rib");

      raw.say(REQUEST);

      assertThat(hearUntil(raw, "update [10.1.0.0/26]")).containsExactly("update [10.1.0.0/26]");
    }
  }

  @Test
  void whoIsToldNothingHearsThatThereIsNothing() throws IOException {
    PeerConfig two = passive(port);
    try (RawPeer raw = start(two.withRouting(two.routing().withExports(false)), ENHANCED)) {
      hearUntil(raw, "end of rib");

      raw.say(REQUEST);

      assertThat(hearUntil(raw, "refresh 2")).containsExactly("refresh 1", "refresh 2");
    }
  }

  @Test
  void whatWasNotAgreedOnAndWhatNobodyKnowsIsIgnored() throws IOException {
    try (RawPeer raw = start(passive(port), ENHANCED)) {
      hearUntil(raw, "end of rib");

      raw.say(new RouteRefresh(Family.IPV6_UNICAST.wire(), RouteRefresh.REQUEST));
      raw.say(new RouteRefresh(new AfiSafi(25, 65), RouteRefresh.REQUEST));
      raw.say(new RouteRefresh(IPV4, 3));
      raw.say(new RouteRefresh(IPV4, 255));
      raw.say(END);
      raw.say(REQUEST);

      assertThat(hearUntil(raw, "refresh 2"))
          .containsExactly("refresh 1", "update [10.1.0.0/26]", "refresh 2");
    }
  }

  @Test
  void aStormOfRequestsIsAnsweredOnceAndOnceMore() throws IOException {
    try (RawPeer raw = start(passive(port), ENHANCED)) {
      hearUntil(raw, "end of rib");

      for (int i = 0; i < 10_000; i++) {
        raw.say(REQUEST);
      }

      assertThat(hearUntil(raw, "refresh 2")).hasSize(3);
      assertThat(hearUntil(raw, "refresh 2")).hasSize(3);
      raw.say(announce("10.2.0.0/26"));
      Loopback.await("it was heard", () -> speaker.report().peers().getFirst().received() == 1);
    }
  }

  @Test
  void whatIsNotToldAgainGoesAtTheEnd() throws IOException, InterruptedException {
    try (RawPeer raw = start(passive(port), ENHANCED)) {
      raw.say(announce("10.2.0.0/26", "10.2.1.0/26"));
      raw.say(Update.endOfRib(Family.IPV4_UNICAST));
      sink.await(routes -> routes.size() == 2);

      raw.say(BEGIN);
      raw.say(announce("10.2.1.0/26"));
      raw.say(Update.endOfRib(Family.IPV4_UNICAST)); // says nothing within a refresh
      raw.say(announce("10.2.2.0/26"));
      sink.await(routes -> routes.size() == 3);
      raw.say(END);

      sink.await(routes -> routes.keySet().equals(prefixes("10.2.1.0/26", "10.2.2.0/26")));
    }
  }

  @ParameterizedTest(name = "graceful restart {0}")
  @CsvSource({"true, 1", "false, 0"})
  void aBeginningBeforeEndOfRibCountsWhereThereIsNone(boolean restarts, int left)
      throws IOException, InterruptedException {
    List<Capability> offers = new ArrayList<>(ENHANCED);
    if (restarts) {
      offers.add(new Capability.GracefulRestart(false, true, 60, List.of()));
    }
    try (RawPeer raw = start(passive(port), offers)) {
      raw.say(announce("10.2.0.0/26"));
      raw.say(BEGIN);
      raw.say(END);
      raw.say(announce("10.2.1.0/26"));

      sink.await(
          routes -> routes.size() == left + 1 && routes.containsKey(Cidr.parse("10.2.1.0/26")));
    }
  }

  @ParameterizedTest(name = "{0} octets")
  @CsvSource({"5", "4000"})
  void anotherLengthEndsTheSession(int body) throws IOException {
    try (RawPeer raw = start(passive(port), ENHANCED)) {
      byte[] message = new byte[19 + body];
      Arrays.fill(message, 0, 16, (byte) 0xff);
      message[16] = (byte) (message.length >>> 8);
      message[17] = (byte) message.length;
      message[18] = 5;
      raw.sayRaw(message);

      Notification last = raw.hearUntil(Notification.class);

      assertThat(last.code()).isEqualTo(NotificationCode.ROUTE_REFRESH);
      assertThat(last.subcode()).isEqualTo(NotificationCode.REFRESH_LENGTH);
      assertThat(last.data().toArray()).isEqualTo(message);
    }
  }

  @Test
  void aSessionThatEndsWithinARefreshLosesNothingByIt() throws IOException, InterruptedException {
    List<Capability> offers = new ArrayList<>(ENHANCED);
    offers.add(
        new Capability.GracefulRestart(
            false, true, 60, List.of(new Capability.RestartFamily(IPV4, true))));
    try (RawPeer raw = start(passive(port), offers)) {
      raw.say(announce("10.2.0.0/26"));
      raw.say(Update.endOfRib(Family.IPV4_UNICAST));
      raw.say(BEGIN);
      raw.say(announce("10.2.1.0/26"));
      sink.await(routes -> routes.size() == 2);
    }
    Loopback.await("it is gone", () -> !speaker.report().peers().getFirst().isEstablished());

    assertThat(sink.routes()).hasSize(2);
    assertThat(speaker.report().peers().getFirst().stale()).isTrue();
  }
}
