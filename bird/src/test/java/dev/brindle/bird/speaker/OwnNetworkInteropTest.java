// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.speaker.Loopback.prefixes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sessions with daemons that refuse next hops in 127/8: FRR answers with "Martian nexthop" and a
/// NOTIFICATION 3/8, GoBGP leaves the route out. Routes of both families, both ways.
class OwnNetworkInteropTest {

  private static final String FRR = "/usr/lib/frr/bgpd";
  private static final String VTYSH = "/usr/bin/vtysh";
  private static final String OPENBGPD = "/usr/sbin/bgpd";
  private static final String BGPCTL = "/usr/sbin/bgpctl";
  private static final String GOBGPD = "/usr/bin/gobgpd";
  private static final String GOBGP = "/usr/bin/gobgp";
  private static final IpAddress OURS = OwnNetwork.ipv4(1);
  private static final IpAddress THEIRS = OwnNetwork.ipv4(2);

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

  private static void assumeInstalled(String binary, String debianPackage) {
    assumeTrue(
        Files.isExecutable(Path.of(binary)),
        binary + " is not there: install the Debian package " + debianPackage);
  }

  private SpeakerConfig config() {
    PeerConfig peer =
        PeerConfig.of("Node_2", PeerType.NODE, THEIRS, new AsNumber(64512), new AsNumber(64513))
            .withPort(theirPort)
            .withSource(Optional.of(OURS))
            .withTiming(Loopback.TIMING)
            .withRouting(PeerRouting.of(Family.IPV4_UNICAST, Family.IPV6_UNICAST));
    return new SpeakerConfig(
        new AsNumber(64512),
        OURS,
        Optional.empty(),
        List.of(new ListenAddress(OURS, port)),
        List.of(OURS, OwnNetwork.ipv6(1)),
        List.of(peer),
        prefixes("10.1.0.0/26", "fd00:1::/122"),
        new AcceptAll(),
        new AcceptAll(),
        Duration.ofSeconds(30));
  }

  /// They have ours, and lose them again; we have theirs.
  private void exchange(RouterProcess router, List<String> ipv4, List<String> ipv6)
      throws IOException, InterruptedException {
    assertThat(sink.await(it -> it.size() == 2).keySet())
        .isEqualTo(prefixes("10.2.0.0/26", "fd00:2::/122"));
    assertThat(sink.routes().values())
        .flatExtracting(RouteUpdate.Reachable::gateways)
        .hasSize(2)
        .contains(THEIRS)
        .allMatch(it -> it.equals(THEIRS) || Cidr.parse("2001:db8::/64").contains(it));
    router.askUntil("10.1.0.0/26", ipv4);
    router.askUntil("fd00:1::/122", ipv6);

    speaker.reconfigure(config().withAnnounce(prefixes("10.1.1.0/26", "fd00:1::/122")));

    assertThat(router.askUntil("10.1.1.0/26", ipv4)).contains(OURS.toString());
    router.askUntilGone("10.1.0.0/26", ipv4);
    assertThat(speaker.report().peers()).allMatch(PeerReport::isEstablished);
  }

  @Test
  void exchangesRoutesWithFrr() throws IOException, InterruptedException {
    assumeInstalled(FRR, "frr");
    Files.writeString(
        directory.resolve("bgpd.conf"),
        """
        hostname frr
        router bgp 64513
         bgp router-id 192.0.2.2
         no bgp ebgp-requires-policy
         no bgp network import-check
         neighbor 192.0.2.1 remote-as 64512
         neighbor 192.0.2.1 passive
         neighbor 192.0.2.1 disable-connected-check
         address-family ipv4 unicast
          network 10.2.0.0/26
          neighbor 192.0.2.1 activate
         exit-address-family
         address-family ipv6 unicast
          network fd00:2::/122
          neighbor 192.0.2.1 activate
          neighbor 192.0.2.1 route-map SIX out
         exit-address-family
        exit
        route-map SIX permit 10
         set ipv6 next-hop global 2001:db8::2
        exit
        """);
    List<String> command = new ArrayList<>(List.of(FRR, "-n", "-Z", "-S", "-u", "root"));
    command.addAll(List.of("-g", "root", "-f", "bgpd.conf", "-i"));
    command.addAll(List.of(directory.resolve("bgpd.pid").toString(), "-l", "192.0.2.2"));
    command.addAll(List.of("--vty_socket", directory.toString(), "-P", "0"));
    command.addAll(List.of("-p", Integer.toString(theirPort)));
    speaker.start(config());
    try (RouterProcess frr = RouterProcess.start(directory, command)) {
      exchange(frr, vtysh("show bgp ipv4 unicast"), vtysh("show bgp ipv6 unicast"));
    }
  }

