// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.bfd.BfdSettings;
import dev.brindle.bird.bfd.BfdState;
import dev.brindle.bird.filter.AcceptAll;
import dev.brindle.bird.filter.ContextMatch;
import dev.brindle.bird.filter.FilterRule;
import dev.brindle.bird.filter.RouteMatch;
import dev.brindle.bird.filter.RuleFilter;
import dev.brindle.bird.speaker.PeerReport;
import dev.brindle.bird.speaker.Speaker;
import dev.brindle.bird.topology.ListenAddress;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerRouting;
import dev.brindle.bird.topology.PeerTiming;
import dev.brindle.bird.topology.PeerType;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.bird.wire.Family;
import dev.brindle.linux.live.LiveKernel;
import dev.brindle.node.bgp.KernelRouteSink;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Neighbours that are known by an interface alone, on a link between two namespaces: no address is
/// configured but those that the kernel makes, IPv4 goes by way of IPv6, routes end in the kernel.
class UnnumberedInteropTest {

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String OURS = "10.1.0.0/26";
  private static final String THEIRS = "10.2.0.0/26";
  private static final String THEIRS_IPV6 = "fd00:2::/122";

  /// Nothing else passes.
  private static final RuleFilter OVER_NEAR =
      new RuleFilter(
          "over-near",
          List.of(
              new FilterRule(
                  "rule 1",
                  new RouteMatch.Context(new ContextMatch.InterfaceLike("ne*")),
                  List.of(),
                  FilterRule.Action.ACCEPT)),
          false);

  private final List<Process> processes = new ArrayList<>();
  private @Nullable Process there;
  private @Nullable KernelRouteSink sink;
  private @Nullable Speaker speaker;

  @TempDir private Path directory;

  @BeforeEach
  void link() throws IOException, InterruptedException {
    assumeTrue(
        "1".equals(System.getenv("BRINDLE_TEST_NAMESPACE")),
        "needs a network namespace of its own");
    Process holder =
        new ProcessBuilder("unshare", "--net", "--mount", "sh", "-c", "echo there; exec cat")
            .redirectErrorStream(true)
            .start();
    BufferedReader output = holder.inputReader(StandardCharsets.UTF_8);
    assumeTrue("there".equals(output.readLine()), "no second network namespace to be had");
    there = holder;
    // link-local packets that name no link would go there: it is first
    run("ip link add decoy type veth peer name decoy2");
    run("ip link set decoy2 up");
    run("ip link set decoy up");
    run("ip link add near type veth peer name far netns " + holder.pid());
    run("ip link set near up");
    run(inside() + "ip link set lo up");
    run(inside() + "ip link set far up");
  }

  @AfterEach
  void remove() throws IOException, InterruptedException {
    if (speaker != null) {
      speaker.close();
    }
    if (sink != null) {
      sink.close();
    }
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
    if (there != null) {
      run("ip link del near");
      run("ip link del decoy");
      there.destroyForcibly().waitFor();
    }
  }

  private Speaker start() {
    return start(Optional.empty());
  }

  private Speaker start(Optional<BfdSettings> bfd) {
    PeerConfig peer =
        PeerConfig.of(
                "Peer_near",
                PeerType.NODE,
                IpAddress.parse("::"),
                new AsNumber(64512),
                new AsNumber(64513))
            .withZone(Optional.of("near"))
            .withTiming(
                PeerTiming.CALICO
                    .withHoldTime(Duration.ofSeconds(9))
                    .withConnectRetry(Duration.ofSeconds(1)))
            .withBfd(bfd)
            .withRouting(
                PeerRouting.of(Family.IPV4_UNICAST, Family.IPV6_UNICAST)
                    .withExtendedNextHop(true)
                    .withImportFilter(OVER_NEAR));
    SpeakerConfig config =
        new SpeakerConfig(
            new AsNumber(64512),
            IpAddress.parse("192.0.2.1"),
            Optional.empty(),
            List.of(new ListenAddress(IpAddress.parse("::"), ListenAddress.BGP_PORT)),
            List.of(),
            List.of(peer),
            Set.of(Cidr.parse(OURS)),
            new AcceptAll(),
            new AcceptAll(),
            Duration.ofSeconds(30));
    KernelRouteSink routes = new KernelRouteSink(LiveKernel.open());
    sink = routes;
    Speaker started =
        new Speaker(routes, InstantSource.system(), new Random(7), new RouterDiscovery());
    speaker = started;
    started.start(config);
    return started;
  }

