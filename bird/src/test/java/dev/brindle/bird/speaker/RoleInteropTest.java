// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.speaker.Loopback.prefixes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerRole;
import dev.brindle.bird.topology.PeerRouting;
import dev.brindle.bird.topology.PeerType;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// BGP roles with the daemons that have them: BIRD, FRR, OpenBGPD. We are what the test says, they
/// are what belongs to it, or not.
class RoleInteropTest {

  private static final IpAddress OURS = OwnNetwork.ipv4(1);
  private static final IpAddress THEIRS = OwnNetwork.ipv4(2);
  private static final IpAddress THIRD = OwnNetwork.ipv4(3);

  private final int port = Loopback.freePort();
  private final int theirPort = Loopback.freePort();
  private final RecordingSink sink = new RecordingSink();
  private final Speaker speaker = Loopback.speaker(sink);
  private final RecordingSink thirdSink = new RecordingSink();
  private final Speaker third = Loopback.speaker(thirdSink);

  @TempDir private Path directory;

  @BeforeEach
  void assumeOwnNetwork() {
    OwnNetwork.assumeThere();
  }

  @AfterEach
  void close() {
    speaker.close();
    third.close();
  }

  private static PeerConfig peer(
      IpAddress ours, long as, IpAddress theirs, long theirAs, int port, Optional<Role> role) {
    PeerRouting routing = PeerRouting.of(Family.IPV4_UNICAST);
    return PeerConfig.of(
            "To_" + theirs, PeerType.NODE, theirs, new AsNumber(as), new AsNumber(theirAs))
        .withPort(port)
        .withSource(Optional.of(ours))
        .withTiming(Loopback.TIMING)
        .withRouting(role.map(it -> routing.withRole(new PeerRole(it, true))).orElse(routing));
  }

  private static SpeakerConfig config(
      IpAddress ours, long as, int port, String announced, PeerConfig... peers) {
    return Loopback.host(ours, new AsNumber(as), port, prefixes(announced), peers);
  }

  private PeerConfig router(Role ours) {
    return peer(OURS, 64512, THEIRS, 64513, theirPort, Optional.of(ours));
  }

  private RouterProcess startBird(String role) throws IOException {
    Files.writeString(
        directory.resolve("bird.conf"),
        """
        router id 192.0.2.2;
        protocol device {}
        protocol static four { ipv4; route 10.2.0.0/26 blackhole; }
        protocol bgp ours {
          local 192.0.2.2 port %d as 64513;
          neighbor 192.0.2.1 port %d as 64512;
          local role %s;
          require roles on;
          passive on;
          multihop;
          ipv4 { import all; export all; };
        }
        """
            .formatted(theirPort, port, role));
    return RouterProcess.start(
        directory, List.of("/usr/sbin/bird", "-f", "-c", "bird.conf", "-s", "bird.ctl", "-P", "p"));
  }

  private List<String> birdc(String words) {
    return List.of("/usr/sbin/birdc", "-s", directory.resolve("bird.ctl").toString(), words);
  }

  /// Two hops: what the third system told us goes on to BIRD only if it may, and with the mark.
  @ParameterizedTest(name = "we are {0}")
  @EnumSource(Role.class)
  void marksAndKeepsWithBird(Role ours) throws IOException, InterruptedException {
    RouterProcess.assumeInstalled("/usr/sbin/bird", "bird2");
    third.start(
        config(
            THIRD,
            64514,
            port,
            "10.3.0.0/26",
            peer(THIRD, 64514, OURS, 64512, port, Optional.of(Role.PROVIDER))));
    speaker.start(
        config(
            OURS,
            64512,
            port,
            "10.1.0.0/26",
            router(ours),
            peer(OURS, 64512, THIRD, 64514, port, Optional.of(Role.CUSTOMER))));
    try (RouterProcess bird = startBird(ours.counterpart().toString().replace('-', '_'))) {
      sink.await(it -> it.keySet().equals(prefixes("10.2.0.0/26", "10.3.0.0/26")));
      String own = bird.askUntil("BGP.as_path", birdc("show route all for 10.1.0.0/26"));
      boolean isDown = ours == Role.PROVIDER || ours == Role.RS_SERVER;
      // it marks what comes from above or beside by itself: the number is the same
      boolean isMarked = isDown || ours == Role.PEER;
      assertThat(own.contains("BGP.otc: 64512")).as(own).isEqualTo(isMarked);
      if (isDown) {
        bird.askUntil("BGP.otc: 64514", birdc("show route all for 10.3.0.0/26"));
      }
      assertThat(speaker.report().peers()).allMatch(PeerReport::isEstablished);
      assertThat(
              speaker
                  .advertised("To_" + THEIRS)
                  .contains(prefixes("10.3.0.0/26").iterator().next()))
          .isEqualTo(isDown);
      String all = RouterProcess.ask(birdc("show route protocol ours"));
      assertThat(all.contains("10.3.0.0/26")).as(all).isEqualTo(isDown);
    }
  }

  @Test
  void refusesABirdInTheWrongRole() throws IOException {
    RouterProcess.assumeInstalled("/usr/sbin/bird", "bird2");
    speaker.start(config(OURS, 64512, port, "10.1.0.0/26", router(Role.PROVIDER)));
    try (RouterProcess _ = startBird("peer")) {
      Loopback.await(
          "a role mismatch",
          () -> speaker.report().peers().getFirst().reason().contains("role mismatch"));
      assertThat(sink.routes()).isEmpty();
    }
  }

