// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.speaker.Loopback.prefixes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerRouting;
import dev.brindle.bird.topology.PeerType;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.bird.wire.Community;
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

/// Long-lived graceful restart (RFC 9494) with the daemons of others, each side once away for
/// longer than its restart time of a second.
class LongLivedInteropTest {

  private static final String BIRD = "/usr/sbin/bird";
  private static final String BIRDC = "/usr/sbin/birdc";
  private static final String FRR = "/usr/lib/frr/bgpd";
  private static final String VTYSH = "/usr/bin/vtysh";
  private static final String GOBGPD = "/usr/bin/gobgpd";
  private static final String GOBGP = "/usr/bin/gobgp";
  private static final IpAddress OURS = OwnNetwork.ipv4(1);
  private static final IpAddress THEIRS = OwnNetwork.ipv4(2);
  private static final Cidr PREFIX = Cidr.parse("10.2.0.0/26");

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
        PeerConfig.of("router", PeerType.NODE, THEIRS, new AsNumber(64512), new AsNumber(64513))
            .withPort(theirPort)
            .withSource(Optional.of(OURS))
            .withTiming(
                Loopback.TIMING
                    .withRestart(Duration.ofSeconds(1))
                    .withLongLived(Duration.ofHours(1)))
            .withRouting(PeerRouting.of(Family.IPV4_UNICAST));
    return Loopback.host(OURS, new AsNumber(64512), port, prefixes("10.1.0.0/26"), peer);
  }

  /// It dies for good: its route stays, as a last resort.
  private void awaitLastResort(RouterProcess router) throws InterruptedException {
    router.kill();
    Loopback.await("its route is a last resort", this::isLastResort);
    assertThat(sink.routes()).containsOnlyKeys(PREFIX);
    assertThat(speaker.report().peers()).allMatch(PeerReport::stale);
  }

  private boolean isLastResort() {
    return speaker
        .route(PREFIX)
        .map(it -> it.choice().best().attributes().communities().contains(Community.LLGR_STALE))
        .orElse(false);
  }

  private RouterProcess startBird(String... more) throws IOException {
    Files.writeString(
        directory.resolve("bird.conf"),
        """
        router id 192.0.2.2;
        protocol device {}
        protocol static { ipv4; route 10.2.0.0/26 blackhole; }
        protocol bgp ours {
          local 192.0.2.2 port %d as 64513;
          neighbor 192.0.2.1 port %d as 64512;
          multihop;
          hold time 9;
          connect delay time 1;
          connect retry time 1;
          graceful restart on;
          graceful restart time 1;
          long lived graceful restart on;
          long lived stale time 3600;
          ipv4 { import all; export all; };
        }
        """
            .formatted(theirPort, port));
    List<String> command = new ArrayList<>(List.of(BIRD, "-f", "-c", "bird.conf"));
    command.addAll(List.of("-s", "bird.ctl", "-P", "bird.pid"));
    command.addAll(List.of(more));
    return RouterProcess.start(directory, command);
  }

  private List<String> birdc(String words) {
    return List.of(BIRDC, "-s", directory.resolve("bird.ctl").toString(), words);
  }

  @Test
  void birdsRoutesAreALastResortUntilItIsBack() throws IOException, InterruptedException {
    RouterProcess.assumeInstalled(BIRD, "bird2");
    speaker.start(config());
    try (RouterProcess bird = startBird()) {
      sink.await(routes -> routes.size() == 1);
      awaitLastResort(bird);
    }
    try (RouterProcess again = startBird("-R")) {
      again.askUntil("10.1.0.0/26", birdc("show route protocol ours"));
      Loopback.await("fresh", () -> !isLastResort());
      assertThat(sink.routes()).containsOnlyKeys(PREFIX);
    }
  }

  @Test
  void birdKeepsOursAsALastResort() throws IOException, InterruptedException {
    RouterProcess.assumeInstalled(BIRD, "bird2");
    speaker.start(config());
    try (RouterProcess bird = startBird()) {
      bird.askUntil("10.1.0.0/26", birdc("show route protocol ours"));
      speaker.leave();

      bird.askUntil("(65535,6)", birdc("show route all 10.1.0.0/26"));
    }
  }

  private RouterProcess startFrr() throws IOException {
    Files.writeString(
        directory.resolve("bgpd.conf"),
        """
        hostname frr
        router bgp 64513
         bgp router-id 192.0.2.2
         no bgp ebgp-requires-policy
         no bgp network import-check
         bgp graceful-restart
         bgp graceful-restart preserve-fw-state
         bgp graceful-restart restart-time 1
         bgp long-lived-graceful-restart stale-time 3600
         neighbor 192.0.2.1 remote-as 64512
         neighbor 192.0.2.1 passive
         neighbor 192.0.2.1 disable-connected-check
         address-family ipv4 unicast
          network 10.2.0.0/26
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

  private List<String> vtysh(String words) {
    return List.of(VTYSH, "--vty_socket", directory.toString(), "-c", words);
  }

  @Test
  void frrKeepsOursAndWeKeepItsAsALastResort() throws IOException, InterruptedException {
    RouterProcess.assumeInstalled(FRR, "frr");
    RecordingSink first = new RecordingSink();
    try (RouterProcess frr = startFrr()) {
      Speaker away = Loopback.speaker(first);
      away.start(config());
      frr.askUntil("10.1.0.0/26", vtysh("show bgp ipv4 unicast"));
      away.leave();
      frr.askUntil("llgr-stale", vtysh("show bgp ipv4 unicast 10.1.0.0/26"));

      speaker.start(config());
      frr.askUntilGone("llgr-stale", vtysh("show bgp ipv4 unicast 10.1.0.0/26"));
      sink.await(routes -> routes.size() == 1);
      awaitLastResort(frr);
    }
  }

  private RouterProcess startGobgp(int api) throws IOException {
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
          [neighbors.graceful-restart.config]
            enabled = true
            restart-time = 1
            long-lived-enabled = true
          [[neighbors.afi-safis]]
            [neighbors.afi-safis.config]
              afi-safi-name = "ipv4-unicast"
            [neighbors.afi-safis.mp-graceful-restart.config]
              enabled = true
            [neighbors.afi-safis.long-lived-graceful-restart.config]
              enabled = true
              restart-time = 3600
        """
            .formatted(theirPort));
    return RouterProcess.start(
        directory, List.of(GOBGPD, "-f", "gobgpd.toml", "--api-hosts", "127.0.0.2:" + api));
  }

  @Test
  void gobgpKeepsOursAndWeKeepItsAsALastResort() throws IOException, InterruptedException {
    RouterProcess.assumeInstalled(GOBGPD, "gobgpd");
    int api = Loopback.freePort();
    List<String> rib =
        List.of(GOBGP, "-u", "127.0.0.2", "-p", Integer.toString(api), "global", "rib");
    RecordingSink first = new RecordingSink();
    try (RouterProcess gobgp = startGobgp(api)) {
      Speaker away = Loopback.speaker(first);
      away.start(config());
      gobgp.askUntil("10.1.0.0/26", rib);
      List<String> add = new ArrayList<>(rib);
      add.addAll(List.of("add", "10.2.0.0/26"));
      RouterProcess.ask(add);
      first.await(routes -> routes.size() == 1);
      away.leave();
      gobgp.askUntil("llgr-stale", rib);

      speaker.start(config());
      sink.await(routes -> routes.size() == 1);
      gobgp.askUntilGone("llgr-stale", rib);
      awaitLastResort(gobgp);
    }
  }
}
