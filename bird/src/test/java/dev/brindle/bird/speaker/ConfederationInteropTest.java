// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.speaker.Loopback.as;
import static dev.brindle.bird.speaker.Loopback.prefixes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.topology.Confederation;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerType;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.bird.wire.PathAttributes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// FRR is in a confederation with us. We are 192.0.2.1, it is 192.0.2.2, and 192.0.2.3 is outside.
///
/// ```
/// 64999 ── 65001 ── 65002 (FRR)
///          └───── 64500 ─────┘
/// ```
class ConfederationInteropTest {

  private static final String FRR = "/usr/lib/frr/bgpd";
  private static final Confederation CONFEDERATION =
      new Confederation(as(64500), Set.of(as(65001), as(65002)));

  private final int port = Loopback.freePort();
  private final int theirPort = Loopback.freePort();
  private final RecordingSink sink = new RecordingSink();
  private final RecordingSink outside = new RecordingSink();
  private final Speaker speaker = Loopback.speaker(sink);
  private final Speaker stranger = Loopback.speaker(outside);

  @TempDir private Path directory;

  @AfterEach
  void close() {
    speaker.close();
    stranger.close();
  }

  private SpeakerConfig config(int host, long as, String prefix, PeerConfig... peers) {
    IpAddress address = OwnNetwork.ipv4(host);
    return Loopback.host(address, as(as), port, prefixes(prefix), peers);
  }

  private PeerConfig peer(int us, long ours, int host, long theirs) {
    return PeerConfig.of("host" + host, PeerType.NODE, OwnNetwork.ipv4(host), as(ours), as(theirs))
        .withSource(Optional.of(OwnNetwork.ipv4(us)))
        .withPort(port)
        .withTiming(Loopback.TIMING);
  }

  private RouterProcess frr() throws IOException {
    RouterProcess.assumeInstalled(FRR, "frr");
    Files.writeString(
        directory.resolve("bgpd.conf"),
        """
        hostname frr
        router bgp 65002
         bgp router-id 192.0.2.2
         bgp confederation identifier 64500
         bgp confederation peers 65001
         no bgp ebgp-requires-policy
         no bgp network import-check
         neighbor 192.0.2.1 remote-as 65001
         neighbor 192.0.2.1 passive
         neighbor 192.0.2.1 disable-connected-check
         address-family ipv4 unicast
          network 10.2.1.0/24
          neighbor 192.0.2.1 activate
         exit-address-family
        exit
        """);
    List<String> command = new ArrayList<>(List.of(FRR, "-n", "-Z", "-S", "-u", "root"));
    command.addAll(List.of("-g", "root", "-f", "bgpd.conf", "-i"));
    command.addAll(List.of(directory.resolve("bgpd.pid").toString(), "-l", "192.0.2.2"));
    command.addAll(List.of("--vty_socket", directory.toString(), "-P", "0"));
    command.addAll(List.of("-p", Integer.toString(theirPort)));
    return RouterProcess.start(directory, command);
  }

  private static PathAttributes best(Speaker at, String prefix) {
    return at.route(prefixes(prefix).iterator().next()).orElseThrow().choice().best().attributes();
  }

  @Test
  void frrIsAMember() throws IOException, InterruptedException {
    OwnNetwork.assumeThere();
    PeerConfig frr = peer(1, 65001, 2, 65002).withPort(theirPort);
    PeerConfig other = peer(1, 65001, 3, 64999);
    speaker.start(
        config(
            1,
            65001,
            "10.1.0.0/26",
            CONFEDERATION.applied(frr, as(65001)),
            CONFEDERATION.applied(other, as(65001))));
    stranger.start(config(3, 64999, "10.3.0.0/24", peer(3, 64999, 1, 64500)));
    try (RouterProcess router = frr()) {
      outside.await(routes -> routes.size() == 2);
      assertThat(best(stranger, "10.2.1.0/24").asPath()).hasToString("64500");
      assertThat(best(stranger, "10.1.0.0/26").asPath()).hasToString("64500");
      assertThat(best(speaker, "10.2.1.0/24").asPath()).hasToString("(65002)");

      String told = router.askUntil("64999", vtysh("show bgp ipv4 unicast 10.3.0.0/24"));
      assertThat(told)
          .contains("(65001) 64999")
          .contains("192.0.2.3")
          .contains("localpref 100")
          .contains("confed-external");
      assertThat(router.askUntil("65001", vtysh("show bgp ipv4 unicast 10.1.0.0/26")))
          .contains("(65001)");
    }
  }

  private List<String> vtysh(String words) {
    return List.of("/usr/bin/vtysh", "--vty_socket", directory.toString(), "-c", words);
  }
}
