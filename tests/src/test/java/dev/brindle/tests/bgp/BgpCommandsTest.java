// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.bgp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.bird.mrt.MrtReader;
import dev.brindle.bird.mrt.MrtReading;
import dev.brindle.bird.mrt.MrtRecord;
import dev.brindle.linux.testing.Waiting;
import dev.brindle.tests.bgp.SpeakerRig.Said;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `brindle bgp ...` as processes, against a speaker that talks with BIRD.
class BgpCommandsTest {

  private static final String CONFIG =
      """
      asn: 64512
      routerId: 127.0.0.1
      listen: ["127.0.0.1:1790"]
      announce: [203.0.113.0/24]
      neighbors:
        - {address: 127.0.0.2, asn: 65001, port: 1791, import: accept, export: accept, holdTime: 9s, description: upstream}
        - {address: 127.0.0.3, asn: 65003, port: 1790, import: accept, export: accept}
      """;

  /// Two routes received and accepted, none rejected, one advertised.
  private static final String BOTH_TOLD = "(?s).*Established +[0-9:]+ +2 +2 +0 +1 .*";

  @TempDir private Path base;
  private SpeakerRig rig;

  @BeforeEach
  void make() throws Exception {
    rig = SpeakerRig.make(base);
    rig.write("speaker.yaml", CONFIG);
  }

  @AfterEach
  void end() {
    rig.close();
  }

  @Test
  void showsNeighbors() throws Exception {
    rig.speaker();
    rig.bird("route 10.1.0.0/24 blackhole; route 10.2.0.0/24 blackhole;");

    Said summary = rig.await(it -> it.out().matches(BOTH_TOLD), "summary");
    assertThat(summary.exitCode()).isZero();
    assertThat(summary.out().replaceAll("\\d\\d:\\d\\d:\\d\\d", "hh:mm:ss"))
        .startsWith(
            """
            BGP router 127.0.0.1, AS 64512: 1 of 2 neighbors up, 3 prefixes
            """)
        .contains(
            """
            NEIGHBOR      AS  STATE             FOR  RECEIVED  ACCEPTED  REJECTED  ADVERTISED  FLAPS  BFD  REASON
            127.0.0.2  65001  Established  hh:mm:ss         2         2         0           1      0  -    -
            """);
    Said neighbor = rig.bgp("neighbor", "127.0.0.2");
    assertThat(neighbor.out())
        .contains("Neighbor     127.0.0.2, AS 65001 (Peer_127_0_0_2_port_1791)")
        .contains("Description  upstream")
        .contains("State        Established for ")
        .contains("Timers       hold 9 s, keepalive 3 s")
        .contains("Prefixes     2 received, 2 accepted, 1 advertised, 0 waiting to be sent")
        .contains("Round trip")
        // one OPEN, or one on each of two connections that collided; routes and End-of-RIB
        .containsPattern("received +[12] +[2-9]");
    assertThat(rig.bgp("neighbor", "127.0.0.2", "--json").out())
        .contains("\"accepted\":2", "\"routeRefresh\":true", "\"roundTripMicros\":");
    assertThat(rig.bgp("summary", "--json").out())
        .startsWith("{\"as\":64512,\"routerId\":\"127.0.0.1\"")
        .contains("\"peers\":[{");

    Said unknown = rig.bgp("neighbor", "127.0.0.9");
    assertThat(unknown.exitCode()).isEqualTo(1);
    assertThat(unknown.err())
        .isEqualTo(
            "there is no neighbor '127.0.0.9'; take one of: 127.0.0.2 (Peer_127_0_0_2_port_1791), 127.0.0.3"
                + " (Peer_127_0_0_3_port_1790)\n");
  }

