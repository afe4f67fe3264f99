// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.speaker.Loopback.as;
import static dev.brindle.bird.speaker.Loopback.prefixes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.session.AcceptedAs;
import dev.brindle.bird.topology.ListenAddress;
import dev.brindle.bird.topology.LocalAsMode;
import dev.brindle.bird.topology.Password;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerRange;
import dev.brindle.bird.topology.PeerType;
import dev.brindle.bird.topology.SpeakerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// All kinds of neighbours, with the daemons of others. We are 192.0.2.1, AS 64512; they 192.0.2.2.
class NeighborInteropTest {

  private static final String BIRD = "/usr/sbin/bird";
  private static final String FRR = "/usr/lib/frr/bgpd";
  private static final IpAddress OURS = OwnNetwork.ipv4(1);
  private static final IpAddress THEIRS = OwnNetwork.ipv4(2);

  private final int port = Loopback.freePort();
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

  private SpeakerConfig config(PeerConfig... peers) {
    return Loopback.host(OURS, as(64512), port, prefixes("10.1.0.0/26"), peers);
  }

  private static PeerConfig peer(String name, int theirPort) {
    return PeerConfig.of(name, PeerType.NODE, THEIRS, as(64512), as(64513))
        .withPort(theirPort)
        .withTiming(Loopback.TIMING);
  }

  /// @param number of the router: a directory and a prefix of its own
  private RouterProcess bird(int number, int theirPort, long ourAs, String more)
      throws IOException {
    return bird(number, theirPort, 64513, ourAs, more);
  }

  private RouterProcess bird(int number, int theirPort, long theirAs, long ourAs, String more)
      throws IOException {
    RouterProcess.assumeInstalled(BIRD, "bird2");
    Path home = Files.createDirectories(directory.resolve("bird" + number));
    Files.writeString(
        home.resolve("bird.conf"),
        """
        router id 192.0.2.10%d;
        protocol device {}
        protocol static four { ipv4; route 10.2.%d.0/24 blackhole; }
        protocol bgp ours {
          local 192.0.2.2 port %d as %d;
          neighbor 192.0.2.1 port %d as %d;
          multihop;
          hold time 9;
          connect delay time 1;
          connect retry time 1;
          error wait time 1, 1;
          %s
          ipv4 { import all; export all; };
        }
        """
            .formatted(number, number, theirPort, theirAs, port, ourAs, more));
    return RouterProcess.start(
        home, List.of(BIRD, "-f", "-c", "bird.conf", "-s", "bird.ctl", "-P", "bird.pid"));
  }

  private List<String> birdc(int number, String words) {
    Path control = directory.resolve("bird" + number).resolve("bird.ctl");
    return List.of("/usr/sbin/birdc", "-s", control.toString(), words);
  }

  private RouterProcess frr(int theirPort, long ourAs) throws IOException {
    RouterProcess.assumeInstalled(FRR, "frr");
    Files.writeString(
        directory.resolve("bgpd.conf"),
        """
        hostname frr
        router bgp 64513
         bgp router-id 192.0.2.2
         no bgp ebgp-requires-policy
         no bgp network import-check
         neighbor 192.0.2.1 remote-as %d
         neighbor 192.0.2.1 passive
         neighbor 192.0.2.1 disable-connected-check
         address-family ipv4 unicast
          network 10.2.1.0/24
          neighbor 192.0.2.1 activate
         exit-address-family
        exit
        """
            .formatted(ourAs));
    List<String> command = new ArrayList<>(List.of(FRR, "-n", "-Z", "-S", "-u", "root"));
    command.addAll(List.of("-g", "root", "-f", "bgpd.conf", "-i"));
    command.addAll(List.of(directory.resolve("bgpd.pid").toString(), "-l", "192.0.2.2"));
    command.addAll(List.of("--vty_socket", directory.toString(), "-P", "0"));
    command.addAll(List.of("-p", Integer.toString(theirPort)));
    return RouterProcess.start(directory, command);
  }

  private List<String> vtysh(String words) {
    return List.of("/usr/bin/vtysh", "--vty_socket", directory.toString(), "-c", words);
  }

  // ---- who it is

  @ParameterizedTest(name = "we call {0}")
  @CsvSource({"true", "false"})
  void learnsTheAsOfAnExternalPeer(boolean weCall) throws IOException, InterruptedException {
    int theirPort = Loopback.freePort();
    speaker.start(
        config(
            peer("bird", theirPort)
                .withAccepted(new AcceptedAs.External())
                .withDescription("learnt")
                .withPassive(!weCall)));
    try (RouterProcess _ = bird(1, theirPort, 64512, "passive " + (weCall ? "on;" : "off;"))) {
      sink.await(routes -> routes.size() == 1);

      PeerReport report = speaker.report().peers().getFirst();
      assertThat(report.as()).isEqualTo(as(64513));
      assertThat(report.description()).isEqualTo("learnt");
    }
  }

