// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.AcceptAll;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerType;
import dev.brindle.bird.topology.SpeakerConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LinkPeersTest {

  private static final IpAddress ONE = IpAddress.parse("fe80::1");
  private static final IpAddress OTHER = IpAddress.parse("fe80::2");

  private final Map<String, NeighbourDiscovery.Listener> watched = new HashMap<>();
  private final List<String> closed = new ArrayList<>();
  private final Set<String> busy = new HashSet<>();
  private int moves;

  private final LinkPeers peers =
      new LinkPeers(
          (link, listener) -> {
            watched.put(link, listener);
            return () -> closed.add(link);
          },
          Runnable::run,
          busy::contains,
          () -> moves++);

  private static PeerConfig on(String link) {
    return PeerConfig.of(
            "Peer_" + link,
            PeerType.NODE,
            IpAddress.parse("::"),
            new AsNumber(64512),
            new AsNumber(64513))
        .withZone(Optional.of(link));
  }

  private static SpeakerConfig config(PeerConfig... peers) {
    return new SpeakerConfig(
        new AsNumber(64512),
        IpAddress.parse("192.0.2.1"),
        Optional.empty(),
        List.of(),
        List.of(),
        List.of(peers),
        Set.of(),
        new AcceptAll(),
        new AcceptAll(),
        Duration.ofSeconds(30));
  }

  private NeighbourDiscovery.Listener listener(String link) {
    return Objects.requireNonNull(watched.get(link), link);
  }

  private PeerConfig located(PeerConfig peer) {
    return peers.located(config(peer)).peers().getFirst();
  }

  @Test
  void hasNoSessionBeforeItIsFound() {
    PeerConfig peer = on("eth0");

    assertThat(located(peer).refusal()).contains("looks for a neighbor on eth0");
    peers.follow(List.of(peer));
    listener("eth0").lost("eth0 is down");
    assertThat(located(peer).refusal()).contains("eth0 is down");
    listener("eth0").found(ONE);
    assertThat(located(peer)).isEqualTo(peer.withAddress(ONE));
    assertThat(moves).isEqualTo(2);
    listener("eth0").lost("eth0 is down");
    assertThat(located(peer).refusal()).contains("eth0 is down");
  }

  @Test
  void whatIsToldAgainIsNoNews() {
    peers.follow(List.of(on("eth0")));

    for (int i = 0; i < 3; i++) {
      listener("eth0").found(ONE);
    }
    assertThat(moves).isEqualTo(1);
    for (int i = 0; i < 3; i++) {
      listener("eth0").lost("eth0 is down");
    }
    assertThat(moves).isEqualTo(2);
  }

  @Test
  void anotherRouterEndsNoSession() {
    peers.follow(List.of(on("eth0")));
    listener("eth0").found(ONE);
    busy.add("eth0");

    listener("eth0").found(OTHER);
    assertThat(located(on("eth0")).address()).isEqualTo(ONE);

    busy.clear();
    listener("eth0").found(OTHER);
    assertThat(located(on("eth0")).address()).isEqualTo(OTHER);
  }

  @Test
  void aLinkThatGoesEndsTheSearchAtOnce() {
    peers.follow(List.of(on("eth0")));
    listener("eth0").found(ONE);
    busy.add("eth0");

    listener("eth0").lost("there is no interface eth0");

    assertThat(located(on("eth0")).refusal()).contains("there is no interface eth0");
  }

  @Test
  void watchesWhatIsConfiguredAlone() {
    PeerConfig numbered = on("eth9").withAddress(ONE);
    PeerConfig refused = on("eth8").refusedBecause("no password");
    peers.follow(List.of(on("eth0"), on("eth1"), numbered, refused));
    assertThat(watched).containsOnlyKeys("eth0", "eth1");

    NeighbourDiscovery.Listener before = listener("eth0");
    peers.follow(List.of(on("eth1")));
    assertThat(closed).containsExactly("eth0");
    before.found(ONE); // was under way

    peers.follow(List.of(on("eth0"), on("eth1")));
    before.found(ONE);
    assertThat(moves).isZero();
    assertThat(located(on("eth0")).refusal()).contains("looks for a neighbor on eth0");

    peers.close();
    assertThat(closed).containsExactlyInAnyOrder("eth0", "eth0", "eth1");
  }

  @Test
  void leavesOthersAsTheyAre() {
    PeerConfig numbered = on("eth9").withAddress(ONE);
    PeerConfig refused = on("eth8").refusedBecause("no password");

    assertThat(located(numbered)).isEqualTo(numbered);
    assertThat(located(refused)).isEqualTo(refused);
  }

  @Test
  void isSoughtIfNothingElseIsWrong() {
    PeerConfig refused = on("eth8").refusedBecause("no password");
    SpeakerConfig wanted = config(on("eth0"), refused, on("eth9").withAddress(ONE));

    assertThat(peers.located(wanted).peers())
        .filteredOn(it -> LinkPeers.isSought(it, wanted))
        .extracting(PeerConfig::name)
        .containsExactly("Peer_eth0");
  }
}
