// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.AcceptAll;
import dev.brindle.bird.topology.AddPath;
import dev.brindle.bird.topology.ListenAddress;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerRouting;
import dev.brindle.bird.topology.PeerType;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Add-path with the daemons of others, both ways. Three peers tell us a prefix and three tell them
/// another: they show the three paths that we tell, we hold the three that they tell, and when one
/// of the three is gone both see two.
class AddPathInteropTest {

  private static final String BIRD = "/usr/sbin/bird";
  private static final String BIRDC = "/usr/sbin/birdc";
  private static final String FRR = "/usr/lib/frr/bgpd";
  private static final String VTYSH = "/usr/bin/vtysh";
  private static final String OPENBGPD = "/usr/sbin/bgpd";
  private static final String BGPCTL = "/usr/sbin/bgpctl";
  private static final String GOBGPD = "/usr/bin/gobgpd";
  private static final String GOBGP = "/usr/bin/gobgp";

  private static final IpAddress OURS = OwnNetwork.ipv4(1);
  private static final IpAddress THEIRS = OwnNetwork.ipv4(2);
  private static final List<Integer> TELL_US = List.of(4, 5, 6);
  private static final List<Integer> TELL_THEM = List.of(7, 8, 9);
  private static final Cidr TOLD_US = Cidr.parse("10.45.6.0/24");
  private static final Cidr TOLD_THEM = Cidr.parse("10.78.9.0/24");

  private final int port = Loopback.freePort();
  private final int theirPort = Loopback.freePort();
  private final RecordingSink sink = new RecordingSink();
  private final Speaker speaker = Loopback.speaker(sink);
  private final List<RawPeer> tellers = new ArrayList<>();

  @TempDir private Path directory;

  @BeforeEach
  void assumeOwnNetwork() {
    OwnNetwork.assumeThere();
  }

  @AfterEach
  void close() throws IOException {
    for (RawPeer teller : tellers) {
      teller.close();
    }
    speaker.close();
  }

  private static void assumeInstalled(String binary, String debianPackage) {
    assumeTrue(
        Files.isExecutable(Path.of(binary)),
        binary + " is not there: install the Debian package " + debianPackage);
  }

  private static long as(int host) {
    return 65_000L + host;
  }

  private static PeerConfig peer(IpAddress address, long as) {
    return PeerConfig.of(
            "Peer_" + address, PeerType.NODE, address, new AsNumber(64512), new AsNumber(as))
        .withSource(Optional.of(OURS))
        .withTiming(Loopback.TIMING.withHoldTime(Duration.ofMinutes(4)))
        .withRouting(PeerRouting.of(Family.IPV4_UNICAST).withAddPath(new AddPath(true, true, 8)));
  }

  private SpeakerConfig config() {
    List<PeerConfig> peers = new ArrayList<>();
    peers.add(peer(THEIRS, 64513).withPort(theirPort));
    TELL_US.forEach(host -> peers.add(peer(OwnNetwork.ipv4(host), as(host)).withPassive(true)));
    return new SpeakerConfig(
        new AsNumber(64512),
        OURS,
        Optional.empty(),
        List.of(new ListenAddress(OURS, port)),
        List.of(OURS),
        peers,
        Set.of(),
        new AcceptAll(),
        new AcceptAll(),
        Duration.ofSeconds(30));
  }

  /// A peer of one path.
  private RawPeer teller(int host, IpAddress speaker, int at, Cidr prefix) throws IOException {
    RawPeer teller = RawPeer.call(OwnNetwork.ipv4(host), speaker, at, PeerKind.EXTERNAL);
    tellers.add(teller);
    teller.establish(host, as(host), 240);
    PathAttributes attributes =
        PathAttributes.of(
            new Origin(Origin.Source.IGP), AsPath.of(as(host)), NextHop.of(OwnNetwork.ipv4(host)));
    teller.say(Update.announce(attributes, List.of(prefix)));
    return teller;
  }