  @Test
  void refusesAnAsThatDoesNotFit() throws IOException, InterruptedException {
    int theirPort = Loopback.freePort();
    AcceptedAs others = new AcceptedAs.AnyOf(List.of(new AcceptedAs.Range(as(65001), as(65010))));
    speaker.start(config(peer("bird", theirPort).withAccepted(others)));
    try (RouterProcess bird = bird(1, theirPort, 64512, "passive on;")) {
      // OPEN message error, bad peer AS
      bird.askUntil("Bad peer AS", birdc(1, "show protocols all ours"));
      assertThat(speaker.report().peers().getFirst().reason()).contains("AS 64513");
      assertThat(sink.routes()).isEmpty();
    }
  }

  // ---- several sessions to one address

  @ParameterizedTest(name = "the second one waits for calls {0}")
  @CsvSource({"false", "true"})
  void hasASessionWithEachOfTwoRoutersAtOneAddress(boolean waits)
      throws IOException, InterruptedException {
    int first = Loopback.freePort();
    int second = Loopback.freePort();
    speaker.start(config(peer("one", first), peer("two", second).withPassive(waits)));
    // with two that call us both, neither call is taken for the other one
    try (RouterProcess _ = bird(1, first, 64512, "passive on;");
        RouterProcess _ = bird(2, second, 64512, "")) {
      assertThat(sink.await(routes -> routes.size() == 2).keySet())
          .isEqualTo(prefixes("10.2.1.0/24", "10.2.2.0/24"));
      assertThat(speaker.report().peers()).hasSize(2).allMatch(PeerReport::isEstablished);
    }
  }

  @Test
  void takesCallsForTheNeighborWhoseSourceAddressWasCalled()
      throws IOException, InterruptedException {
    int first = Loopback.freePort();
    int second = Loopback.freePort();
    SpeakerConfig both =
        config(
            peer("one", first).withPassive(true).withSource(Optional.of(OURS)),
            peer("two", second).withPassive(true).withSource(Optional.of(OwnNetwork.ipv4(3))));
    speaker.start(both);
    try (RouterProcess _ = bird(1, first, 64512, "")) {
      sink.await(routes -> routes.size() == 1);

      assertThat(speaker.report().peers())
          .filteredOn(PeerReport::isEstablished)
          .extracting(PeerReport::name)
          .containsExactly("one");
    }
  }

  // ---- another AS of ours

  @ParameterizedTest(name = "no-prepend {0}, replace-as {1}: they see {2}, we take theirs as {3}")
  @CsvSource({
    "false, false, 64999 64512, 64999 64513",
    "true,  false, 64999 64512, 64513",
    "false, true,  64999,       64999 64513",
    "true,  true,  64999,       64513"
  })
  void isAnotherAsForBird(boolean noPrepend, boolean replaceAs, String seen, String taken)
      throws IOException, InterruptedException {
    int theirPort = Loopback.freePort();
    speaker.start(config(known(theirPort, new LocalAsMode(noPrepend, replaceAs))));
    try (RouterProcess bird = bird(1, theirPort, 64999, "passive on;")) {
      String route =
          bird.askUntil("BGP.as_path: 64999", birdc(1, "show route all for 10.1.0.0/26"));
      assertThat(route).containsPattern("BGP.as_path: " + seen + "\\s*\\n");
      sink.await(routes -> routes.size() == 1);
      assertThat(pathOf("10.2.1.0/24")).isEqualTo(taken);
    }
  }

  @ParameterizedTest(name = "no-prepend {0}, replace-as {1}: they see {2}")
  @CsvSource({"false, false, 64999 64512", "true, true, 64999"})
  void isAnotherAsForFrr(boolean noPrepend, boolean replaceAs, String seen)
      throws IOException, InterruptedException {
    int theirPort = Loopback.freePort();
    speaker.start(config(known(theirPort, new LocalAsMode(noPrepend, replaceAs))));
    try (RouterProcess frr = frr(theirPort, 64999)) {
      String rib = frr.askUntil("10.1.0.0/26", vtysh("show bgp ipv4 unicast"));
      assertThat(rib).containsPattern("10\\.1\\.0\\.0/26 .* " + seen + " i");
      sink.await(routes -> routes.size() == 1);
    }
  }

  private static PeerConfig known(int theirPort, LocalAsMode mode) {
    return PeerConfig.of("theirs", PeerType.NODE, THEIRS, as(64999), as(64513))
        .withPort(theirPort)
        .withTiming(Loopback.TIMING)
        .withLocalAsMode(mode);
  }

  private String pathOf(String prefix) {
    return speaker
        .route(prefixes(prefix).iterator().next())
        .orElseThrow()
        .paths()
        .getFirst()
        .attributes()
        .asPath()
        .toString();
  }

  // ---- a route server

  @Test
  void aClientOfOurRouteServerSeesPathsAsOthersToldThem() throws IOException, InterruptedException {
    int first = Loopback.freePort();
    int second = Loopback.freePort();
    PeerConfig one = peer("one", first).withRouting(server());
    PeerConfig two =
        PeerConfig.of("two", PeerType.NODE, THEIRS, as(64512), as(64514))
            .withPort(second)
            .withTiming(Loopback.TIMING)
            .withRouting(server());
    speaker.start(config(one, two));
    try (RouterProcess _ = bird(1, first, 64512, "passive on;");
        RouterProcess client = bird(2, second, 64514, 64512, "passive on; enforce first as off;")) {
      String route = client.askUntil("as_path: 64513", birdc(2, "show route all for 10.2.1.0/24"));

      assertThat(route)
          .containsPattern("BGP.as_path: 64513\\s*\\n")
          .contains("next_hop: 192.0.2.2");
    }
  }

