// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.speaker.Loopback.config;
import static dev.brindle.bird.speaker.Loopback.peer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.topology.AddPath;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.wire.AddPathTerms;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message.Announcement;
import dev.brindle.bird.wire.Message.Notification;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.NotificationCode;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Several paths of a prefix through a whole speaker (RFC 7911): what is agreed on, what peers do
/// wrong, and where it ends.
class AddPathSpeakerTest {

  private static final long AS = 64512;
  private static final Cidr PREFIX = Cidr.parse("10.2.0.0/24");
  private static final Set<Family> IPV4 = Set.of(Family.IPV4_UNICAST);
  private static final AddPathTerms BOTH = new AddPathTerms(IPV4, IPV4);

  private final int port = Loopback.freePort();
  private final RecordingSink sink = new RecordingSink();
  private final Speaker speaker = Loopback.speaker(sink);

  @AfterEach
  void close() {
    speaker.close();
  }

  private PeerConfig raw(int host, AddPath addPath) {
    PeerConfig peer = peer(1, AS, host, AS, port).withPassive(true);
    return peer.withRouting(peer.routing().withReflectorClient(true).withAddPath(addPath));
  }

  private RawPeer call(int host, AddPathTerms agreed) throws IOException {
    RawPeer peer = RawPeer.call(host, Loopback.address(1), port);
    peer.establishAddPath(host, AS, 0, agreed);
    return peer;
  }

  private static AddPath both(int paths) {
    return new AddPath(true, true, paths);
  }

  private static Update announce(int id, int localPref) {
    PathAttributes attributes =
        PathAttributes.of(
            new Origin(Origin.Source.IGP),
            AsPath.EMPTY,
            NextHop.of(IpAddress.ofIpv4(0x7f000000L + 100 + id % 100)),
            new LocalPref(localPref));
    return new Update(
        List.of(),
        List.of(new Announcement(attributes, List.of(PREFIX), List.of(id))),
        Optional.empty(),
        List.of());
  }

  private static Update withdraw(int id) {
    return new Update(List.of(PREFIX), List.of(), Optional.empty(), List.of(), List.of(id));
  }

  private void awaitPreference(long wanted) throws InterruptedException {
    sink.await(
        routes ->
            Optional.ofNullable(routes.get(PREFIX))
                .filter(it -> it.localPreference() == wanted)
                .isPresent());
  }

  /// Hears until it has been told so many paths.
  private static void hear(RawPeer peer, Set<Integer> has, int wanted) throws IOException {
    while (has.size() != wanted) {
      hear(peer, has);
    }
  }

  /// Hears until it has been told these, by their identifiers.
  private static void hear(RawPeer peer, Set<Integer> has, Set<Integer> wanted) throws IOException {
    while (!has.equals(wanted)) {
      hear(peer, has);
    }
  }

  private static void hear(RawPeer peer, Set<Integer> has) throws IOException {
    Update update = peer.hearUntil(Update.class);
    update.withdrawnIds().forEach(has::remove);
    update.announced().forEach(it -> has.addAll(it.ids()));
  }

  @Test
  void sixtyFourPathsOfOnePeerAreHeldAndToldUpToTheLimit()
      throws IOException, InterruptedException {
    speaker.start(config(1, AS, port, raw(2, both(8)), raw(3, both(5)), raw(4, both(100))));
    try (RawPeer teller = call(2, BOTH);
        RawPeer five = call(3, BOTH);
        RawPeer all = call(4, BOTH)) {
      for (int id = 0; id < 64; id++) {
        teller.say(announce(id, 100 + id));
      }
      awaitPreference(163);
      Set<Integer> hasFive = new TreeSet<>();
      Set<Integer> hasAll = new TreeSet<>();
      hear(all, hasAll, 64);
      hear(five, hasFive, 5);

      for (int id = 63; id > 0; id--) {
        teller.say(withdraw(id));
      }
      awaitPreference(100);
      hear(all, hasAll, 1);
      hear(five, hasFive, hasAll);
      assertThat(speaker.route(PREFIX).orElseThrow().paths()).hasSize(1);
    }
  }

