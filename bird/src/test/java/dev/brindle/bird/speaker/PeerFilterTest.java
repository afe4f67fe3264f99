// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.speaker.Loopback.config;
import static dev.brindle.bird.speaker.Loopback.peer;
import static dev.brindle.bird.speaker.Loopback.prefixes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.CommunityChange;
import dev.brindle.bird.filter.CommunityPattern;
import dev.brindle.bird.filter.FilterRule;
import dev.brindle.bird.filter.FilterRule.Action;
import dev.brindle.bird.filter.PrefixList;
import dev.brindle.bird.filter.PrefixRange;
import dev.brindle.bird.filter.RouteChange;
import dev.brindle.bird.filter.RouteChange.ChangeCommunities;
import dev.brindle.bird.filter.RouteChange.Prepend;
import dev.brindle.bird.filter.RouteChange.SetLocalPref;
import dev.brindle.bird.filter.RouteChange.SetMed;
import dev.brindle.bird.filter.RouteChange.SetNextHop;
import dev.brindle.bird.filter.RouteFilter;
import dev.brindle.bird.filter.RouteMatch.AllOf;
import dev.brindle.bird.filter.RouteMatch.InPrefixList;
import dev.brindle.bird.filter.RuleFilter;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PrefixLimit;
import dev.brindle.bird.topology.PrefixLimit.Excess;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.Message.Notification;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.NotificationCode;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Filters and limits of single peers, and what becomes of the sessions when they change.
class PeerFilterTest {

  private static final long ONE = 64601;
  private static final long TWO = 64602;

  private final int port = Loopback.freePort();
  private final RecordingSink sink1 = new RecordingSink();
  private final RecordingSink sink2 = new RecordingSink();
  private final Speaker one = Loopback.speaker(sink1);
  private final Speaker two = Loopback.speaker(sink2);

  @AfterEach
  void close() {
    one.close();
    two.close();
  }

  private PeerConfig toTwo() {
    return peer(1, ONE, 2, TWO, port);
  }

  private PeerConfig toOne() {
    return peer(2, TWO, 1, ONE, port);
  }

  private static RuleFilter only(String prefix, RouteChange... changes) {
    return new RuleFilter(
        "only",
        List.of(
            new FilterRule(
                "rule 1",
                new InPrefixList(PrefixList.of(PrefixRange.orLonger(Cidr.parse(prefix)))),
                List.of(changes),
                Action.ACCEPT)),
        false);
  }

  private static RuleFilter changing(RouteChange... changes) {
    return new RuleFilter(
        "changing",
        List.of(new FilterRule("rule 1", new AllOf(List.of()), List.of(changes), Action.ACCEPT)),
        false);
  }

  private static PeerConfig importing(PeerConfig peer, RouteFilter filter) {
    return peer.withRouting(peer.routing().withImportFilter(filter));
  }

  private static PeerConfig exporting(PeerConfig peer, RouteFilter filter) {
    return peer.withRouting(peer.routing().withExportFilter(filter));
  }

  /// RFC 7999: only whom we heed, and only for a single address.
  @Test
  void packetsToWhatIsMarkedBlackholeAreDropped() throws InterruptedException {
    Cidr host = Cidr.parse("10.2.0.1/32");
    Cidr all = Cidr.parse("10.2.0.0/24");
    SpeakerConfig here = config(1, ONE, port);
    one.start(here.withPeers(List.of(toTwo())));
    two.start(
        config(2, TWO, port, exporting(toOne(), changing(marking("blackhole"))))
            .withAnnounce(Set.of(host, all)));
    sink1.await(routes -> routes.keySet().equals(Set.of(host, all)));
    Instant since = since(one);

    one.reconfigure(here.withPeers(List.of(heeding(toTwo()))));

    sink1.await(routes -> routes.keySet().equals(Set.of(all)));
    assertThat(sink1.discarded()).containsExactly(host);

    one.reconfigure(here.withPeers(List.of(toTwo())));

    sink1.await(routes -> routes.keySet().equals(Set.of(host, all)));
    assertThat(sink1.discarded()).isEmpty();
    assertThat(since(one)).isEqualTo(since);
  }

  private static RouteChange marking(String community) {
    return new ChangeCommunities(
        new CommunityChange(List.of(), List.of(CommunityPattern.parse(community))));
  }

  private static PeerConfig heeding(PeerConfig peer) {
    return peer.withRouting(peer.routing().withHeedsBlackhole(true));
  }

  private static Instant since(Speaker speaker) {
    return speaker.report().peers().getFirst().since();
  }

  @Test
  void aNewImportFilterJudgesAnewUnderTheSameSession() throws InterruptedException {
    SpeakerConfig here = config(1, ONE, port);
    one.start(here.withPeers(List.of(importing(toTwo(), only("10.2.0.0/24")))));
    two.start(config(2, TWO, port, toOne()).withAnnounce(prefixes("10.2.0.0/26", "10.3.0.0/26")));
    assertThat(sink1.await(routes -> routes.size() == 1).keySet())
        .isEqualTo(prefixes("10.2.0.0/26"));
    Instant since = since(one);

    one.reconfigure(here.withPeers(List.of(importing(toTwo(), only("10.3.0.0/24")))));
    sink1.await(routes -> routes.keySet().equals(prefixes("10.3.0.0/26")));

    one.reconfigure(here.withPeers(List.of(toTwo())));
    sink1.await(routes -> routes.size() == 2);

    one.reconfigure(
        here.withPeers(List.of(toTwo().withRouting(toTwo().routing().withImports(false)))));
    sink1.await(routes -> routes.isEmpty());
    assertThat(since(one)).isEqualTo(since);
    assertThat(one.report().peers()).allMatch(PeerReport::isEstablished);
  }

