// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.speaker.Loopback.config;
import static dev.brindle.bird.speaker.Loopback.peer;
import static dev.brindle.bird.speaker.Loopback.prefixes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.SpeakerConfig;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/// Speakers that talk over real sockets on loopback.
class SpeakerTest {

  private static final long AS = 64512;

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

  @Test
  void tellsRoutesOfBothFamiliesToAPeerInTheSameSystem() throws InterruptedException {
    one.start(
        config(1, AS, port, peer(1, AS, 2, AS, port))
            .withAnnounce(prefixes("10.1.0.0/26", "fd00:1::/122")));
    two.start(config(2, AS, port, peer(2, AS, 1, AS, port)).withAnnounce(prefixes("10.2.0.0/26")));

    var atTwo = sink2.await(routes -> routes.size() == 2);
    var atOne = sink1.await(routes -> routes.size() == 1);

    assertThat(atTwo.keySet())
        .containsExactlyInAnyOrderElementsOf(prefixes("10.1.0.0/26", "fd00:1::/122"));
    assertThat(atTwo.values())
        .allSatisfy(route -> assertThat(route.isInternal()).isTrue())
        .flatExtracting(RouteUpdate.Reachable::gateways)
        .containsExactlyInAnyOrder(Loopback.address(1), IpAddress.parse("2001:db8::1"));
    assertThat(atOne.keySet()).isEqualTo(prefixes("10.2.0.0/26"));
    sink1.awaitConverged();
    sink2.awaitConverged();
    assertThat(one.report().peers())
        .singleElement()
        .satisfies(
            peer -> {
              assertThat(peer.state()).isEqualTo("Established");
              assertThat(peer.received()).isOne();
              assertThat(peer.advertised()).isEqualTo(2);
            });
  }

  @RepeatedTest(30)
  void bothMayCallAtOnce() throws InterruptedException, ExecutionException {
    FutureTask<Boolean> other =
        new FutureTask<>(
            () ->
                two.start(
                    config(2, AS, port, peer(2, AS, 1, AS, port))
                        .withAnnounce(prefixes("10.2.0.0/26"))),
            true);
    Thread.startVirtualThread(other);
    one.start(config(1, AS, port, peer(1, AS, 2, AS, port)).withAnnounce(prefixes("10.1.0.0/26")));
    assertThat(other.get()).isTrue(); // or it could not listen

    sink1.await(routes -> routes.size() == 1);
    sink2.await(routes -> routes.size() == 1);

    Loopback.await(
        "one session",
        () -> Stream.of(one, two).allMatch(it -> it.report().peers().getFirst().isEstablished()));
  }

  @Test
  void withdrawsWhatIsNoLongerAnnounced() throws InterruptedException {
    SpeakerConfig first = config(1, AS, port, peer(1, AS, 2, AS, port));
    one.start(first.withAnnounce(prefixes("10.1.0.0/26", "10.1.1.0/26")));
    two.start(config(2, AS, port, peer(2, AS, 1, AS, port)));
    sink2.await(routes -> routes.size() == 2);
    var since = one.report().peers().getFirst().since();

    one.reconfigure(first.withAnnounce(prefixes("10.1.1.0/26")));

    assertThat(sink2.await(routes -> routes.size() == 1).keySet())
        .isEqualTo(prefixes("10.1.1.0/26"));
    assertThat(one.report().peers().getFirst().since()).isEqualTo(since);
  }

  @Test
  void removesRoutesOfAPeerThatSaysGoodbye() throws InterruptedException {
    one.start(config(1, AS, port, peer(1, AS, 2, AS, port)).withAnnounce(prefixes("10.1.0.0/26")));
    two.start(config(2, AS, port, peer(2, AS, 1, AS, port)));
    sink2.await(routes -> routes.size() == 1);

    one.reconfigure(config(1, AS, port));

    sink2.await(routes -> routes.isEmpty());
    assertThat(two.report().peers().getFirst().reason()).contains("peer de-configured");
  }

  @Test
  void keepsRoutesOfAPeerThatRestarts() throws InterruptedException {
    SpeakerConfig first = config(1, AS, port, peer(1, AS, 2, AS, port));
    one.start(first.withAnnounce(prefixes("10.1.0.0/26", "10.1.1.0/26")));
    two.start(config(2, AS, port, peer(2, AS, 1, AS, port)));
    sink2.await(routes -> routes.size() == 2);

    one.leave();
    Loopback.await("stale", () -> two.report().peers().getFirst().stale());
    assertThat(sink2.routes()).hasSize(2);

    try (Speaker again = Loopback.speaker(sink1)) {
      again.start(first.withAnnounce(prefixes("10.1.0.0/26")));
      assertThat(sink2.await(routes -> routes.size() == 1).keySet())
          .isEqualTo(prefixes("10.1.0.0/26"));
      assertThat(two.report().peers().getFirst().stale()).isFalse();
    }
  }