  @Test
  void tellsPrometheusAndWhatHelps() throws Exception {
    rig.speaker("--metrics", "127.0.0.1:9091");
    rig.bird("route 10.1.0.0/24 blackhole;");
    rig.await(it -> it.out().contains("Established"), "summary");
    rig.await(it -> it.out().contains("Advice"), "neighbor", "127.0.0.3");

    assertThat(rig.bgp("neighbor", "127.0.0.3").out())
        .contains("Advice       nothing listens at 127.0.0.3 port 1790: start BGP there");
    assertThat(rig.log("speaker.log"))
        .contains("BGP peer Peer_127_0_0_3_port_1790 (127.0.0.3, AS 65003): no session: ")
        .contains(" (nothing listens at 127.0.0.3 port 1790: start BGP there");
    assertThat(rig.metrics(9091))
        .contains("bgp_session_up{address=\"127.0.0.2\",peer=\"Peer_127_0_0_2_port_1791\"} 1.0")
        .contains("bgp_session_up{address=\"127.0.0.3\",peer=\"Peer_127_0_0_3_port_1790\"} 0.0")
        .contains("bgp_session_round_trip_seconds{address=\"127.0.0.2\"");
  }

  @Test
  void saysWhenNobodyAnswers() throws Exception {
    Said missing = rig.bgp("summary");
    assertThat(missing.exitCode()).isEqualTo(3);
    assertThat(missing.err())
        .isEqualTo(
            ("no speaker answers: there is no socket %s/control.sock; start brindle node run or"
                    + " brindle speaker, or name the speaker's --control DIR\n")
                .formatted(rig.control()));

    Process speaker = rig.speaker();
    rig.await(it -> it.exitCode() == 0, "summary");
    speaker.destroyForcibly().waitFor();
    assertThat(rig.bgp("summary").err())
        .startsWith("no speaker answers: nothing listens at %s".formatted(rig.control()));

    rig.speaker(); // takes over what the killed one left
    rig.await(it -> it.exitCode() == 0, "summary");
  }

  @Test
  void aDirectoryHasOneSpeaker() throws Exception {
    rig.speaker();
    rig.await(it -> it.exitCode() == 0, "summary");
    rig.write("speaker.yaml", CONFIG.replace("127.0.0.1:1790", "127.0.0.1:1791"));

    Process second = rig.speaker();

    assertThat(second.waitFor()).isEqualTo(1);
    assertThat(rig.log("speaker.log")).contains("control.lock is held: a speaker that runs");
  }

  @Test
  void streamsATableThatIsLargerThanWhatTheCommandMayHold() throws Exception {
    StringBuilder routes = new StringBuilder();
    for (int i = 0; i < 100_000; i++) {
      routes.append("route 10.%d.%d.%d/32 blackhole;".formatted(i >> 16, (i >> 8) & 255, i & 255));
    }
    rig.speaker();
    rig.bird(routes.toString());
    rig.await(it -> it.out().contains("100001 ") || it.out().contains("100,001"), "summary");

    try (SocketChannel stuck =
        SocketChannel.open(UnixDomainSocketAddress.of(rig.control().resolve("control.sock")))) {
      byte[] request = "{\"version\":1,\"command\":\"routes\"}\n".getBytes(UTF_8);
      stuck.write(ByteBuffer.wrap(request)); // and never reads
      Said all = rig.bgp("routes", "--json");
      assertThat(all.exitCode()).as(all.err()).isZero();
      assertThat(all.out().lines().distinct()).hasSize(100_001);
      assertThat(all.out().lines())
          .anySatisfy(
              line ->
                  assertThat(line)
                      .startsWith("{\"prefix\":\"10.1.0.7/32\",\"best\":true,")
                      .contains("\"from\":\"127.0.0.2\"", "\"asPath\":\"65001\""));
    }
    assertThat(rig.bgp("routes").out().lines()).hasSize(100_002);
    assertThat(rig.bgp("routes", "--best", "--limit", "5").out().lines()).hasSize(6);
    assertThat(rig.bgp("routes", "10.1.0.0/30").out())
        .isEqualTo(
            """
                PREFIX       NEXT HOP   FROM       PREF  MED  ORIGIN  AS PATH
            >   10.1.0.0/32  192.0.2.2  127.0.0.2  -     -    igp     65001
            >   10.1.0.1/32  192.0.2.2  127.0.0.2  -     -    igp     65001
            >   10.1.0.2/32  192.0.2.2  127.0.0.2  -     -    igp     65001
            >   10.1.0.3/32  192.0.2.2  127.0.0.2  -     -    igp     65001
            """);
    assertThat(rig.bgp("routes", "--received", "127.0.0.2").out().lines()).hasSize(100_001);
    assertThat(rig.bgp("routes", "--advertised", "127.0.0.2").out())
        .isEqualTo(
            """
                PREFIX          NEXT HOP   FROM       PREF  MED  ORIGIN  AS PATH
            >   203.0.113.0/24  127.0.0.1  ourselves  -     -    igp     64512
            """);
    assertThat(rig.bgp("routes", "203.0.113.9").out().lines()).hasSize(2);
    assertThat(rig.bgp("routes", "192.0.2.9").err()).isEqualTo("no route covers 192.0.2.9\n");
    assertThat(rig.bgp("routes", "192.0.2.0/24").err()).isEqualTo("no routes\n");
    assertThat(rig.bgp("routes", "10.0.0.0/33").err()).contains("is neither a prefix");
  }

