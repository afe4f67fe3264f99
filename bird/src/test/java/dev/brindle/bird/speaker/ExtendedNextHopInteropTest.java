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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// IPv4 routes over sessions and next hops of IPv6 alone (RFC 8950), both ways.
class ExtendedNextHopInteropTest {

  private static final IpAddress OURS = OwnNetwork.ipv6(1);
  private static final IpAddress THEIRS = OwnNetwork.ipv6(2);

  private final int port = Loopback.freePort();
  private final int theirPort = Loopback.freePort();
  private final RecordingSink sink = new RecordingSink();
  private final Speaker speaker = Loopback.speaker(sink);

  @TempDir private Path directory;

  @BeforeEach
  void assumeOwnNetwork() {
    OwnNetwork.assumeThere();
  }

  @AfterEach
  void close() {
    speaker.close();
  }

  private SpeakerConfig config() {
    PeerConfig peer =
        PeerConfig.of("Node_2", PeerType.NODE, THEIRS, new AsNumber(64512), new AsNumber(64513))
            .withPort(theirPort)
            .withSource(Optional.of(OURS))
            .withTiming(Loopback.TIMING)
            .withRouting(
                PeerRouting.of(Family.IPV4_UNICAST, Family.IPV6_UNICAST).withExtendedNextHop(true));
    return new SpeakerConfig(
        new AsNumber(64512),
        OwnNetwork.ipv4(1),
        Optional.empty(),
        List.of(new ListenAddress(OURS, port)),
        List.of(OURS),
        List.of(peer),
        prefixes("10.1.0.0/26", "fd00:1::/122"),
        new AcceptAll(),
        new AcceptAll(),
        Duration.ofSeconds(30));
  }

  private void exchange(RouterProcess router, List<String> show)
      throws IOException, InterruptedException {
    var routes = sink.await(it -> it.keySet().containsAll(prefixes("10.2.0.0/26")));
    assertThat(routes.values())
        .singleElement()
        .satisfies(route -> assertThat(route.gateways()).containsExactly(THEIRS));
    assertThat(router.askUntil("10.1.0.0/26", show)).contains(OURS.toString());

    speaker.reconfigure(config().withAnnounce(prefixes("10.1.1.0/26")));

    router.askUntil("10.1.1.0/26", show);
    router.askUntilGone("10.1.0.0/26", show);
    assertThat(speaker.report().peers()).allMatch(PeerReport::isEstablished);
  }

  @Test
  void withFrr() throws IOException, InterruptedException {
    RouterProcess.assumeInstalled("/usr/lib/frr/bgpd", "frr");
    Files.writeString(
        directory.resolve("bgpd.conf"),
        """
        hostname frr
        router bgp 64513
         bgp router-id 192.0.2.2
         no bgp ebgp-requires-policy
         no bgp network import-check
         neighbor 2001:db8::1 remote-as 64512
         neighbor 2001:db8::1 passive
         neighbor 2001:db8::1 disable-connected-check
         neighbor 2001:db8::1 capability extended-nexthop
         address-family ipv4 unicast
          network 10.2.0.0/26
          neighbor 2001:db8::1 activate
         exit-address-family
        exit
        """);
    List<String> command = new ArrayList<>(List.of("/usr/lib/frr/bgpd", "-n", "-Z", "-S"));
    command.addAll(List.of("-u", "root", "-g", "root", "-f", "bgpd.conf", "-i"));
    command.addAll(List.of(directory.resolve("bgpd.pid").toString(), "-l", "2001:db8::2"));
    command.addAll(List.of("--vty_socket", directory.toString(), "-P", "0"));
    command.addAll(List.of("-p", Integer.toString(theirPort)));
    speaker.start(config());
    try (RouterProcess frr = RouterProcess.start(directory, command)) {
      exchange(
          frr,
          List.of(
              "/usr/bin/vtysh",
              "--vty_socket",
              directory.toString(),
              "-c",
              "show bgp ipv4 unicast"));
    }
  }

  @Test
  void withBird() throws IOException, InterruptedException {
    RouterProcess.assumeInstalled("/usr/sbin/bird", "bird2");
    Files.writeString(
        directory.resolve("bird.conf"),
        """
        router id 192.0.2.2;
        protocol device {}
        protocol static four { ipv4; route 10.2.0.0/26 blackhole; }
        protocol bgp ours {
          local 2001:db8::2 port %d as 64513;
          neighbor 2001:db8::1 port %d as 64512;
          passive on;
          multihop;
          ipv4 { import all; export all; extended next hop on; };
        }
        """
            .formatted(theirPort, port));
    speaker.start(config());
    try (RouterProcess bird =
        RouterProcess.start(
            directory,
            List.of("/usr/sbin/bird", "-f", "-c", "bird.conf", "-s", "bird.ctl", "-P", "p"))) {
      exchange(
          bird,
          List.of(
              "/usr/sbin/birdc",
              "-s",
              directory.resolve("bird.ctl").toString(),
              "show route all protocol ours"));
    }
  }

  @Test
  void withGobgp() throws IOException, InterruptedException {
    RouterProcess.assumeInstalled("/usr/bin/gobgpd", "gobgpd");
    int api = Loopback.freePort();
    Files.writeString(
        directory.resolve("gobgpd.toml"),
        """
        [global.config]
          as = 64513
          router-id = "192.0.2.2"
          port = %d
          local-address-list = ["2001:db8::2"]
        [[neighbors]]
          [neighbors.config]
            neighbor-address = "2001:db8::1"
            peer-as = 64512
          [neighbors.transport.config]
            local-address = "2001:db8::2"
            passive-mode = true
          [[neighbors.afi-safis]]
            [neighbors.afi-safis.config]
              afi-safi-name = "ipv4-unicast"
          [[neighbors.afi-safis]]
            [neighbors.afi-safis.config]
              afi-safi-name = "ipv6-unicast"
        """
            .formatted(theirPort));
    speaker.start(config());
    try (RouterProcess gobgp =
        RouterProcess.start(
            directory,
            List.of("/usr/bin/gobgpd", "-f", "gobgpd.toml", "--api-hosts", "127.0.0.2:" + api))) {
      List<String> client =
          List.of("/usr/bin/gobgp", "-u", "127.0.0.2", "-p", Integer.toString(api));
      gobgp.askUntil("Establ", with(client, "neighbor"));
      RouterProcess.ask(
          with(client, "global", "rib", "add", "10.2.0.0/26", "nexthop", "2001:db8::2"));
      exchange(gobgp, with(client, "global", "rib"));
    }
  }

  private static List<String> with(List<String> client, String... words) {
    List<String> command = new ArrayList<>(client);
    command.addAll(List.of(words));
    return command;
  }
}
