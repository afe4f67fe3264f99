// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.speaker.Loopback.config;
import static dev.brindle.bird.speaker.Loopback.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.filter.FilterRule;
import dev.brindle.bird.filter.FilterRule.Action;
import dev.brindle.bird.filter.RouteChange.SetLocalPref;
import dev.brindle.bird.filter.RouteMatch.RpkiIn;
import dev.brindle.bird.filter.RpkiState;
import dev.brindle.bird.filter.RuleFilter;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.Capability;
import dev.brindle.bird.wire.Message.RouteRefresh;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerKind;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a peer told that is being drained is taken last (RFC 8326 §4.2), with nobody's session
/// ending: here, and through us inside the AS.
class DrainedRoutesTest {

  private static final long AS = 64512;
  private static final Cidr PREFIX = Cidr.parse("10.2.0.0/26");
  private static final Cidr SECOND = Cidr.parse("10.3.0.0/26");
  private static final List<Capability> REFRESH = List.of(new Capability.RouteRefresh());

  private final int port = Loopback.freePort();
  private final RecordingSink sink = new RecordingSink();
  private final Speaker speaker = Loopback.speaker(sink);

  @AfterEach
  void close() {
    speaker.close();
  }

  private PeerConfig raw(int host, long as) {
    return peer(1, AS, host, as, port).withPassive(true);
  }

  private RawPeer call(int host, long as, List<Capability> more) throws IOException {
    PeerKind kind = as == AS ? PeerKind.INTERNAL : PeerKind.EXTERNAL;
    RawPeer raw = RawPeer.call(host, Loopback.address(1), port, kind);
    raw.establish(host, as, 90, more);
    return raw;
  }

  private static Update route(int host, Cidr prefix, long... path) {
    PathAttributes attributes =
        PathAttributes.of(
                new Origin(Origin.Source.IGP), path.length == 0 ? AsPath.EMPTY : AsPath.of(path))
            .with(NextHop.of(Loopback.address(host)));
    return Update.announce(
        path.length == 0 ? attributes.with(new LocalPref(100)) : attributes, List.of(prefix));
  }

  private void awaitVia(int host, Cidr prefix) throws InterruptedException {
    sink.await(
        routes ->
            routes.containsKey(prefix)
                && routes.get(prefix).gateways().equals(List.of(Loopback.address(host))));
  }

  private long preference(Cidr prefix) {
    return speaker.route(prefix).orElseThrow().choice().best().localPref();
  }

  private boolean isLowered(String name) {
    return speaker.report().peers().stream()
        .filter(it -> it.name().equals(name))
        .findFirst()
        .orElseThrow()
        .details()
        .lowered();
  }

  private static long heardPreference(RawPeer inside, Cidr prefix) throws IOException {
    while (true) {
      Update update = inside.hearUntil(Update.class);
      for (var announced : update.announced()) {
        if (announced.prefixes().contains(prefix)) {
          return announced.attributes().localPref().orElseThrow();
        }
      }
    }
  }

  @Test
  void weAndThoseInsideTakeOtherWays() throws IOException, InterruptedException {
    speaker.start(config(1, AS, port, raw(2, AS + 2), raw(3, AS + 3), raw(4, AS)));
    try (RawPeer leaving = call(2, AS + 2, REFRESH);
        RawPeer other = call(3, AS + 3, REFRESH);
        RawPeer inside = call(4, AS, REFRESH)) {
      leaving.say(route(2, PREFIX, AS + 2));
      other.say(route(3, PREFIX, AS + 3, AS + 9));
      awaitVia(2, PREFIX);
      assertThat(heardPreference(inside, PREFIX)).isEqualTo(100);
      leaving.say(route(2, SECOND, AS + 2));
      assertThat(heardPreference(inside, SECOND)).isEqualTo(100);

      assertThat(speaker.drain("Node_2")).isEmpty();

      awaitVia(3, PREFIX);
      assertThat(heardPreference(inside, SECOND)).isZero(); // nobody else has it: still told
      assertThat(preference(SECOND)).isZero();
      assertThat(isLowered("Node_2")).isTrue();
      assertThat(isLowered("Node_3")).isFalse();
      Cidr third = Cidr.parse("10.4.0.0/26");
      leaving.say(route(2, third, AS + 2));
      assertThat(heardPreference(inside, third)).isZero();

      assertThat(speaker.undrain("Node_2")).isEmpty();

      leaving.hearUntil(RouteRefresh.class);
      leaving.say(route(2, PREFIX, AS + 2));
      awaitVia(2, PREFIX);
      assertThat(preference(PREFIX)).isEqualTo(100);
      assertThat(isLowered("Node_2")).isFalse();
      assertThat(speaker.report().peers()).allMatch(it -> it.details().flaps() == 0);
    }
  }