  private static dev.brindle.bird.topology.PeerRouting server() {
    return dev.brindle.bird.topology.PeerRouting.of(dev.brindle.bird.wire.Family.IPV4_UNICAST)
        .withRouteServerClient(true);
  }

  // ---- ranges

  private SpeakerConfig ranged(Optional<Password> password) {
    PeerConfig template =
        PeerConfig.of("range", PeerType.NODE, OwnNetwork.ipv4(0), as(64512), as(64512))
            .withAccepted(new AcceptedAs.External())
            .withTiming(Loopback.TIMING)
            .withPassive(true);
    PeerConfig signed = password.map(template::withPassword).orElse(template);
    return config().withRanges(List.of(new PeerRange(Cidr.parse("192.0.2.0/24"), 10, signed)));
  }

  @ParameterizedTest(name = "listening on {0}, our password ''{1}''")
  @CsvSource({"192.0.2.1,", "192.0.2.1, secret", "::, secret"})
  void birdCallsFromARange(IpAddress listen, @Nullable String password)
      throws IOException, InterruptedException {
    SpeakerConfig ranged = ranged(Optional.ofNullable(password).map(Password::new));
    speaker.start(
        new SpeakerConfig(
            ranged.as(),
            ranged.identifier(),
            ranged.clusterId(),
            List.of(new ListenAddress(listen, port)),
            ranged.addresses(),
            ranged.peers(),
            ranged.announce(),
            ranged.importFilter(),
            ranged.exportFilter(),
            ranged.deferral(),
            ranged.multipath(),
            ranged.ranges()));
    String key = password == null ? "" : "password \"%s\";".formatted(password);
    try (RouterProcess bird = bird(1, Loopback.freePort(), 64512, key)) {
      sink.await(routes -> routes.size() == 1);
      bird.askUntil("10.1.0.0/26", birdc(1, "show route"));
      assertThat(speaker.report().peers())
          .singleElement()
          .satisfies(it -> assertThat(it.name()).isEqualTo("Peer_192_0_2_2"))
          .satisfies(it -> assertThat(it.as()).isEqualTo(as(64513)));
    }
  }

  @Test
  void whoeverDoesNotSignIsNoGuestOfASignedRange() throws IOException, InterruptedException {
    speaker.start(ranged(Optional.of(new Password("secret"))));
    try (RouterProcess bird = bird(1, Loopback.freePort(), 64512, "")) {
      bird.askUntil("Connect ", birdc(1, "show protocols"));
      assertThat(speaker.report().peers()).isEmpty();

      speaker.reconfigure(ranged(Optional.empty())); // the kernel asks no more

      sink.await(routes -> routes.size() == 1);
    }
  }

  @Test
  void gobgpCallsFromARange() throws IOException, InterruptedException {
    RouterProcess.assumeInstalled("/usr/bin/gobgpd", "gobgpd");
    int api = Loopback.freePort();
    Files.writeString(
        directory.resolve("gobgpd.toml"),
        """
        [global.config]
          as = 64513
          router-id = "192.0.2.2"
          port = -1
        [[neighbors]]
          [neighbors.config]
            neighbor-address = "192.0.2.1"
            peer-as = 64512
          [neighbors.timers.config]
            connect-retry = 1
            idle-hold-time-after-reset = 1
          [neighbors.transport.config]
            local-address = "192.0.2.2"
            remote-port = %d
        """
            .formatted(port));
    speaker.start(ranged(Optional.empty()));
    try (RouterProcess gobgp =
        RouterProcess.start(
            directory,
            List.of("/usr/bin/gobgpd", "-f", "gobgpd.toml", "--api-hosts", "127.0.0.2:" + api))) {
      gobgp.askUntil(
          "10.1.0.0/26",
          List.of(
              "/usr/bin/gobgp", "-u", "127.0.0.2", "-p", Integer.toString(api), "global", "rib"));
      assertThat(speaker.report().peers())
          .extracting(PeerReport::name)
          .containsExactly("Peer_192_0_2_2");
    }
  }

  // ---- hops

  /// BIRD takes only what has been forwarded once at most.
  @ParameterizedTest(name = "we call {0}")
  @CsvSource({"true", "false"})
  void sendsWhatBirdsTtlSecurityTakes(boolean weCall) throws IOException, InterruptedException {
    int theirPort = Loopback.freePort();
    speaker.start(config(peer("bird", theirPort).withTtlSecurity(2).withPassive(!weCall)));
    try (RouterProcess _ =
        bird(
            1,
            theirPort,
            64512,
            "multihop 2; ttl security on; passive " + (weCall ? "on;" : "off;"))) {
      sink.await(routes -> routes.size() == 1);
    }
  }
}
