// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.speaker.Loopback.peer;
import static dev.brindle.bird.speaker.Loopback.prefixes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.FilterRule;
import dev.brindle.bird.filter.FilterRule.Action;
import dev.brindle.bird.filter.RouteChange.SetLocalPref;
import dev.brindle.bird.filter.RouteMatch.AllOf;
import dev.brindle.bird.filter.RouteMatch.RpkiIn;
import dev.brindle.bird.filter.RpkiState;
import dev.brindle.bird.filter.RuleFilter;
import dev.brindle.bird.rpki.RpkiCache;
import dev.brindle.bird.rpki.RpkiSettings;
import dev.brindle.bird.rpki.RtrTiming;
import dev.brindle.bird.rpki.Vrp;
import dev.brindle.bird.rpki.live.CacheServer;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.Capability;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message.RouteRefresh;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a cache says decides about routes, and decides again when it changes, while the session
/// notices nothing.
class RpkiTest {

  private static final long OURS = 64601;
  private static final long THEIRS = 64602;

  private final int port = Loopback.freePort();
  private final RecordingSink sink = new RecordingSink();
  private final Speaker speaker = Loopback.speaker(sink);
  private final CacheServer cache;

  RpkiTest() throws IOException {
    cache = new CacheServer(0, 1, 42);
  }

  @AfterEach
  void close() throws IOException {
    speaker.close();
    cache.close();
  }

  private static Vrp vrp(String prefix, int maxLength, long as) {
    return new Vrp(Cidr.parse(prefix), maxLength, new AsNumber(as));
  }

  private RpkiSettings caches() {
    return new RpkiSettings(
        List.of(new RpkiCache(IpAddress.parse("127.0.0.1"), cache.port())), RtrTiming.DEFAULT);
  }

  /// Rejects what is invalid, prefers what is valid.
  private static RuleFilter filter(String name, long preference) {
    return new RuleFilter(
        name,
        List.of(
            new FilterRule(
                "invalid", new RpkiIn(Set.of(RpkiState.INVALID)), List.of(), Action.REJECT),
            new FilterRule(
                "valid",
                new RpkiIn(Set.of(RpkiState.VALID)),
                List.of(new SetLocalPref(preference)),
                Action.ACCEPT),
            new FilterRule("rest", new AllOf(List.of()), List.of(), Action.ACCEPT)),
        false);
  }

  private SpeakerConfig config(RuleFilter filter) {
    PeerConfig peer = peer(1, OURS, 2, THEIRS, port).withPassive(true);
    return Loopback.config(1, OURS, port, peer.withRouting(peer.routing().withImportFilter(filter)))
        .withRpki(caches());
  }

  private static Update told(String prefix, long origin) {
    return Update.announce(
        PathAttributes.of(
            new Origin(Origin.Source.IGP),
            AsPath.of(THEIRS, origin),
            NextHop.of(Loopback.address(2))),
        List.of(Cidr.parse(prefix)));
  }

  private long preference(String prefix) {
    return speaker
        .route(Cidr.parse(prefix))
        .orElseThrow()
        .choice()
        .best()
        .attributes()
        .localPref()
        .orElse(100);
  }

  private Instant since() {
    return speaker.report().peers().getFirst().since();
  }

  private int vrps() {
    return speaker.report().rpki().orElseThrow().vrps();
  }

