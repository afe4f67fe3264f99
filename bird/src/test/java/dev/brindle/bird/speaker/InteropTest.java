// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.speaker.Loopback.config;
import static dev.brindle.bird.speaker.Loopback.peer;
import static dev.brindle.bird.speaker.Loopback.prefixes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.bird.topology.PeerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Sessions with the daemons of others, on loopback, without root.
class InteropTest {

  private static final String BIRD = "/usr/sbin/bird";
  private static final String BIRDC = "/usr/sbin/birdc";
  private static final String GOBGPD = "/usr/bin/gobgpd";
  private static final String GOBGP = "/usr/bin/gobgp";

  private final int port = Loopback.freePort();
  private final int theirPort = Loopback.freePort();
  private final RecordingSink sink = new RecordingSink();
  private final Speaker speaker = Loopback.speaker(sink);

  @TempDir private Path directory;

  @AfterEach
  void close() {
    speaker.close();
  }

  private static void assumeInstalled(String binary, String debianPackage) {
    assumeTrue(
        Files.isExecutable(Path.of(binary)),
        binary + " is not there: install the Debian package " + debianPackage);
  }

  private void startOurs(long as, long theirAs, boolean passive) {
    PeerConfig router = peer(1, as, 2, theirAs, theirPort).withPassive(passive);
    speaker.start(
        config(1, as, port, router).withAnnounce(prefixes("10.1.0.0/26", "fd00:1::/122")));
  }

  private RouterProcess startBird(long as, long ourAs, boolean passive, String... more)
      throws IOException {
    Files.writeString(
        directory.resolve("bird.conf"),
        """
        router id 127.0.0.2;
        protocol device {}
        protocol static four { ipv4; route 10.2.0.0/26 blackhole; route 10.2.1.0/24 blackhole; }
        protocol static six { ipv6; route fd00:2::/122 blackhole; }
        protocol bgp ours {
          local 127.0.0.2 port %d as %d;
          neighbor 127.0.0.1 port %d as %d;
          passive %s;
          multihop;
          hold time 9;
          connect delay time 1;
          connect retry time 1;
          graceful restart on;
          ipv4 { import all; export all; };
          ipv6 { import all; export all; next hop address 2001:db8::2; };
        }
        """
            .formatted(theirPort, as, port, ourAs, passive ? "on" : "off"));
    return RouterProcess.start(
        directory,
        with(List.of(BIRD, "-f", "-c", "bird.conf", "-s", "bird.ctl", "-P", "bird.pid"), more));
  }

  private List<String> birdc(String... words) {
    return List.of(BIRDC, "-s", directory.resolve("bird.ctl").toString(), String.join(" ", words));
  }

  @ParameterizedTest(name = "AS {0} with AS {1}, passive {2}/{3}")
  @CsvSource(
      textBlock =
          """
          # ours,      theirs,    ours passive, theirs passive
          64512,       64512,     false,        true
          64512,       64512,     true,         false
          64512,       64513,     false,        false
          4200000001,  4200000002, false,       true
          """)
  void exchangesRoutesWithBird(long as, long theirAs, boolean passive, boolean theirsPassive)
      throws IOException, InterruptedException {
    assumeInstalled(BIRD, "bird2");
    startOurs(as, theirAs, passive);
    try (RouterProcess bird = startBird(theirAs, as, theirsPassive)) {
      var routes = sink.await(it -> it.size() == 3);
      assertThat(routes.keySet()).isEqualTo(prefixes("10.2.0.0/26", "10.2.1.0/24", "fd00:2::/122"));
      bird.askUntil("10.1.0.0/26", birdc("show", "route", "all", "protocol", "ours"));
      String theirs =
          bird.askUntil("fd00:1::/122", birdc("show", "route", "all", "protocol", "ours"));
      assertThat(theirs).contains("BGP.next_hop: 127.0.0.1").contains("2001:db8::1");

      speaker.reconfigure(
          config(1, as, port, peer(1, as, 2, theirAs, theirPort).withPassive(passive)));
      bird.askUntil("Network not found", birdc("show route for 10.1.0.1"));
    }
  }

  @Test
  void keepsBirdsRoutesWhileItRestarts() throws IOException, InterruptedException {
    assumeInstalled(BIRD, "bird2");
    startOurs(64512, 64512, false);
    try (RouterProcess bird = startBird(64512, 64512, false)) {
      sink.await(it -> it.size() == 3);
      bird.kill();
      Loopback.await("stale", () -> speaker.report().peers().getFirst().stale());
      assertThat(sink.routes()).hasSize(3);
    }
    try (RouterProcess again = startBird(64512, 64512, false, "-R")) {
      again.askUntil("10.1.0.0/26", birdc("show", "route", "protocol", "ours"));
      assertThat(sink.routes()).hasSize(3);
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
          router-id = "127.0.0.2"
          port = %d
          local-address-list = ["127.0.0.2"]
        [[neighbors]]
          [neighbors.config]
            neighbor-address = "127.0.0.1"
            peer-as = 64512
          [neighbors.transport.config]
            local-address = "127.0.0.2"
            remote-port = %d
            passive-mode = true
          [neighbors.ebgp-multihop.config]
            enabled = true
          [[neighbors.afi-safis]]
            [neighbors.afi-safis.config]
              afi-safi-name = "ipv4-unicast"
          [[neighbors.afi-safis]]
            [neighbors.afi-safis.config]
              afi-safi-name = "ipv6-unicast"
        """
            .formatted(theirPort, port));
    startOurs(64512, 64513, false);
    try (RouterProcess gobgp =
        RouterProcess.start(
            directory, List.of(GOBGPD, "-f", "gobgpd.toml", "--api-hosts", "127.0.0.2:" + api))) {
      List<String> client = List.of(GOBGP, "-u", "127.0.0.2", "-p", Integer.toString(api));
      gobgp.askUntil("Establ", with(client, "neighbor"));
      RouterProcess.ask(with(client, "global", "rib", "add", "10.2.0.0/26"));
      RouterProcess.ask(
          with(
              client,
              "global",
              "rib",
              "-a",
              "ipv6",
              "add",
              "fd00:2::/122",
              "nexthop",
              "2001:db8::2"));
      assertThat(sink.await(it -> it.size() == 2).keySet())
          .isEqualTo(prefixes("10.2.0.0/26", "fd00:2::/122"));
      // it refuses a next hop on loopback, so only IPv6 can pass this way
      gobgp.askUntil("fd00:1::/122", with(client, "global", "rib", "-a", "ipv6"));

      RouterProcess.ask(with(client, "global", "rib", "del", "10.2.0.0/26"));
      sink.await(it -> it.size() == 1);
    }
  }

  private static List<String> with(List<String> client, String... words) {
    List<String> command = new ArrayList<>(client);
    command.addAll(List.of(words));
    return command;
  }
}