  @Test
  void findsFrrAndIsFound() throws IOException, InterruptedException {
    assumeInstalled("/usr/lib/frr/zebra", "frr");
    startFrr();

    Speaker ours = start();

    comesAndGoes(ours);
    // what we told them is where their packets go
    String theirs = await(inside() + "ip route", it -> it.contains(OURS));
    assertThat(theirs).containsPattern(OURS + " .*via inet6 fe80::[0-9a-f:]+ dev far proto bgp");
  }

  @Test
  void findsABirdThatAdvertises() throws IOException, InterruptedException {
    startBird("");

    Speaker ours = start();

    comesAndGoes(ours);
    await(
        "/usr/sbin/birdc -s " + directory.resolve("bird.ctl") + " show route all protocol ours",
        it -> it.contains(OURS) && it.contains("next_hop: :: fe80::"));
  }

  /// BFD between the link-local addresses that were found: a neighbour that hangs has lost its
  /// session long before the hold time is over.
  @Test
  void bfdWatchesANeighbourThatWasFound() throws IOException, InterruptedException {
    Process bird = startBird("bfd on;");

    Speaker ours = start(Optional.of(BfdSettings.of(Duration.ofMillis(300), 3)));

    awaitReport(ours, PeerReport::isEstablished);
    awaitReport(ours, it -> it.bfd().orElseThrow().state() == BfdState.UP);

    run("kill -STOP " + bird.pid());

    awaitReport(ours, it -> it.details().lastReason().startsWith("BFD lost the path"));
    await("ip route show proto bird", it -> !it.contains(THEIRS));

    run("kill -CONT " + bird.pid());

    awaitReport(ours, PeerReport::isEstablished);
    awaitReport(ours, it -> it.bfd().orElseThrow().state() == BfdState.UP);
  }

  private Process startBird(String more) throws IOException, InterruptedException {
    assumeInstalled("/usr/sbin/bird", "bird2");
    String address =
        await("ip -6 -o address show dev near", it -> it.contains("fe80") && !it.contains("tent"))
            .replaceAll("(?s).*(fe80::[0-9a-f:]+)/.*", "$1");
    Files.writeString(
        directory.resolve("bird.conf"),
        """
        log stderr all;
        router id 192.0.2.2;
        protocol device {}
        protocol bfd { interface "far" { interval 300 ms; multiplier 3; }; }
        protocol radv { interface "far" { max ra interval 4; }; }
        protocol static four { ipv4; route 10.2.0.0/26 blackhole; }
        protocol static six { ipv6; route fd00:2::/122 blackhole; }
        protocol bgp ours {
          local as 64513;
          neighbor %s%%far as 64512;
          direct;
          hold time 9;
          connect delay time 1;
          connect retry time 1;
          error wait time 1, 1;
          %s
          ipv4 { import all; export all; extended next hop on; };
          ipv6 { import all; export all; };
        }
        """
            .formatted(address, more));
    String files = directory + "/bird.";
    return launch("/usr/sbin/bird -f -c %sconf -s %sctl -P %spid".formatted(files, files, files));
  }

  private void comesAndGoes(Speaker ours) throws IOException, InterruptedException {
    hasTheirRoutes();
    assertThat(ours.report().peers()).allMatch(PeerReport::isEstablished);
    PeerReport peer = ours.report().peers().getFirst();
    assertThat(peer.address().isLinkLocal()).isTrue();
    assertThat(run("ip route show proto kernel")).doesNotContain("default");

    run("ip link set near down");

    awaitReport(ours, it -> it.reason().equals("near is down"));
    await("ip route show proto bird", it -> !it.contains(THEIRS));

    run("ip link set near up");

    hasTheirRoutes();
  }

  private void hasTheirRoutes() throws IOException, InterruptedException {
    assertThat(await("ip route show proto bird", it -> it.contains(THEIRS)))
        .containsPattern(THEIRS + " via inet6 fe80::[0-9a-f:]+ dev near");
    assertThat(await("ip -6 route show proto bird", it -> it.contains(THEIRS_IPV6)))
        .containsPattern(THEIRS_IPV6 + " via fe80::[0-9a-f:]+ dev near");
  }

  @Test
  void saysThatThereIsNoSuchInterface() throws IOException, InterruptedException {
    run("ip link del near");
    Speaker ours = start();

    awaitReport(ours, it -> it.reason().equals("there is no interface near"));

    Process holder = Objects.requireNonNull(there);
    run("ip link add near type veth peer name far netns " + holder.pid());
    awaitReport(ours, it -> it.reason().equals("near is down"));
    run("ip link set near up");
    run(inside() + "ip link set far up");
    awaitReport(ours, it -> it.reason().equals("waits for a router advertisement on near"));
  }