  @Test
  void explainsARoute() throws Exception {
    rig.write(
        "speaker.yaml",
        CONFIG
                .replace("export: accept, holdTime", "export: mine, holdTime")
                .replace("import: accept, export: mine", "import: small, export: mine")
            + """
            filters:
              small:
                - {match: {prefix: 10.2.0.0/16+}, action: reject}
                - {match: {prefix: 10.0.0.0/8+}, set: {localPref: 200}, action: accept}
              mine:
                - {match: {prefix: 203.0.113.0/24}, action: reject}
                - {action: accept}
            """);
    rig.speaker();
    rig.bird("route 10.1.0.0/24 blackhole; route 10.2.0.0/24 blackhole;");
    rig.await(it -> it.out().contains("10.1.0.0/24"), "routes");
    Said taken = rig.await(it -> it.out().contains("rejected 1 times"), "explain", "10.1.0.7");
    assertThat(taken.out())
        .isEqualTo(
            """
            10.1.0.0/24: one path

            Paths
              > from 127.0.0.2 via 192.0.2.2, AS path [65001], origin igp, local preference 200
                  best; accepted by import filter small

            Neighbors are told
              127.0.0.2: no, it told us

            Not among the paths
              127.0.0.2: routes of it were rejected 1 times, and are not kept; to ask it: brindle bgp explain 10.1.0.0/24 from 127.0.0.2

            Kernel
              it is not there: kernel is false in speaker.yaml
            """);
    assertThat(rig.bgp("neighbor", "127.0.0.2").out())
        .contains("Prefixes     2 received, 1 accepted");
    assertThat(rig.bgp("explain", "10.2.0.0/24").out())
        .startsWith("10.2.0.0/24: no path\n")
        .contains("routes of it were rejected 1 times");
    assertThat(rig.bgp("explain", "10.2.0.0/24", "from", "127.0.0.2").out())
        .contains("Peer_127_0_0_2_port_1791 tells it via 192.0.2.2, AS path [65001], origin igp")
        .contains("import rejects it: filter small: rule 1");
    assertThat(rig.bgp("explain", "10.1.0.0/24", "from", "127.0.0.2").out())
        .contains("import accepts it: filter small: rule 2");
    assertThat(rig.bgp("explain", "10.9.0.0/24", "from", "127.0.0.2", "--wait", "1").out())
        // the latter if it says in time where telling again ends
        .containsPattern(
            "Peer_127_0_0_2_port_1791 (did not tell it within 1 s|does not tell it: it has told)");
    assertThat(rig.bgp("explain", "10.9.0.0/24", "from", "127.0.0.3").out())
        .contains("Peer_127_0_0_3_port_1790 cannot be asked: the session is not up");
    assertThat(rig.bgp("explain", "203.0.113.0/24").out())
        .contains("> our own, AS path [], origin igp")
        .contains("127.0.0.2: no, rejected: filter mine: rule 1")
        .contains("it is not there: it is our own");
    assertThat(rig.bgp("explain", "10.1.0.0/24", "--json").out())
        .contains("\"decidedBy\":\"only path\"", "\"exports\":[{", "\"kernel\":{");
  }

