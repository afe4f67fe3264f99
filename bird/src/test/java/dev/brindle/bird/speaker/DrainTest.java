// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.speaker.Loopback.config;
import static dev.brindle.bird.speaker.Loopback.peer;
import static dev.brindle.bird.speaker.Loopback.prefixes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.Community;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.PathAttribute.Communities;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerKind;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Graceful shutdown (RFC 8326), both sides of it, with peers that say exactly what we want.
class DrainTest {

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
    return peer(1, AS, host, as, port).withPassive(true);
  }

  private RawPeer call(int host, long as) throws IOException {
    PeerKind kind = as == AS ? PeerKind.INTERNAL : PeerKind.EXTERNAL;
    RawPeer raw = RawPeer.call(host, Loopback.address(1), port, kind);
    raw.establish(host, as, 90);
    return raw;
  }

  /// LOCAL_PREF and communities of the next route.
  private static String hear(RawPeer told) throws IOException {
    Update update = told.hearUntil(Update.class);
    while (update.announced().isEmpty()) {
      update = told.hearUntil(Update.class);
    }
    PathAttributes attributes = update.announced().getFirst().attributes();
    String preference =
        attributes.localPref().isPresent()
            ? Long.toString(attributes.localPref().getAsLong())
            : "none";
    return preference + " " + attributes.communities();
  }

  @Test
  void allAreToldAndToldAgainWhenItIsOver() throws IOException {
    speaker.start(
        config(1, AS, port, raw(2, AS), raw(3, AS + 3)).withAnnounce(prefixes("10.1.0.0/26")));
    try (RawPeer inside = call(2, AS);
        RawPeer outside = call(3, AS + 3)) {
      assertThat(hear(inside)).isEqualTo("100 []");
      assertThat(hear(outside)).isEqualTo("none []");

      speaker.drain();

      assertThat(hear(inside)).isEqualTo("0 [65535:0]");
      assertThat(hear(outside)).isEqualTo("none [65535:0]");
      assertThat(speaker.report().draining()).isTrue();
      assertThat(speaker.report().peers()).allMatch(PeerReport::draining);
      assertThat(speaker.report().peers()).allMatch(it -> it.advertised() == 1);

      speaker.undrain();

      assertThat(hear(inside)).isEqualTo("100 []");
      assertThat(hear(outside)).isEqualTo("none []");
      assertThat(speaker.report().draining()).isFalse();
      assertThat(speaker.report().peers()).noneMatch(PeerReport::draining);
    }
  }

  @Test
  void oneIsToldAlone() throws IOException {
    speaker.start(
        config(1, AS, port, raw(2, AS), raw(3, AS)).withAnnounce(prefixes("10.1.0.0/26")));
    try (RawPeer one = call(2, AS);
        RawPeer other = call(3, AS)) {
      hear(one);
      hear(other);

      speaker.drain("Node_2");
      assertThat(hear(one)).isEqualTo("0 [65535:0]");
      speaker.reconfigure(
          config(1, AS, port, raw(2, AS), raw(3, AS)).withAnnounce(prefixes("10.1.1.0/26")));

      assertThat(hear(one)).isEqualTo("0 [65535:0]");
      assertThat(hear(other)).isEqualTo("100 []");
      assertThat(speaker.report().peers().stream().filter(PeerReport::draining))
          .singleElement()
          .satisfies(it -> assertThat(it.name()).isEqualTo("Node_2"));

      speaker.undrain("Node_2");
      assertThat(hear(one)).isEqualTo("100 []");
    }
    assertThatThrownBy(() -> speaker.drain("Node_9"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there is no BGP peer 'Node_9', only [Node_2, Node_3]");
  }

  @Test
  void whoComesWhileWeDrainIsToldSo() throws IOException {
    speaker.start(config(1, AS, port, raw(2, AS)).withAnnounce(prefixes("10.1.0.0/26")));
    speaker.drain();
    speaker.reconfigure(
        config(1, AS, port, raw(2, AS), raw(3, AS)).withAnnounce(prefixes("10.1.0.0/26")));
    try (RawPeer old = call(2, AS);
        RawPeer fresh = call(3, AS)) {
      assertThat(hear(old)).isEqualTo("0 [65535:0]");
      assertThat(hear(fresh)).isEqualTo("0 [65535:0]");
    }
  }

  // ---- others drain

  @ParameterizedTest(name = "AS {0}, heeded {1}, marked {2}: {3}")
  @CsvSource(
      textBlock =
          """
          # AS,  heeded, marked,   preference
          64513, true,   65535:0,  0
          64513, true,   65535:1,  100
          64513, false,  65535:0,  100
          64512, true,   65535:0,  100
          """)
  void whatIsSoonGoneIsTakenLast(long as, boolean isHeeded, String mark, long preference)
      throws IOException, InterruptedException {
    PeerConfig two = raw(2, as);
    speaker.start(config(1, AS, port, two.withRouting(two.routing().withHeedsShutdown(isHeeded))));
    try (RawPeer leaving = call(2, as)) {
      leaving.say(announce(as, mark));
      sink.await(routes -> routes.size() == 1);

      assertThat(speaker.route(PREFIX).orElseThrow().choice().best().localPref())
          .isEqualTo(preference);
    }
  }

  private static Update announce(long as, String mark) {
    int low = Integer.parseInt(mark.substring(mark.indexOf(':') + 1));
    PathAttributes attributes =
        PathAttributes.of(new Origin(Origin.Source.IGP), as == AS ? AsPath.EMPTY : AsPath.of(as))
            .with(NextHop.of(Loopback.address(2)))
            .with(new Communities(List.of(Community.of(65_535, low))));
    return Update.announce(
        as == AS ? attributes.with(new LocalPref(100)) : attributes, List.of(PREFIX));
  }
}