  /// The lone speaker as it is started, but for the right to hear what others send to all.
  @Test
  void saysWhatItMayNotDo() throws IOException {
    assumeInstalled("/usr/bin/setpriv", "util-linux");
    Path config =
        Files.writeString(
            directory.resolve("speaker.yaml"),
            """
            asn: 64512
            routerId: 192.0.2.1
            neighbors: [{interface: near, asn: external}]
            """);
    Process lone =
        new ProcessBuilder(
                "/usr/bin/setpriv",
                "--bounding-set=-net_raw",
                "--inh-caps=-net_raw",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.brindle.node.speaker.SpeakerMain",
                "--config",
                config.toString())
            .redirectErrorStream(true)
            .start();
    processes.add(lone);

    List<String> said = new ArrayList<>();
    BufferedReader output = lone.inputReader(StandardCharsets.UTF_8);
    String line = output.readLine();
    while (line != null && !line.contains("CAP_NET_RAW")) {
      said.add(line);
      line = output.readLine();
    }
    assertThat(line)
        .as("after %s", said)
        .contains("no BGP neighbor on near: cannot hear router advertisements on near")
        .endsWith("run it with CAP_NET_RAW");
    assertThat(lone.isAlive()).isTrue();
  }

  // ---- rig

  /// zebra wants whoever runs it in the group frrvty: there, root is.
  private void startFrr() throws IOException, InterruptedException {
    Path groups =
        Files.writeString(directory.resolve("group"), "root:x:0:\nfrr:x:0:\nfrrvty:x:0:root\n");
    run(inside() + "mount --bind " + groups + " /etc/group");
    Files.writeString(directory.resolve("zebra.conf"), "hostname frr\n");
    Files.writeString(
        directory.resolve("bgpd.conf"),
        """
        hostname frr
        router bgp 64513
         bgp router-id 192.0.2.2
         no bgp ebgp-requires-policy
         no bgp network import-check
         neighbor far interface remote-as external
         neighbor far timers 3 9
         neighbor far timers connect 1
         address-family ipv4 unicast
          network 10.2.0.0/26
         exit-address-family
         address-family ipv6 unicast
          network fd00:2::/122
          neighbor far activate
         exit-address-family
        exit
        """);
    String where = " -u root -g root --vty_socket " + directory + " -z " + directory + "/zserv.api";
    launch(
        "/usr/lib/frr/zebra -f "
            + directory
            + "/zebra.conf -i "
            + directory
            + "/zebra.pid -P 0"
            + where);
    await("ls " + directory, it -> it.contains("zserv.api"));
    launch(
        "/usr/lib/frr/bgpd -S -f "
            + directory
            + "/bgpd.conf -i "
            + directory
            + "/bgpd.pid -P 0"
            + where);
  }

  private Process launch(String command) throws IOException {
    Process process =
        new ProcessBuilder((inside() + command).split(" ", -1))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log" + processes.size()).toFile())
            .start();
    processes.add(process);
    return process;
  }

  private static void assumeInstalled(String binary, String debianPackage) {
    assumeTrue(
        Files.isExecutable(Path.of(binary)),
        binary + " is not there: install the Debian package " + debianPackage);
  }

  private String inside() {
    return "nsenter --target " + Objects.requireNonNull(there).pid() + " --net --mount ";
  }

  private static String run(String command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command.split(" ", -1)).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException("%s: %s".formatted(command, output));
    }
    return output;
  }

  /// Asks until the answer is right: other programs send no event.
  private String await(String command, Predicate<String> isRight)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    String answer = run(command);
    while (!isRight.test(answer)) {
      if (System.nanoTime() > end) {
        throw new AssertionError("%s: %s%n%s%n%s".formatted(command, answer, logs(), reports()));
      }
      Objects.requireNonNull(there).waitFor(50, TimeUnit.MILLISECONDS);
      answer = run(command);
    }
    return answer;
  }

  private void awaitReport(Speaker ours, Predicate<PeerReport> isRight)
      throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!isRight.test(ours.report().peers().getFirst())) {
      if (System.nanoTime() > end) {
        throw new AssertionError(reports());
      }
      Objects.requireNonNull(there).waitFor(20, TimeUnit.MILLISECONDS);
    }
  }

  private String reports() {
    return speaker == null ? "" : speaker.report().toString();
  }

  private String logs() throws IOException {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < processes.size(); i++) {
      all.append(Files.readString(directory.resolve("log" + i)));
    }
    return all.toString();
  }
}