  @Test
  void drainsOneNeighborOrAll() throws Exception {
    rig.speaker("--metrics", "127.0.0.1:9091");
    rig.bird("route 10.1.0.0/24 blackhole;");
    rig.await(it -> it.out().contains("10.1.0.0/24"), "routes");

    assertThat(rig.bgp("drain", "127.0.0.2")).isEqualTo(new Said(0, "127.0.0.2: drains\n", ""));
    rig.awaitBird(it -> it.contains("(65535,0)"), "show route 203.0.113.0/24 all");
    assertThat(rig.bgp("routes", "10.1.0.0/24", "--json").out()).contains("\"localPref\":0");
    assertThat(rig.bgp("explain", "10.1.0.0/24").out())
        .contains("local preference 0")
        .contains("accepted by import accept, taken last as it drains");
    assertThat(rig.bgp("neighbor", "127.0.0.2").out())
        .contains("Draining     it is told to take other ways (GRACEFUL_SHUTDOWN); what it told");
    assertThat(rig.bgp("summary").out())
        .contains("Established, draining")
        .doesNotContain("It drains");
    assertThat(rig.metrics(9091))
        .contains(
            "bgp_session_draining{address=\"127.0.0.2\",peer=\"Peer_127_0_0_2_port_1791\"} 1.0")
        .contains(
            "bgp_session_draining{address=\"127.0.0.3\",peer=\"Peer_127_0_0_3_port_1790\"} 0.0");
    assertThat(rig.log("speaker.log"))
        .contains("drains: it is told to take other ways, and what it told is taken last");

    assertThat(rig.bgp("drain", "--undo", "127.0.0.2"))
        .isEqualTo(new Said(0, "127.0.0.2: drains no longer\n", ""));
    rig.awaitBird(it -> !it.contains("(65535,0)"), "show route 203.0.113.0/24 all");
    rig.await(it -> !it.out().contains("localPref"), "routes", "10.1.0.0/24", "--json");

    assertThat(rig.bgp("drain").out()).isEqualTo("127.0.0.2: drains\n127.0.0.3: drains\n");
    assertThat(rig.bgp("summary").out())
        .contains("It drains: neighbors are told to take other ways.");
    assertThat(rig.bgp("summary", "--json").out()).contains("\"draining\":true,\"listening\"");
    assertThat(rig.bgp("drain", "all", "--undo").out())
        .isEqualTo("127.0.0.2: drains no longer\n127.0.0.3: drains no longer\n");
    assertThat(rig.bgp("neighbor", "127.0.0.2").out())
        .contains("Flaps        0\n")
        .doesNotContain("Draining");
    assertThat(rig.bgp("drain", "127.0.0.9").err()).startsWith("there is no neighbor '127.0.0.9'");
  }

  @Test
  void writesTablesAndMessagesToFiles() throws Exception {
    rig.write("speaker.yaml", CONFIG + "mrt: {messages: {file: log.%S, interval: 1s, keep: 60}}\n");
    rig.speaker("--metrics", "127.0.0.1:9091");
    rig.bird("route 10.1.0.0/24 blackhole;");
    rig.await(it -> it.out().contains("10.1.0.0/24"), "routes");

    Path file = base.resolve("table.mrt");
    Said dumped = rig.bgp("dump", file.toString());
    assertThat(dumped)
        .isEqualTo(new Said(0, "%s: %d octets\n".formatted(file, Files.size(file)), ""));
    assertThat(records(file))
        .filteredOn(MrtRecord.Rib.class::isInstance)
        .extracting(it -> ((MrtRecord.Rib) it).prefix().toString())
        .containsExactlyInAnyOrder("10.1.0.0/24", "203.0.113.0/24");
    assertThat(rig.bgp("dump", "/nowhere/table.mrt").err())
        .isEqualTo(
            "the daemon cannot write /nowhere/table.mrt: NoSuchFileException; name a file in a"
                + " directory where the daemon may write\n");

    // what BIRD said: OPEN, UPDATE, KEEPALIVE, in one file or several
    Waiting.until("its messages", () -> logged().containsAll(Set.of(1, 2, 4)));
    assertThat(rig.metrics(9091))
        .contains("bgp_mrt_failing{kind=\"messages\"} 0.0")
        .contains("bgp_mrt_files_total{kind=\"messages\"}");
  }