  /// @param paths shows what the router knows of a prefix
  private void exchange(RouterProcess router, List<String> paths)
      throws IOException, InterruptedException {
    RawPeer lastOfThem = teller(TELL_THEM.getFirst(), THEIRS, theirPort, TOLD_THEM);
    for (int host : TELL_THEM.subList(1, 3)) {
      lastOfThem = teller(host, THEIRS, theirPort, TOLD_THEM);
    }
    RawPeer lastOfUs = teller(TELL_US.getFirst(), OURS, port, TOLD_US);
    for (int host : TELL_US.subList(1, 3)) {
      lastOfUs = teller(host, OURS, port, TOLD_US);
    }
    Loopback.await("three paths of theirs", () -> paths().equals(Set.of("7", "8", "9")));
    for (int host : TELL_US) {
      router.askUntil("64512 " + as(host), paths);
    }

    lastOfThem.close();
    lastOfUs.close();

    Loopback.await("two paths of theirs", () -> paths().equals(Set.of("7", "8")));
    String left = router.askUntilNot("64512 " + as(6), paths);
    assertThat(left).contains("64512 " + as(4), "64512 " + as(5));
  }

  /// Whose paths we have of them.
  private Set<String> paths() {
    return speaker.route(TOLD_THEM).stream()
        .flatMap(it -> it.paths().stream())
        .filter(it -> it.source().address().equals(THEIRS))
        .map(it -> it.attributes().asPath().toString())
        .map(it -> it.substring(it.length() - 1))
        .collect(Collectors.toSet());
  }

  @Test
  void exchangesPathsWithBird() throws IOException, InterruptedException {
    assumeInstalled(BIRD, "bird2");
    StringBuilder raw = new StringBuilder();
    for (int host : TELL_THEM) {
      raw.append(
          "protocol bgp raw%d from raw { neighbor 192.0.2.%d as %d; }%n"
              .formatted(host, host, as(host)));
    }
    Files.writeString(
        directory.resolve("bird.conf"),
        """
        router id 192.0.2.2;
        protocol device {}
        template bgp raw {
          local 192.0.2.2 port %d as 64513;
          passive;
          multihop;
          ipv4 { import all; export none; };
        }
        protocol bgp ours {
          local 192.0.2.2 port %d as 64513;
          neighbor 192.0.2.1 as 64512;
          passive;
          multihop;
          ipv4 { import all; export all; add paths on; };
        }
        """
                .formatted(theirPort, theirPort)
            + raw);
    speaker.start(config());
    List<String> command =
        List.of(BIRD, "-f", "-c", "bird.conf", "-s", "bird.ctl", "-P", "bird.pid");
    try (RouterProcess bird = RouterProcess.start(directory, command)) {
      List<String> client = List.of(BIRDC, "-s", directory.resolve("bird.ctl").toString());
      bird.askUntil("Established", with(client, "show protocols ours"));
      exchange(bird, with(client, "show route all " + TOLD_US));
    }
  }

  @Test
  void exchangesPathsWithFrr() throws IOException, InterruptedException {
    assumeInstalled(FRR, "frr");
    StringBuilder raw = new StringBuilder();
    for (int host : TELL_THEM) {
      raw.append(" neighbor 192.0.2.%d remote-as %d%n".formatted(host, as(host)));
      raw.append(" neighbor 192.0.2.%d passive%n".formatted(host));
      raw.append(" neighbor 192.0.2.%d disable-connected-check%n".formatted(host));
    }
    Files.writeString(
        directory.resolve("bgpd.conf"),
        """
        hostname frr
        router bgp 64513
         bgp router-id 192.0.2.2
         no bgp ebgp-requires-policy
         neighbor 192.0.2.1 remote-as 64512
         neighbor 192.0.2.1 passive
         neighbor 192.0.2.1 disable-connected-check
        %s address-family ipv4 unicast
          neighbor 192.0.2.1 addpath-tx-all-paths
         exit-address-family
        exit
        """
            .formatted(raw));
    List<String> command = new ArrayList<>(List.of(FRR, "-n", "-Z", "-S", "-u", "root"));
    command.addAll(List.of("-g", "root", "-f", "bgpd.conf", "-i"));
    command.addAll(List.of(directory.resolve("bgpd.pid").toString(), "-l", "192.0.2.2"));
    command.addAll(List.of("--vty_socket", directory.toString(), "-P", "0"));
    command.addAll(List.of("-p", Integer.toString(theirPort)));
    speaker.start(config());
    try (RouterProcess frr = RouterProcess.start(directory, command)) {
      List<String> client = List.of(VTYSH, "--vty_socket", directory.toString(), "-c");
      frr.askUntil("Established", with(client, "show bgp neighbors 192.0.2.1"));
      exchange(frr, with(client, "show bgp ipv4 unicast " + TOLD_US));
    }
  }