  private List<String> vtysh(String words) {
    return List.of(VTYSH, "--vty_socket", directory.toString(), "-c", words);
  }

  @Test
  void exchangesRoutesWithOpenBgpd() throws IOException, InterruptedException {
    assumeInstalled(OPENBGPD, "openbgpd");
    assumeInstalled(BGPCTL, "openbgpd");
    OwnNetwork.assumeSeveralUsers("bgpd");
    // its processes that listen lock themselves in here
    Files.createDirectories(Path.of("/run/openbgpd"));
    Path config = directory.resolve("bgpd.conf");
    Path socket = directory.resolve("bgpd.sock");
    Files.writeString(
        config,
        """
        AS 64513
        router-id 192.0.2.2
        socket "%s"
        listen on 192.0.2.2 port %d
        fib-update no
        nexthop qualify via default
        network 10.2.0.0/26
        network fd00:2::/122 set nexthop 2001:db8::2
        neighbor 192.0.2.1 {
          remote-as 64512
          passive
          local-address 192.0.2.2
          announce IPv4 unicast
          announce IPv6 unicast
        }
        allow from any
        allow to any
        """
            .formatted(socket, theirPort));
    // it refuses a configuration that others may read
    Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-------"));
    speaker.start(config());
    try (RouterProcess bgpd =
        RouterProcess.start(directory, List.of(OPENBGPD, "-d", "-f", config.toString()))) {
      List<String> rib = List.of(BGPCTL, "-s", socket.toString(), "show", "rib");
      exchange(bgpd, rib, rib);
    }
  }

  @Test
  void exchangesRoutesWithGobgp() throws IOException, InterruptedException {
    assumeInstalled(GOBGPD, "gobgpd");
    int api = Loopback.freePort();
    Files.writeString(
        directory.resolve("gobgpd.toml"),
        """
        [global.config]
          as = 64513
          router-id = "192.0.2.2"
          port = %d
          local-address-list = ["192.0.2.2"]
        [[neighbors]]
          [neighbors.config]
            neighbor-address = "192.0.2.1"
            peer-as = 64512
          [neighbors.transport.config]
            local-address = "192.0.2.2"
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
            directory, List.of(GOBGPD, "-f", "gobgpd.toml", "--api-hosts", "127.0.0.2:" + api))) {
      List<String> rib = List.of(GOBGP, "-u", "127.0.0.2", "-p", Integer.toString(api), "global");
      List<String> neighbor =
          List.of(GOBGP, "-u", "127.0.0.2", "-p", Integer.toString(api), "neighbor");
      gobgp.askUntil("Establ", neighbor);
      RouterProcess.ask(with(rib, "rib", "add", "10.2.0.0/26"));
      RouterProcess.ask(
          with(rib, "rib", "-a", "ipv6", "add", "fd00:2::/122", "nexthop", "2001:db8::2"));
      exchange(gobgp, with(rib, "rib"), with(rib, "rib", "-a", "ipv6"));
    }
  }

  private static List<String> with(List<String> client, String... words) {
    List<String> command = new ArrayList<>(client);
    command.addAll(List.of(words));
    return command;
  }
}