  /// Types of the messages in the files that are whole.
  private Set<Integer> logged() {
    Set<Integer> types = new TreeSet<>();
    try (Stream<Path> logs = Files.list(base)) {
      for (Path log : logs.filter(it -> it.toString().matches(".*log\\.[0-9]{2}")).toList()) {
        for (MrtRecord item : records(log)) {
          if (item instanceof MrtRecord.Message message) {
            types.add((int) message.octets().toArray()[18]);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return types;
  }

  private static List<MrtRecord> records(Path file) throws IOException {
    ByteBuf in = Unpooled.wrappedBuffer(Files.readAllBytes(file));
    List<MrtRecord> records = new ArrayList<>();
    while (MrtReader.read(in) instanceof MrtReading.Understood(var item)) {
      records.add(item);
    }
    assertThat(in.isReadable()).as("%s", file).isFalse();
    return records;
  }

  /// What nobody has confirmed does not outlive the process that tries it.
  @Test
  void aKillBeforeTheConfirmationUndoesTheReload() throws Exception {
    Process speaker = rig.speaker();
    rig.await(it -> it.out().contains("203.0.113.0/24"), "routes");
    rig.write("speaker.yaml", CONFIG.replace("203.0.113.0/24", "198.51.100.0/24"));
    assertThat(rig.bgp("reload", "--confirm", "600s").out()).contains("or it is undone");
    assertThat(rig.bgp("routes").out()).contains("198.51.100.0/24");

    speaker.destroyForcibly().waitFor();
    rig.speaker();

    rig.await(it -> it.out().contains("203.0.113.0/24"), "routes");
    assertThat(rig.log("speaker.log"))
        .contains("speaker.yaml was never confirmed: what held before it holds");
    assertThat(rig.bgp("reload").out()).contains("+ announce 198.51.100.0/24", "reload: done");
    assertThat(Files.exists(base.resolve("speaker.yaml.unconfirmed"))).isFalse();
  }

  @Test
  void ordersAreCarriedOut() throws Exception {
    rig.speaker();
    rig.bird("route 10.1.0.0/24 blackhole;");
    rig.await(it -> it.out().contains("Established"), "summary");

    assertThat(rig.bgp("refresh", "127.0.0.2"))
        .isEqualTo(new Said(0, "127.0.0.2: refreshed\n", ""));
    rig.await(it -> it.out().contains("\"routeRefresh\":1}"), "neighbor", "127.0.0.2", "--json");
    Said all = rig.bgp("refresh", "all");
    assertThat(all.exitCode()).isEqualTo(1);
    assertThat(all.out()).isEqualTo("127.0.0.2: refreshed\n127.0.0.3: the session is not up\n");

    assertThat(rig.bgp("reset", "127.0.0.2")).isEqualTo(new Said(0, "127.0.0.2: reset\n", ""));
    Said back =
        rig.await(
            it -> it.out().contains("Established") && it.out().contains("Flaps        1"),
            "neighbor",
            "127.0.0.2");
    assertThat(back.out())
        .contains("Flaps        1, last ", "ago: we said: cease: administrative reset");

    rig.write("speaker.yaml", CONFIG.replace("203.0.113.0/24", "198.51.100.0/24"));
    Said reload = rig.bgp("reload", "--confirm", "60s");
    assertThat(reload.out())
        .isEqualTo(
            """
            - announce 203.0.113.0/24
            + announce 198.51.100.0/24
            reload: done
            reload: send SIGHUP again or say brindle bgp confirm within 60 s, or it is undone
            """);
    assertThat(rig.bgp("reload").err()).contains("nothing was applied");
    assertThat(rig.bgp("confirm")).isEqualTo(new Said(0, "confirmed\n", ""));
    assertThat(rig.bgp("confirm").err())
        .isEqualTo("no reload waits to be confirmed; perhaps it was undone already\n");
    rig.write("speaker.yaml", CONFIG.replace("asn: 65003", "asn: 0x1"));
    Said wrong = rig.bgp("reload");
    assertThat(wrong.exitCode()).isEqualTo(1);
    assertThat(wrong.out()).contains("reload: nothing was applied: speaker.yaml: line 7");
  }
}