  @Test
  void exchangesPathsWithOpenBgpd() throws IOException, InterruptedException {
    assumeInstalled(OPENBGPD, "openbgpd");
    assumeInstalled(BGPCTL, "openbgpd");
    OwnNetwork.assumeSeveralUsers("bgpd");
    Files.createDirectories(Path.of("/run/openbgpd")); // its listeners lock themselves in here
    Path config = directory.resolve("bgpd.conf");
    Path socket = directory.resolve("bgpd.sock");
    StringBuilder raw = new StringBuilder();
    for (int host : TELL_THEM) {
      raw.append(
          """
          neighbor 192.0.2.%d {
            remote-as %d
            passive
            local-address 192.0.2.2
          }
          """
              .formatted(host, as(host)));
    }
    Files.writeString(
        config,
        """
        AS 64513
        router-id 192.0.2.2
        socket "%s"
        listen on 192.0.2.2 port %d
        fib-update no
        nexthop qualify via default
        %sneighbor 192.0.2.1 {
          remote-as 64512
          passive
          local-address 192.0.2.2
          announce IPv4 unicast
          announce add-path recv yes
          announce add-path send all
        }
        allow from any
        allow to any
        """
            .formatted(socket, theirPort, raw));
    // it refuses a configuration that others may read
    Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-------"));
    speaker.start(config());
    List<String> command = List.of(OPENBGPD, "-d", "-f", config.toString());
    try (RouterProcess bgpd = RouterProcess.start(directory, command)) {
      List<String> client = List.of(BGPCTL, "-s", socket.toString());
      bgpd.askUntil("Established", with(client, "show", "neighbor", "192.0.2.1"));
      exchange(bgpd, with(client, "show", "rib", TOLD_US.toString()));
    }
  }

  @Test
  void exchangesPathsWithGobgp() throws IOException, InterruptedException {
    assumeInstalled(GOBGPD, "gobgpd");
    int api = Loopback.freePort();
    StringBuilder neighbors = new StringBuilder();
    for (int host : List.of(1, 7, 8, 9)) {
      neighbors.append(
          """
          [[neighbors]]
            [neighbors.config]
              neighbor-address = "192.0.2.%d"
              peer-as = %d
            [neighbors.transport.config]
              local-address = "192.0.2.2"
              passive-mode = true
            [[neighbors.afi-safis]]
              [neighbors.afi-safis.config]
                afi-safi-name = "ipv4-unicast"
          """
              .formatted(host, host == 1 ? 64512 : as(host)));
      if (host == 1) {
        neighbors.append(
            """
                [neighbors.afi-safis.add-paths.config]
                  receive = true
                  send-max = 8
            """);
      }
    }
    Files.writeString(
        directory.resolve("gobgpd.toml"),
        """
        [global.config]
          as = 64513
          router-id = "192.0.2.2"
          port = %d
          local-address-list = ["192.0.2.2"]
        """
                .formatted(theirPort)
            + neighbors);
    speaker.start(config());
    List<String> command = List.of(GOBGPD, "-f", "gobgpd.toml", "--api-hosts", "127.0.0.2:" + api);
    try (RouterProcess gobgp = RouterProcess.start(directory, command)) {
      List<String> client = List.of(GOBGP, "-u", "127.0.0.2", "-p", Integer.toString(api));
      gobgp.askUntil("ESTABLISHED", with(client, "neighbor", "192.0.2.1"));
      exchange(gobgp, with(client, "global", "rib", TOLD_US.toString()));
    }
  }

  private static List<String> with(List<String> client, String... words) {
    List<String> command = new ArrayList<>(client);
    command.addAll(List.of(words));
    return command;
  }
}