  @Test
  void aNewExportFilterIsToldAnewUnderTheSameSession() throws InterruptedException {
    SpeakerConfig here = config(1, ONE, port).withAnnounce(prefixes("10.1.0.0/26", "10.4.0.0/26"));
    one.start(here.withPeers(List.of(exporting(toTwo(), only("10.1.0.0/24")))));
    two.start(config(2, TWO, port, toOne()));
    assertThat(sink2.await(routes -> routes.size() == 1).keySet())
        .isEqualTo(prefixes("10.1.0.0/26"));
    Instant since = since(two);

    one.reconfigure(here.withPeers(List.of(exporting(toTwo(), only("10.4.0.0/24")))));
    sink2.await(routes -> routes.keySet().equals(prefixes("10.4.0.0/26")));

    one.reconfigure(
        here.withPeers(List.of(toTwo().withRouting(toTwo().routing().withExports(false)))));
    sink2.await(routes -> routes.isEmpty());

    one.reconfigure(here.withPeers(List.of(toTwo())));
    sink2.await(routes -> routes.size() == 2);
    assertThat(since(two)).isEqualTo(since);
  }

  @Test
  void whatExportSetsArrives() throws InterruptedException {
    RuleFilter filter =
        changing(
            new SetMed(77),
            new Prepend(List.of(Loopback.as(ONE), Loopback.as(ONE))),
            new SetNextHop(IpAddress.parse("192.0.2.77")),
            new ChangeCommunities(
                new CommunityChange(List.of(), List.of(CommunityPattern.parse("64601:5")))));
    one.start(
        config(1, ONE, port, exporting(toTwo(), filter)).withAnnounce(prefixes("10.1.0.0/26")));
    two.start(config(2, TWO, port, toOne()));

    sink2.await(routes -> routes.size() == 1);

    PathAttributes told = two.routes().getFirst().choice().best().attributes();
    assertThat(told.asPath()).hasToString("64601 64601 64601");
    assertThat(told.multiExitDisc()).hasValue(77);
    assertThat(told.nextHop()).contains(NextHop.of(IpAddress.parse("192.0.2.77")));
    assertThat(told.communities()).hasToString("[64601:5]");
  }

  /// It does not offer route refresh, and what it said is kept only as the old filter left it.
  @Test
  void whoCannotBeAskedAgainHasToComeAgain() throws IOException, InterruptedException {
    PeerConfig raw = peer(1, ONE, 2, ONE, port).withPassive(true);
    SpeakerConfig here = config(1, ONE, port);
    one.start(here.withPeers(List.of(importing(raw, only("10.2.0.0/24", new SetLocalPref(7))))));
    try (RawPeer talker = RawPeer.call(2, Loopback.address(1), port)) {
      talker.establish(2, ONE, 0);
      talker.say(announce("10.2.0.0/26", "10.3.0.0/26"));
      assertThat(sink1.await(routes -> routes.size() == 1).values())
          .allMatch(route -> route.localPreference() == 7);

      one.reconfigure(here.withPeers(List.of(raw)));

      Notification last = talker.hearUntil(Notification.class);
      assertThat(last.subcode()).isEqualTo(NotificationCode.CONFIGURATION_CHANGE);
      assertThat(one.report().peers().getFirst().reason()).contains("import filter changed");
    }
    Loopback.await("Active again", () -> one.report().peers().getFirst().state().equals("Active"));
    try (RawPeer talker = RawPeer.call(2, Loopback.address(1), port)) {
      talker.establish(2, ONE, 0);
      talker.say(announce("10.2.0.0/26", "10.3.0.0/26"));
      assertThat(sink1.await(routes -> routes.size() == 2).values())
          .allMatch(route -> route.localPreference() == 100);
    }
  }

  @Test
  void aLimitThatOnlyWarnsEndsNothing() throws IOException, InterruptedException {
    one.start(config(1, ONE, port, limited(Excess.WARN, Optional.empty())));
    try (RawPeer talker = RawPeer.call(2, Loopback.address(1), port)) {
      talker.establish(2, ONE, 0);
      talker.say(announce("10.2.0.0/26", "10.3.0.0/26", "10.3.1.0/26"));

      sink1.await(routes -> routes.size() == 3);

      assertThat(one.report().peers()).allMatch(PeerReport::isEstablished);
    }
  }

  @Test
  void whoToldTooMuchMayComeBackAfterTheRestartTime() throws IOException, InterruptedException {
    one.start(config(1, ONE, port, limited(Excess.DROP, Optional.of(Duration.ofSeconds(1)))));
    try (RawPeer talker = RawPeer.call(2, Loopback.address(1), port)) {
      talker.establish(2, ONE, 0);
      talker.say(announce("10.2.0.0/26", "10.3.0.0/26", "10.3.1.0/26"));
      talker.hearUntil(Notification.class);
    }
    Loopback.await("Active again", () -> one.report().peers().getFirst().state().equals("Active"));
    try (RawPeer talker = RawPeer.call(2, Loopback.address(1), port)) {
      talker.establish(2, ONE, 0);
      talker.say(announce("10.2.0.0/26"));
      sink1.await(routes -> routes.size() == 1);
    }
  }

  private PeerConfig limited(Excess excess, Optional<Duration> restart) {
    PeerConfig raw = peer(1, ONE, 2, ONE, port).withPassive(true);
    return raw.withRouting(raw.routing().withLimit(new PrefixLimit(2, 80, excess, restart)));
  }

  private static Update announce(String... prefixes) {
    PathAttributes attributes =
        PathAttributes.of(
            new Origin(Origin.Source.IGP),
            AsPath.EMPTY,
            NextHop.of(Loopback.address(2)),
            new LocalPref(100));
    return Update.announce(attributes, List.copyOf(prefixes(prefixes)));
  }
}
