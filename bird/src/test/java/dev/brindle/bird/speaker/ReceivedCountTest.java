// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.speaker.Loopback.config;
import static dev.brindle.bird.speaker.Loopback.peer;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.Capability;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message.RouteRefresh;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a peer tells, taken or not, is counted as it is now.
class ReceivedCountTest {

  private static final long AS = 64512;

  private final int port = Loopback.freePort();
  private final Speaker speaker = Loopback.speaker(new RecordingSink());

  @AfterEach
  void close() {
    speaker.close();
  }

  /// With our own AS in its path it is refused.
  private static Update route(boolean isRefused, String... prefixes) {
    PathAttributes attributes =
        PathAttributes.of(
                new Origin(Origin.Source.IGP), isRefused ? AsPath.of(AS) : AsPath.of(AS + 1))
            .with(new LocalPref(100))
            .with(NextHop.of(Loopback.address(2)));
    return Update.announce(attributes, Arrays.stream(prefixes).map(Cidr::parse).toList());
  }

  private void await(String counts) {
    Loopback.await(
        counts,
        () -> {
          PeerReport peer = speaker.report().peers().getFirst();
          String now =
              "%d told, %d taken, %d refused in all"
                  .formatted(peer.details().told(), peer.received(), peer.rejected());
          return now.equals(counts);
        });
  }

  @Test
  void whatIsRefusedCountsOnceAndAsLongAsItIsTold() throws IOException {
    PeerConfig two = peer(1, AS, 2, AS, port).withPassive(true);
    speaker.start(config(1, AS, port, two));
    try (RawPeer peer = RawPeer.call(2, Loopback.address(1), port)) {
      peer.establish(
          2, AS, 90, List.of(new Capability.RouteRefresh(), new Capability.EnhancedRouteRefresh()));
      peer.say(route(true, "10.1.0.0/24", "10.2.0.0/24"));
      peer.say(route(false, "10.3.0.0/24"));
      await("3 told, 1 taken, 2 refused in all");
      peer.say(route(true, "10.1.0.0/24")); // again
      await("3 told, 1 taken, 3 refused in all");
      peer.say(route(true, "10.3.0.0/24")); // no longer taken
      await("3 told, 0 taken, 4 refused in all");
      peer.say(route(false, "10.1.0.0/24", "10.3.0.0/24")); // taken after all
      await("3 told, 2 taken, 4 refused in all");
      peer.say(Update.withdraw(List.of(Cidr.parse("10.2.0.0/24"), Cidr.parse("10.3.0.0/24"))));
      await("1 told, 1 taken, 4 refused in all");
      peer.say(route(true, "10.2.0.0/24", "10.4.0.0/24"));
      await("3 told, 1 taken, 6 refused in all");

      peer.say(new RouteRefresh(Family.IPV4_UNICAST.wire(), RouteRefresh.BEGIN));
      peer.say(route(true, "10.4.0.0/24"));
      peer.say(new RouteRefresh(Family.IPV4_UNICAST.wire(), RouteRefresh.END));
      await("1 told, 0 taken, 7 refused in all");
    }
    await("0 told, 0 taken, 0 refused in all");
  }
}
