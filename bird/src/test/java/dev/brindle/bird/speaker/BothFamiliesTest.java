// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
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
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// IPv4 and IPv6 on one session, where the configuration names addresses of one family only.
class BothFamiliesTest {

  private static final Cidr PREFIX = Cidr.parse("2001:db8:203::/48");

  @BeforeAll
  static void hosts() {
    OwnNetwork.assumeThere();
  }

  private static SpeakerConfig config(int host, int peer, int port, List<IpAddress> addresses) {
    AsNumber as = new AsNumber(65_000 + host);
    AsNumber peerAs = new AsNumber(65_000 + peer);
    return new SpeakerConfig(
        as,
        OwnNetwork.ipv4(host),
        Optional.empty(),
        List.of(new ListenAddress(OwnNetwork.ipv4(host), port)),
        addresses,
        List.of(
            PeerConfig.of("Node", PeerType.NODE, OwnNetwork.ipv4(peer), as, peerAs)
                .withPort(port)
                .withSource(Optional.of(OwnNetwork.ipv4(host)))
                .withTiming(Loopback.TIMING)
                .withRouting(PeerRouting.of(Family.IPV4_UNICAST, Family.IPV6_UNICAST))),
        host == 1 ? Loopback.prefixes(PREFIX.toString()) : Loopback.prefixes(),
        new AcceptAll(),
        new AcceptAll(),
        Duration.ofSeconds(30));
  }

  /// As BIRD, FRR and OpenBGPD have it: a global address of the interface that the session is on.
  @Test
  void theInterfaceHasTheNextHopOfTheOtherFamily() throws InterruptedException {
    int port = Loopback.freePort();
    RecordingSink sink = new RecordingSink();
    try (Speaker one = Loopback.speaker(new RecordingSink());
        Speaker two = Loopback.speaker(sink)) {
      one.start(config(1, 2, port, List.of()));
      two.start(config(2, 1, port, List.of(OwnNetwork.ipv6(2))));

      var route =
          Objects.requireNonNull(sink.await(routes -> routes.containsKey(PREFIX)).get(PREFIX));

      assertThat(route.gateways()).containsExactly(OwnNetwork.ipv6(1));
    }
  }

  @Test
  void onlyAnAddressOfCertainInterfacesHasAnotherBesideIt() {
    assertThat(SocketAddresses.beside(OwnNetwork.ipv6(2))).contains(OwnNetwork.ipv4(1));
    assertThat(SocketAddresses.beside(IpAddress.parse("fe80::1"))).isEmpty();
    assertThat(SocketAddresses.beside(IpAddress.parse("203.0.113.77"))).isEmpty();
  }
}
