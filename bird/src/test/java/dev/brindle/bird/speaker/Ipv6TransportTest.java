// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.speaker.Loopback.prefixes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.AcceptAll;
import dev.brindle.bird.topology.ListenAddress;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerRouting;
import dev.brindle.bird.topology.PeerType;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.bird.wire.Family;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Sessions over IPv6.
class Ipv6TransportTest {

  private static final AsNumber AS = new AsNumber(64512);

  private final int port1 = Loopback.freePort();
  private final int port2 = Loopback.freePort();

  private static SpeakerConfig config(
      int host,
      IpAddress nextHop,
      IpAddress own,
      int ownPort,
      IpAddress peer,
      int peerPort,
      int hops) {
    return new SpeakerConfig(
        AS,
        Loopback.address(host),
        Optional.empty(),
        List.of(new ListenAddress(own, ownPort)),
        List.of(nextHop),
        List.of(
            PeerConfig.of("Node", PeerType.NODE, peer, AS, AS)
                .withPort(peerPort)
                .withSource(Optional.of(own))
                .withTiming(Loopback.TIMING)
                .withTtlSecurity(hops)
                .withRouting(PeerRouting.of(Family.IPV4_UNICAST, Family.IPV6_UNICAST))),
        prefixes("10.%d.0.0/26".formatted(host), "fd00:%d::/122".formatted(host)),
        new AcceptAll(),
        new AcceptAll(),
        Duration.ofSeconds(30));
  }

  /// Both are ::1, so each takes the other's IPv6 next hop for its own; IPv4 passes.
  @Test
  void speaksOverLoopback() throws InterruptedException {
    IpAddress loopback = IpAddress.parse("::1");
    RecordingSink sink = new RecordingSink();
    try (Speaker one = Loopback.speaker(sink);
        Speaker two = Loopback.speaker(new RecordingSink())) {
      one.start(config(1, Loopback.address(1), loopback, port1, loopback, port2, 0));
      two.start(config(2, Loopback.address(2), loopback, port2, loopback, port1, 0));

      var route = sink.await(routes -> routes.size() == 1).values().iterator().next();

      assertThat(route.gateways()).containsExactly(Loopback.address(2));
    }
  }

  @ParameterizedTest(name = "TTL security {0}")
  @ValueSource(ints = {0, 1})
  void carriesBothFamilies(int hops) throws InterruptedException {
    OwnNetwork.assumeThere();
    IpAddress first = OwnNetwork.ipv6(1);
    IpAddress second = OwnNetwork.ipv6(2);
    RecordingSink sink = new RecordingSink();
    try (Speaker one = Loopback.speaker(sink);
        Speaker two = Loopback.speaker(new RecordingSink())) {
      one.start(config(1, OwnNetwork.ipv4(1), first, port1, second, port2, hops));
      two.start(config(2, OwnNetwork.ipv4(2), second, port2, first, port1, hops));

      assertThat(sink.await(routes -> routes.size() == 2).values())
          .flatExtracting(RouteUpdate.Reachable::gateways)
          .containsExactlyInAnyOrder(OwnNetwork.ipv4(2), second);
    }
  }
}