  @ParameterizedTest(name = "we are {0}")
  @EnumSource(names = {"PROVIDER", "CUSTOMER", "PEER"})
  void agreesWithFrr(Role ours) throws IOException, InterruptedException {
    RouterProcess.assumeInstalled("/usr/lib/frr/bgpd", "frr");
    Files.writeString(
        directory.resolve("bgpd.conf"),
        """
        hostname frr
        router bgp 64513
         bgp router-id 192.0.2.2
         no bgp ebgp-requires-policy
         no bgp network import-check
         neighbor 192.0.2.1 remote-as 64512
         neighbor 192.0.2.1 local-role %s strict-mode
         neighbor 192.0.2.1 passive
         neighbor 192.0.2.1 disable-connected-check
         address-family ipv4 unicast
          network 10.2.0.0/26
          neighbor 192.0.2.1 activate
         exit-address-family
        exit
        """
            .formatted(ours.counterpart()));
    List<String> command = new ArrayList<>(List.of("/usr/lib/frr/bgpd", "-n", "-Z", "-S"));
    command.addAll(List.of("-u", "root", "-g", "root", "-f", "bgpd.conf", "-i"));
    command.addAll(List.of(directory.resolve("bgpd.pid").toString(), "-l", "192.0.2.2"));
    command.addAll(List.of("--vty_socket", directory.toString(), "-P", "0"));
    command.addAll(List.of("-p", Integer.toString(theirPort)));
    speaker.start(config(OURS, 64512, port, "10.1.0.0/26", router(ours)));
    try (RouterProcess frr = RouterProcess.start(directory, command)) {
      sink.await(it -> it.keySet().equals(prefixes("10.2.0.0/26")));
      List<String> show =
          List.of(
              "/usr/bin/vtysh",
              "--vty_socket",
              directory.toString(),
              "-c",
              "show bgp ipv4 unicast 10.1.0.0/26");
      String own = frr.askUntil("64512", show);
      assertThat(own.contains("otc 64512")).as(own).isEqualTo(ours != Role.CUSTOMER);
      marks(ours);
    }
  }

  /// What they told us has their mark, or ours for them, unless they are below us.
  private void marks(Role ours) {
    RouteReport route = speaker.route(prefixes("10.2.0.0/26").iterator().next()).orElseThrow();
    assertThat(route.choice().best().attributes().onlyToCustomer())
        .isEqualTo(ours == Role.PROVIDER ? Optional.empty() : Optional.of(new AsNumber(64513)));
  }

  @ParameterizedTest(name = "we are {0}")
  @EnumSource(names = {"PROVIDER", "CUSTOMER", "PEER"})
  void agreesWithOpenBgpd(Role ours) throws IOException, InterruptedException {
    RouterProcess.assumeInstalled("/usr/sbin/bgpd", "openbgpd");
    OwnNetwork.assumeSeveralUsers("bgpd");
    Files.createDirectories(Path.of("/run/openbgpd"));
    Path config = directory.resolve("bgpd.conf");
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
        neighbor 192.0.2.1 {
          remote-as 64512
          passive
          local-address 192.0.2.2
          announce IPv4 unicast
          %s
        }
        allow from any
        allow to any
        """
            .formatted(directory.resolve("bgpd.sock"), theirPort, strictly(ours.counterpart())));
    Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-------"));
    speaker.start(config(OURS, 64512, port, "10.1.0.0/26", router(ours)));
    try (RouterProcess bgpd =
        RouterProcess.start(directory, List.of("/usr/sbin/bgpd", "-d", "-f", config.toString()))) {
      sink.await(it -> it.keySet().equals(prefixes("10.2.0.0/26")));
      String socket = directory.resolve("bgpd.sock").toString();
      bgpd.askUntil("10.1.0.0/26", List.of("/usr/sbin/bgpctl", "-s", socket, "show", "rib"));
      marks(ours);
    }
  }

  /// OpenBGPD 8 has a line for the role and another one for that we must have one.
  private static String strictly(Role role) throws IOException, InterruptedException {
    boolean isOld = RouterProcess.ask(List.of("/usr/sbin/bgpd", "-V")).startsWith("OpenBGPD 7");
    return (isOld ? "announce policy %s enforce" : "role %s\n  announce policy enforce")
        .formatted(role);
  }

  /// One in the middle that knows nothing of roles passes on to its peer what it may not.
  @Test
  void refusesALeak() throws InterruptedException {
    Speaker above = third;
    RecordingSink middleSink = new RecordingSink();
    try (Speaker middle = Loopback.speaker(middleSink)) {
      above.start(
          config(
              THIRD,
              64514,
              port,
              "10.3.0.0/26",
              withoutStrictness(
                  peer(THIRD, 64514, THEIRS, 64513, port, Optional.empty()), Role.PROVIDER)));
      middle.start(
          config(
              THEIRS,
              64513,
              port,
              "10.2.0.0/26",
              peer(THEIRS, 64513, THIRD, 64514, port, Optional.empty()),
              peer(THEIRS, 64513, OURS, 64512, port, Optional.empty())));
      speaker.start(
          config(
              OURS,
              64512,
              port,
              "10.1.0.0/26",
              withoutStrictness(
                  peer(OURS, 64512, THEIRS, 64513, port, Optional.empty()), Role.PEER)));

      middleSink.await(it -> it.keySet().equals(prefixes("10.1.0.0/26", "10.3.0.0/26")));
      sink.await(it -> it.keySet().equals(prefixes("10.2.0.0/26")));
      Loopback.await("a leak", () -> speaker.report().peers().getFirst().leaked() > 0);

      assertThat(sink.routes().keySet()).isEqualTo(prefixes("10.2.0.0/26"));
      assertThat(speaker.report().peers().getFirst().rejected()).isPositive();
    }
  }

  private static PeerConfig withoutStrictness(PeerConfig peer, Role role) {
    return peer.withRouting(peer.routing().withRole(new PeerRole(role, false)));
  }
}