  @Test
  void whoCannotBeAskedStaysLastUntilItTellsAgain() throws IOException, InterruptedException {
    speaker.start(config(1, AS, port, raw(2, AS + 2), raw(3, AS + 3)));
    try (RawPeer leaving = call(2, AS + 2, List.of());
        RawPeer other = call(3, AS + 3, List.of())) {
      leaving.say(route(2, PREFIX, AS + 2));
      other.say(route(3, PREFIX, AS + 3, AS + 9));
      awaitVia(2, PREFIX);
      speaker.drain("Node_2");
      awaitVia(3, PREFIX);

      Optional<String> left = speaker.undrain("Node_2");

      assertThat(left)
          .hasValue(
              "it does not understand ROUTE-REFRESH: what it told stays last until it tells it"
                  + " again; brindle bgp reset ends the session and begins a new one");
      assertThat(speaker.drain()).isEmpty();
      assertThat(speaker.undrain()).containsOnlyKeys("Node_2", "Node_3");
      leaving.say(route(2, PREFIX, AS + 2));
      awaitVia(2, PREFIX);
    }
  }

  @Test
  void whatIsKeptAsItWasToldIsJudgedAnew() throws IOException, InterruptedException {
    var filter =
        new RuleFilter(
            "rpki",
            List.of(
                new FilterRule(
                    "unknown",
                    new RpkiIn(Set.of(RpkiState.NOT_FOUND)),
                    List.of(new SetLocalPref(300)),
                    Action.ACCEPT)),
            false);
    PeerConfig peer = raw(2, AS + 2);
    speaker.start(config(1, AS, port, peer.withRouting(peer.routing().withImportFilter(filter))));
    try (RawPeer leaving = call(2, AS + 2, List.of())) {
      leaving.say(route(2, PREFIX, AS + 2));
      awaitVia(2, PREFIX);
      assertThat(preference(PREFIX)).isEqualTo(300);

      assertThat(speaker.drain("Node_2")).isEmpty();
      assertThat(preference(PREFIX)).isZero();
      assertThat(speaker.undrain("Node_2")).isEmpty();

      Loopback.await("judged anew", () -> preference(PREFIX) == 300);
    }
  }

  @ParameterizedTest(name = "peer of AS {0}, everything: {1}: {2}")
  @CsvSource(
      textBlock =
          """
          64512, false, 0
          64512, true,  100
          64513, false, 0
          64513, true,  0
          """)
  void thoseInsideStayWhenAllOfUsGoes(long as, boolean isAll, long preference)
      throws IOException, InterruptedException {
    speaker.start(config(1, AS, port, raw(2, as)));
    try (RawPeer peer = call(2, as, REFRESH)) {
      peer.say(as == AS ? route(2, PREFIX) : route(2, PREFIX, as));
      awaitVia(2, PREFIX);

      if (isAll) {
        assertThat(speaker.drain()).isEqualTo(Map.of());
      } else {
        assertThat(speaker.drain("Node_2")).isEmpty();
      }

      assertThat(preference(PREFIX)).isEqualTo(preference);
      assertThat(isLowered("Node_2")).isEqualTo(preference == 0);
    }
  }

  @Test
  void aPeerThatComesAgainWithOtherSettingsStillDrains() throws IOException, InterruptedException {
    speaker.start(config(1, AS, port, raw(2, AS + 2)));
    speaker.drain("Node_2");
    PeerConfig another = raw(2, AS + 3);
    speaker.reconfigure(config(1, AS, port, another));
    try (RawPeer peer = call(2, AS + 3, REFRESH)) {
      peer.say(route(2, PREFIX, AS + 3));
      awaitVia(2, PREFIX);

      assertThat(preference(PREFIX)).isZero();
    }
    speaker.reconfigure(config(1, AS, port)); // without it, and then anew
    speaker.reconfigure(config(1, AS, port, another));
    assertThat(speaker.report().peers()).singleElement().matches(it -> !it.draining());
  }
}