  /// Who has told the best itself is told the other one, and that is what people are shown.
  @Test
  void questionsAreAnsweredPathByPath() throws IOException, InterruptedException {
    speaker.start(config(1, AS, port, raw(2, both(8)), raw(3, both(8)), raw(4, both(8))));
    try (RawPeer better = call(2, BOTH);
        RawPeer worse = call(3, BOTH);
        RawPeer third = call(4, BOTH)) {
      better.say(announce(7, 200));
      worse.say(announce(7, 100));
      hear(third, new TreeSet<>(), 2);
      hear(better, new TreeSet<>(), 1);
      hear(worse, new TreeSet<>(), 1);

      assertThat(speaker.explain(PREFIX).exports())
          .allMatch(RouteExplanation.Export::isAdvertised)
          .extracting(
              it -> it.address(),
              it -> it.attributes().orElseThrow().localPref().orElseThrow(),
              RouteExplanation.Export::reason)
          .containsExactlyInAnyOrder(
              tuple(Loopback.address(2), 100L, "accepted: accept all"),
              tuple(Loopback.address(3), 200L, "accepted: accept all"),
              tuple(Loopback.address(4), 200L, "accepted: accept all"),
              tuple(Loopback.address(4), 100L, "accepted: accept all"));
      assertThat(shown(2)).containsExactly(100L);
      assertThat(shown(4)).containsExactlyInAnyOrder(100L, 200L);
    }
  }

  /// LOCAL_PREF of each path that is listed as told to a peer.
  private List<Long> shown(int host) {
    String name =
        speaker.report().peers().stream()
            .filter(it -> it.address().equals(Loopback.address(host)))
            .map(PeerReport::name)
            .findFirst()
            .orElseThrow();
    RouteQuery query = new RouteQuery(Optional.empty(), Optional.empty(), Optional.of(name), false);
    return speaker.page(query, RouteCursor.START).entries().stream()
        .flatMap(it -> it.paths().stream())
        .map(it -> it.path().attributes().localPref().orElseThrow())
        .toList();
  }

  @Test
  void aPathThatNobodyToldIsWithdrawnWithoutEffect() throws IOException, InterruptedException {
    speaker.start(config(1, AS, port, raw(2, both(8))));
    try (RawPeer teller = call(2, BOTH)) {
      teller.say(announce(7, 107));
      teller.say(withdraw(8));
      teller.say(announce(9, 109));
      awaitPreference(109);

      assertThat(speaker.route(PREFIX).orElseThrow().paths()).hasSize(2);
      assertThat(speaker.report().peers()).allMatch(PeerReport::isEstablished);
    }
  }

  @Test
  void anIdentifierCutOffEndsTheSession() throws IOException, InterruptedException {
    speaker.start(config(1, AS, port, raw(2, both(8))));
    try (RawPeer teller = call(2, BOTH)) {
      teller.say(announce(7, 107));
      awaitPreference(107);
      teller.sayUpdate("0003 000000 0000");

      Notification last = teller.hearUntil(Notification.class);

      assertThat(last.code()).isEqualTo(NotificationCode.UPDATE);
      assertThat(last.subcode()).isEqualTo(NotificationCode.NETWORK_FIELD);
      sink.await(routes -> routes.isEmpty());
    }
  }

  /// 512 with identifiers above 511 can be told apart.
  @Test
  void morePathsThanThereIsRoomForEndTheSessionAndNoOther()
      throws IOException, InterruptedException {
    speaker.start(config(1, AS, port, raw(2, both(8)), raw(3, both(8))));
    try (RawPeer endless = call(2, BOTH);
        RawPeer other = call(3, BOTH)) {
      other.say(announce(1, 50));
      for (int id = 0; id < 512; id++) {
        endless.say(announce(1_000 + id, 100));
      }
      awaitPreference(100);
      endless.say(announce(9_999, 100));

      Notification last = endless.hearUntil(Notification.class);

      assertThat(last).isEqualTo(Notification.cease(NotificationCode.OUT_OF_RESOURCES));
      awaitPreference(50);
      assertThat(speaker.report().peers().getLast().isEstablished()).isTrue();
    }
  }

  /// The other end offers both.
  @ParameterizedTest(name = "receive {0}, send {1}")
  @CsvSource({"false, false", "true, false", "false, true", "true, true"})
  void onlyWhatBothOfferIsAgreedOn(boolean receives, boolean sends)
      throws IOException, InterruptedException {
    AddPathTerms agreed = // as the other end sees it
        new AddPathTerms(sends ? IPV4 : Set.of(), receives ? IPV4 : Set.of());
    speaker.start(config(1, AS, port, raw(2, new AddPath(receives, sends, 8)), raw(3, both(8))));
    try (RawPeer one = call(2, agreed);
        RawPeer both = call(3, BOTH)) {
      both.say(announce(1, 101));
      both.say(announce(2, 102));
      one.say(announce(3, 103));
      one.say(announce(4, 104));
      awaitPreference(104);
      Loopback.await(
          "paths",
          () -> speaker.route(PREFIX).map(it -> it.paths().size()).orElse(0) == (receives ? 4 : 3));

      List<Integer> heard = new ArrayList<>();
      Set<Integer> all = new TreeSet<>();
      hear(both, all, receives ? 2 : 1);
      if (sends) {
        Set<Integer> has = new TreeSet<>();
        hear(one, has, 2);
        heard.addAll(has);
      }
      assertThat(heard).hasSize(sends ? 2 : 0);
    }
  }
}