  @Test
  void aChangeOfVrpsJudgesAnewWithoutAWordToThePeer() throws IOException, InterruptedException {
    cache.set(List.of(vrp("10.2.0.0/16", 26, 7), vrp("10.3.0.0/16", 26, 7)));
    speaker.start(config(filter("rpki", 300)));
    Loopback.await("two VRPs", () -> vrps() == 2);
    try (RawPeer talker = RawPeer.call(2, Loopback.address(1), port)) {
      talker.establish(2, THEIRS, 0);
      talker.say(told("10.2.0.0/26", 7));
      talker.say(told("10.3.0.0/26", 8)); // invalid
      talker.say(told("10.4.0.0/26", 8)); // not found
      sink.await(it -> it.keySet().equals(prefixes("10.2.0.0/26", "10.4.0.0/26")));
      assertThat(preference("10.2.0.0/26")).isEqualTo(300);
      assertThat(preference("10.4.0.0/26")).isEqualTo(100);
      Instant since = since();

      cache.set(List.of(vrp("10.3.0.0/16", 26, 8), vrp("10.4.0.0/25", 25, 8)));

      sink.await(it -> it.keySet().equals(prefixes("10.2.0.0/26", "10.3.0.0/26")));
      assertThat(preference("10.2.0.0/26")).isEqualTo(100);
      assertThat(preference("10.3.0.0/26")).isEqualTo(300);

      // what is withdrawn meanwhile does not come back
      talker.say(Update.withdraw(List.of(Cidr.parse("10.3.0.0/26"))));
      sink.await(it -> it.keySet().equals(prefixes("10.2.0.0/26")));
      cache.set(List.of());
      sink.await(it -> it.keySet().equals(prefixes("10.2.0.0/26", "10.4.0.0/26")));

      assertThat(since()).isEqualTo(since);
      talker.setPatience(300);
      assertThatThrownBy(() -> talker.hearUntil(RouteRefresh.class))
          .isInstanceOf(SocketTimeoutException.class);
    }
  }

  /// All it told is kept, so another filter that asks for RPKI is no reason to ask the peer, which
  /// here could not even be asked.
  @Test
  void anotherFilterJudgesAnewWhatIsKept() throws IOException, InterruptedException {
    cache.set(List.of(vrp("10.2.0.0/16", 26, 7)));
    speaker.start(config(filter("one", 300)));
    Loopback.await("a VRP", () -> vrps() == 1);
    try (RawPeer talker = RawPeer.call(2, Loopback.address(1), port)) {
      talker.establish(2, THEIRS, 0);
      talker.say(told("10.2.0.0/26", 7));
      sink.await(it -> it.size() == 1);
      Instant since = since();

      speaker.reconfigure(config(filter("two", 400)));

      Loopback.await("judged anew", () -> preference("10.2.0.0/26") == 400);
      assertThat(since()).isEqualTo(since);
    }
  }

  /// Before the cache has said everything, all is not-found; whatever came then is judged anew.
  @Test
  void routesBeforeVrpsAreJudgedAnew() throws IOException, InterruptedException {
    speaker.start(config(filter("rpki", 300)));
    try (RawPeer talker = RawPeer.call(2, Loopback.address(1), port)) {
      talker.establish(2, THEIRS, 0);
      for (int i = 0; i < 200; i++) {
        talker.say(told("1.0.%d.0/24".formatted(i), 1 + (i & ~1)));
      }
      sink.await(it -> it.size() == 200);

      cache.set(CacheServer.many(100_000)); // 1.0.i.0/24 of AS i + 1

      sink.await(it -> it.size() == 100);
      assertThat(preference("1.0.0.0/24")).isEqualTo(300);
      assertThat(speaker.report().rpki().orElseThrow().caches())
          .allMatch(it -> it.isUsed() && it.problem().isEmpty());
    }
  }

  @Test
  void routesOfBothFamiliesAreJudgedAnew() throws IOException, InterruptedException {
    cache.set(List.of(vrp("10.9.0.0/16", 16, 7)));
    speaker.start(config(filter("rpki", 300)));
    Loopback.await("a VRP", () -> vrps() == 1);
    try (RawPeer talker = RawPeer.call(2, Loopback.address(1), port)) {
      talker.establish(
          2, THEIRS, 0, List.of(new Capability.Multiprotocol(Family.IPV6_UNICAST.wire())));
      talker.say(told("10.2.0.0/26", 7));
      talker.say(
          Update.announce(
              PathAttributes.of(
                  new Origin(Origin.Source.IGP),
                  AsPath.of(THEIRS, 7),
                  NextHop.of(IpAddress.parse("2001:db8::2"))),
              List.of(Cidr.parse("fd00:2::/122"))));
      sink.await(it -> it.keySet().equals(prefixes("10.2.0.0/26", "fd00:2::/122")));

      cache.set(List.of(vrp("10.2.0.0/16", 26, 8), vrp("fd00:2::/64", 122, 8)));

      sink.await(it -> it.isEmpty());
      cache.set(List.of(vrp("fd00:2::/64", 122, 7)));
      sink.await(it -> it.keySet().equals(prefixes("10.2.0.0/26", "fd00:2::/122")));
      assertThat(preference("fd00:2::/122")).isEqualTo(300);
    }
  }
}
