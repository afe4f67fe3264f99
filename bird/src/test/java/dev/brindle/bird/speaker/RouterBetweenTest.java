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
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A neighbour behind a router: each packet of the session loses one hop on its way.
///
/// ```
/// we, 198.51.100.1 ── router ── BIRD, 203.0.113.2
///     2001:db8:1::1              2001:db8:2::2
/// ```
class RouterBetweenTest {

  private static final String BIRD = "/usr/sbin/bird";
  private static final int PORT = 1790;

  private final Speaker speaker = Loopback.speaker(new RecordingSink());
  private final List<Process> hosts = new ArrayList<>();

  @TempDir private Path directory;

  @BeforeEach
  void connect() throws IOException, InterruptedException {
    RouterProcess.assumeInstalled(BIRD, "bird2");
    OwnNetwork.assumeThere();
    Process router = host();
    Process far = host();
    run("ip link add near type veth peer name left netns " + router.pid());
    run(in(router) + "ip link add right type veth peer name far netns " + far.pid());
    run("ip link set near up");
    run("ip address add 198.51.100.1/24 dev near");
    run("ip address add 2001:db8:1::1/64 dev near nodad");
    run("ip route add 203.0.113.0/24 via 198.51.100.254");
    run("ip route add 2001:db8:2::/64 via 2001:db8:1::fe");
    for (String command :
        List.of(
            "sysctl -q -w net.ipv4.ip_forward=1",
            "sysctl -q -w net.ipv6.conf.all.forwarding=1",
            "ip link set left up",
            "ip link set right up",
            "ip address add 198.51.100.254/24 dev left",
            "ip address add 203.0.113.254/24 dev right",
            "ip address add 2001:db8:1::fe/64 dev left nodad",
            "ip address add 2001:db8:2::fe/64 dev right nodad")) {
      run(in(router) + command);
    }
    for (String command :
        List.of(
            "ip link set far up",
            "ip address add 203.0.113.2/24 dev far",
            "ip address add 2001:db8:2::2/64 dev far nodad",
            "ip route add default via 203.0.113.254",
            "ip route add default via 2001:db8:2::fe")) {
      run(in(far) + command);
    }
  }

  @AfterEach
  void close() throws IOException, InterruptedException {
    speaker.close();
    if (!hosts.isEmpty()) {
      run("ip link del near");
    }
    Collections.reverse(hosts);
    for (Process host : hosts) {
      host.destroyForcibly().waitFor();
    }
  }

  private Process host() throws IOException {
    Process process =
        new ProcessBuilder("unshare", "--net", "sh", "-c", "ip link set lo up; echo up; exec cat")
            .redirectErrorStream(true)
            .start();
    hosts.add(process);
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    assertThat(output.readLine()).isEqualTo("up");
    return process;
  }

  private static String in(Process host) {
    return "nsenter --target %d --net ".formatted(host.pid());
  }

  private static void run(String command) throws IOException, InterruptedException {
    Neighbourhood.run(command);
  }

  private RouterProcess bird(String ours, String theirs, String hops) throws IOException {
    Files.writeString(
        directory.resolve("bird.conf"),
        """
        router id 203.0.113.2;
        log stderr all;
        protocol device {}
        protocol static { ipv4; route 10.2.0.0/24 blackhole; }
        protocol bgp {
          local %s port %d as 64513;
          neighbor %s port %d as 64512;
          %s
          connect delay time 1;
          connect retry time 1;
          error wait time 1, 1;
          ipv4 { import all; export all; next hop address 203.0.113.2; };
        }
        """
            .formatted(theirs, PORT, ours, PORT, hops));
    List<String> command = new ArrayList<>(List.of(in(hosts.getLast()).strip().split(" ", -1)));
    command.addAll(List.of(BIRD, "-f", "-c", "bird.conf", "-s", "bird.ctl", "-P", "bird.pid"));
    return RouterProcess.start(directory, command);
  }

  private static PeerConfig peer(String ours, String theirs) {
    return PeerConfig.of(
            "far", PeerType.NODE, IpAddress.parse(theirs), new AsNumber(64512), new AsNumber(64513))
        .withPort(PORT)
        .withSource(Optional.of(IpAddress.parse(ours)))
        .withTiming(Loopback.TIMING)
        .withRouting(PeerRouting.of(Family.IPV4_UNICAST));
  }

  private void start(PeerConfig peer) {
    speaker.start(
        new SpeakerConfig(
            new AsNumber(64512),
            IpAddress.parse("198.51.100.1"),
            Optional.empty(),
            List.of(new ListenAddress(IpAddress.parse("::"), PORT)),
            List.of(),
            List.of(peer),
            Set.of(Cidr.parse("10.1.0.0/24")),
            new AcceptAll(),
            new AcceptAll(),
            Duration.ofSeconds(30)));
  }

  private PeerReport report() {
    return speaker.report().peers().getFirst();
  }

  /// Whoever calls, and whether it is the router's hop count or ours that decides.
  @ParameterizedTest(name = "{2}, {0} and {1}")
  @CsvSource(
      textBlock =
          """
          198.51.100.1,  203.0.113.2,   multihop,    multihop 2;
          198.51.100.1,  203.0.113.2,   ttlSecurity, multihop 2; ttl security on;
          2001:db8:1::1, 2001:db8:2::2, multihop,    multihop 2;
          2001:db8:1::1, 2001:db8:2::2, ttlSecurity, multihop 2; ttl security on;
          198.51.100.1,  203.0.113.2,   any,         multihop;
          """)
  void twoHopsAreTwo(String ours, String theirs, String way, String hops) throws IOException {
    PeerConfig peer = peer(ours, theirs);
    try (RouterProcess _ = bird(ours, theirs, hops)) {
      start(
          switch (way) {
            case "multihop" -> peer.withMultihop(2);
            case "ttlSecurity" -> peer.withTtlSecurity(2);
            default -> peer;
          });

      Loopback.await("up", () -> report().isEstablished());
      Loopback.await("a route", () -> report().received() == 1);
    }
  }

  /// Packets of ours that may go one hop end at the router, those of a peer two hops away at us:
  /// neither side ever hears of the other.
  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"multihop", "ttlSecurity"})
  void oneHopIsNotEnough(String way) throws IOException {
    String ours = "198.51.100.1";
    String theirs = "203.0.113.2";
    boolean isMultihop = way.equals("multihop");
    String hops =
        isMultihop ? "multihop 2; passive on;" : "multihop 2; ttl security on; passive on;";
    try (RouterProcess _ = bird(ours, theirs, hops)) {
      PeerConfig peer = peer(ours, theirs);
      start(isMultihop ? peer.withMultihop(1) : peer.withTtlSecurity(1));
      Loopback.await("an attempt that failed", () -> !report().reason().isEmpty());
      assertThat(report().isEstablished()).isFalse();
    }
  }
}