  @Test
  void prependsItsSystemAndPutsItselfInTheWayOutwards() throws InterruptedException {
    one.start(
        config(1, 64601, port, peer(1, 64601, 2, 64602, port))
            .withAnnounce(prefixes("10.1.0.0/26")));
    two.start(config(2, 64602, port, peer(2, 64602, 1, 64601, port)));

    var route = sink2.await(routes -> routes.size() == 1).values().iterator().next();

    assertThat(route.gateways()).containsExactly(Loopback.address(1));
    assertThat(route.isInternal()).isFalse();
    assertThat(two.routes().getFirst().choice().best().attributes().asPath()).hasToString("64601");
  }

  @Test
  void reflectsRoutesBetweenClients() throws InterruptedException {
    PeerConfig client2 = peer(1, AS, 2, AS, port);
    PeerConfig client3 = peer(1, AS, 3, AS, port);
    one.start(
        config(
            1,
            AS,
            port,
            client2.withRouting(client2.routing().withReflectorClient(true)),
            client3.withRouting(client3.routing().withReflectorClient(true))));
    RecordingSink sink3 = new RecordingSink();
    try (Speaker three = Loopback.speaker(sink3)) {
      two.start(
          config(2, AS, port, peer(2, AS, 1, AS, port)).withAnnounce(prefixes("10.2.0.0/26")));
      three.start(config(3, AS, port, peer(3, AS, 1, AS, port)));

      var route = sink3.await(routes -> routes.size() == 1).values().iterator().next();

      assertThat(route.gateways()).containsExactly(Loopback.address(2));
      var attributes = three.routes().getFirst().choice().best().attributes();
      assertThat(attributes.originatorId()).contains(Loopback.address(2));
      assertThat(attributes.clusterList()).containsExactly(Loopback.address(1));
    }
  }

  @Test
  void givesNoSessionToAPeerThatIsRefused() throws InterruptedException {
    one.start(
        config(1, AS, port, peer(1, AS, 2, AS, port).refusedBecause("no password in Secret x")));

    assertThat(one.report().peers())
        .singleElement()
        .satisfies(
            peer -> {
              assertThat(peer.state()).isEqualTo("Idle");
              assertThat(peer.reason()).isEqualTo("no password in Secret x");
            });
    sink1.awaitConverged();
    assertThat(sink1.timesConverged()).isOne();
  }

  /// Else a kernel would lose for a moment what it had from before a restart.
  @RepeatedTest(10)
  void whatIsToldBeforeTheEndReachesTheSinkBeforeIt() throws InterruptedException {
    one.start(config(1, AS, port, peer(1, AS, 2, AS, port)));
    two.start(
        config(2, AS, port, peer(2, AS, 1, AS, port))
            .withAnnounce(prefixes("10.2.0.0/26", "10.2.0.64/26")));

    sink1.awaitConverged();

    assertThat(sink1.atConvergence()).isEqualTo(prefixes("10.2.0.0/26", "10.2.0.64/26"));
  }

  @Test
  void saysWhereItCannotListenAndWhatToDo() {
    one.start(config(1, AS, port));

    assertThatThrownBy(() -> two.start(config(1, AS, port)))
        .isInstanceOf(ListenException.class)
        .hasMessageContaining("127.0.0.1:" + port)
        .hasMessageContaining("listenPort");
  }

  @Test
  void changesOnlyTheSessionWhosePeerChanged() throws InterruptedException {
    PeerConfig toTwo = peer(1, AS, 2, AS, port);
    one.start(config(1, AS, port, toTwo));
    two.start(config(2, AS, port, peer(2, AS, 1, AS, port)).withAnnounce(prefixes("10.2.0.0/26")));
    sink1.await(routes -> routes.size() == 1);
    var since = one.report().peers().getFirst().since();

    one.reconfigure(config(1, AS, port).withPeers(List.of(toTwo, peer(1, AS, 3, AS, port))));

    assertThat(one.report().peers()).hasSize(2);
    assertThat(one.report().peers().getFirst().since()).isEqualTo(since);
  }
}
