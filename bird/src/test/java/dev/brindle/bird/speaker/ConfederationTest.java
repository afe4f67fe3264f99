// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.topology.Confederation;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.wire.PathAttributes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A confederation of three members, 65001 to 65003, that is 64500 to all others (RFC 5065).
///
/// ```
/// 64999 ── 65001 ── 65002 ── 65003 ── 64998
/// ```
class ConfederationTest {

  private static final Confederation CONFEDERATION =
      new Confederation(
          Loopback.as(64500), Set.of(Loopback.as(65001), Loopback.as(65002), Loopback.as(65003)));
  private static final String BIRD = "/usr/sbin/bird";
  private static final String BIRDC = "/usr/sbin/birdc";

  private final int port = Loopback.freePort();
  private final RecordingSink sink = new RecordingSink();
  private final Speaker[] speakers = new Speaker[6];

  @TempDir private Path directory;

  @AfterEach
  void close() {
    for (Speaker speaker : speakers) {
      if (speaker != null) {
        speaker.close();
      }
    }
  }

  private void start(
      int host, long as, boolean isMember, List<PeerConfig> peers, String... routes) {
    Speaker speaker = Loopback.speaker(host == 5 ? sink : new RecordingSink());
    speakers[host] = speaker;
    PeerConfig[] all =
        peers.stream()
            .map(peer -> isMember ? CONFEDERATION.applied(peer, Loopback.as(as)) : peer)
            .toArray(PeerConfig[]::new);
    speaker.start(Loopback.config(host, as, port, all).withAnnounce(Loopback.prefixes(routes)));
  }

  private PeerConfig peer(int host, long as, int other, long otherAs) {
    return Loopback.peer(host, as, other, otherAs, port);
  }

  private PathAttributes at(int host, String prefix) {
    return speakers[host].routes().stream()
        .filter(it -> it.prefix().equals(Cidr.parse(prefix)))
        .findFirst()
        .orElseThrow()
        .choice()
        .best()
        .attributes();
  }

  @Test
  void isOneSystemToOthersAndSeveralToItself() throws InterruptedException {
    start(1, 64999, false, List.of(peer(1, 64999, 2, 64500)), "10.1.0.0/24");
    start(2, 65001, true, List.of(peer(2, 65001, 1, 64999), peer(2, 65001, 3, 65002)));
    start(
        3, 65002, true, List.of(peer(3, 65002, 2, 65001), peer(3, 65002, 4, 65003)), "10.3.0.0/24");
    start(4, 65003, true, List.of(peer(4, 65003, 3, 65002), peer(4, 65003, 5, 64998)));
    start(5, 64998, false, List.of(peer(5, 64998, 4, 64500)));

    sink.await(routes -> routes.size() == 2);

    assertThat(at(5, "10.1.0.0/24").asPath()).hasToString("64500 64999");
    assertThat(at(5, "10.3.0.0/24").asPath()).hasToString("64500");
    assertThat(at(5, "10.1.0.0/24").localPref()).isEmpty();
    assertThat(at(4, "10.1.0.0/24").asPath()).hasToString("(65002 65001) 64999");
    assertThat(at(4, "10.1.0.0/24").localPref()).hasValue(100);
    // as in one system the next hop stays that of who was told outside
    assertThat(at(4, "10.1.0.0/24").nextHop().orElseThrow().address())
        .isEqualTo(Loopback.address(1));
    assertThat(at(3, "10.1.0.0/24").asPath()).hasToString("(65001) 64999");
  }

  @Test
  void birdIsAMember() throws IOException, InterruptedException {
    int birdPort = Loopback.freePort(); // it listens on all addresses
    RouterProcess.assumeInstalled(BIRD, "bird2");
    start(1, 64999, false, List.of(peer(1, 64999, 2, 64500)), "10.1.0.0/24");
    Files.writeString(
        directory.resolve("bird.conf"),
        """
        router id 127.0.0.3;
        protocol device {}
        protocol static four { ipv4; route 10.3.0.0/24 blackhole; }
        protocol bgp two {
          local 127.0.0.3 port %2$d as 65002;
          neighbor 127.0.0.2 port %1$d as 65001;
          confederation 64500; confederation member on;
          multihop; hold time 9; connect delay time 1; connect retry time 1;
          ipv4 { import all; export all; gateway recursive; };
        }
        """
            .formatted(port, birdPort));
    try (RouterProcess bird =
        RouterProcess.start(
            directory,
            List.of(BIRD, "-f", "-c", "bird.conf", "-s", "bird.ctl", "-P", "bird.pid"))) {
      start(
          2,
          65001,
          true,
          List.of(
              peer(2, 65001, 1, 64999),
              peer(2, 65001, 3, 65002).withPort(birdPort),
              peer(2, 65001, 5, 64998)));
      start(5, 64998, false, List.of(peer(5, 64998, 2, 64500)));

      sink.await(routes -> routes.size() == 2);

      assertThat(at(5, "10.3.0.0/24").asPath()).hasToString("64500");
      assertThat(at(2, "10.3.0.0/24").asPath()).hasToString("(65002)");
      String control = directory.resolve("bird.ctl").toString();
      String told =
          bird.askUntil(
              "10.1.0.0/24", List.of(BIRDC, "-s", control, "show route all protocol two"));
      assertThat(told).contains("BGP.as_path: (65001) 64999").contains("BGP.local_pref: 100");
    }
  }
}
