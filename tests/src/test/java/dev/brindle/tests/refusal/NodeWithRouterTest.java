// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.refusal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.live.LiveKernel;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.testing.Waiting;
import dev.brindle.tests.refusal.CliRig.Said;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `brindle node run` with BIRD as its router, and what people ask and order: each command of
/// `brindle bgp`, and what it says of the kernel beside what ip(8) says.
///
/// ```
/// node1, AS 64512: eth0 192.0.2.1/24 ── out 192.0.2.2/24: BIRD, AS 65001
/// ```
class NodeWithRouterTest {

  private static final String BIRD = "/usr/sbin/bird";
  private static final long PATIENCE_SECONDS = 90;
  private static final String NETWORK =
      """
      {"cniVersion": "1.0.0", "name": "net1", "type": "calico", "ipam": {"type": "calico-ipam"}}
      """;

  @TempDir private Path base;
  private NodeRig rig;
  private CliRig cli;

  @BeforeEach
  void makeMachine() throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of(BIRD)), BIRD + " is not there: install the package bird2");
    rig = NodeRig.make(base);
    cli = new CliRig(base);
    try (LiveKernel there =
        LiveKernel.in(NetworkNamespace.open(JnrLibc.get(), rig.elsewhere().path()))) {
      Link out = there.links().find("out").orElseThrow();
      there.links().addAddress(out.index(), InterfaceAddress.parse("192.0.2.2/24"));
      there.links().setUp(out.index(), true);
    }
    Files.writeString(
        base.resolve("bird.conf"),
        """
        router id 192.0.2.2;
        log stderr all;
        protocol device {}
        protocol static {
          ipv4;
          route 10.50.1.0/24 blackhole;
          route 10.50.2.0/24 blackhole;
        }
        protocol bgp ours {
          local 192.0.2.2 as 65001;
          neighbor 192.0.2.1 as 64512;
          connect delay time 1;
          connect retry time 1;
          error wait time 1, 1;
          ipv4 { import all; export all; };
        }
        """);
    rig.launch(
        rig.elsewhere(),
        "bird.log",
        List.of(BIRD, "-f", "-c", "bird.conf", "-s", "bird.ctl", "-P", "bird.pid"));
    rig.startAndAwait(Map.of());
    apply(peer("[]"));
  }

  @AfterEach
  void endAll() {
    if (rig != null) {
      rig.close();
    }
  }

  private Said bgp(String... words) throws IOException, InterruptedException {
    String[] all = new String[words.length + 1];
    all[0] = "bgp";
    System.arraycopy(words, 0, all, 1, words.length);
    return cli.run(here(), all);
  }

  private Map<String, String> here() {
    return Map.of("BRINDLE_RUN_DIR", base.resolve("run").toString());
  }

  private Said await(Predicate<String> isWanted, String... words)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    Said said = bgp(words);
    while (!isWanted.test(said.out())) {
      assertThat(System.nanoTime()).as("%s", said).isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
      said = bgp(words);
    }
    return said;
  }

  private String ip(String... words) throws IOException, InterruptedException {
    String[] command = new String[words.length + 1];
    command[0] = "ip";
    System.arraycopy(words, 0, command, 1, words.length);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    Process process = rig.host().call(builder::start);
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said.replace(" proto bird", "").replaceAll("\\s+", " ").strip();
  }

  private String shown(String prefix) {
    try {
      return ip("route", "show", prefix);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// What `explain` says of the kernel, beside what the kernel says.
  @Test
  void explainAgreesWithTheKernel() throws Exception {
    await(it -> it.contains("\"installed\":true"), "explain", "10.50.1.0/24", "--json");
    String installed = bgp("explain", "10.50.1.0/24", "--json").out();
    String reason =
        installed.replaceAll("(?s).*\"kernel\":\\{[^}]*\"reason\":\"([^\"]*)\".*", "$1");
    assertThat(ip("route", "show", "10.50.1.0/24")).isEqualTo("10.50.1.0/24 " + reason);

    // what somebody deletes is back, and said to be
    ip("route", "del", "10.50.1.0/24");
    Waiting.until("the route is back", () -> !shown("10.50.1.0/24").isEmpty());
    await(it -> it.contains("\"installed\":true"), "explain", "10.50.1.0/24", "--json");
    assertThat(ip("route", "show", "10.50.1.0/24")).isEqualTo("10.50.1.0/24 " + reason);
    // the place of another is his: its metric is the same
    String metric = reason.replaceAll(".*(metric [0-9]+).*", "$1");
    assertThat(metric).startsWith("metric ");
    ip(("route replace 10.50.2.0/24 dev eth0 proto static " + metric).split(" ", -1));
    Said foreign = await(it -> it.contains("in its place is"), "explain", "10.50.2.0/24");
    assertThat(foreign.out()).contains("> from 192.0.2.2 via 192.0.2.2, AS path [65001]");
    assertThat(ip("route", "show", "10.50.2.0/24")).contains("proto static");
    assertThat(ip("route", "show", "10.50.2.0/24")).doesNotContain("via 192.0.2.2");
  }

  /// Agent, session and routes, as of now, and as they become.
  @Test
  void aCalicoNodeStatusIsFilledIn() throws Exception {
    await(it -> it.contains("\"installed\":true"), "explain", "10.50.1.0/24", "--json");
    apply(
        """
        apiVersion: projectcalico.org/v3
        kind: CalicoNodeStatus
        metadata: {name: mine}
        spec: {node: node1, classes: [Agent, BGP, Routes], updatePeriodSeconds: 1}
        """);
    String[] question = {"get", "caliconodestatus", "mine", "-o", "json"};

    JsonNode status = awaitStatus(question, it -> it.at("/bgp/numberEstablishedV4").asInt() == 1);

    assertThat(status.at("/agent/birdV4/state").asText()).isEqualTo("Ready");
    assertThat(status.at("/agent/birdV4/routerID").asText()).isEqualTo("192.0.2.1");
    assertThat(Instant.parse(status.path("lastUpdated").asText())).isBeforeOrEqualTo(Instant.now());
    assertThat(status.at("/bgp/peersV4/0/peerIP").asText()).isEqualTo("192.0.2.2");
    assertThat(status.at("/bgp/peersV4/0/type").asText()).isEqualTo("GlobalPeer");
    assertThat(status.at("/routes/routesV4").valueStream().map(JsonNode::toString))
        .contains(
            "{\"type\":\"FIB\",\"destination\":\"192.0.2.0/24\",\"gateway\":\"N/A\","
                + "\"interface\":\"eth0\",\"learnedFrom\":{\"sourceType\":\"Direct\"}}",
            "{\"type\":\"FIB\",\"destination\":\"10.50.1.0/24\",\"gateway\":\"192.0.2.2\","
                + "\"interface\":\"eth0\",\"learnedFrom\":{\"sourceType\":\"BGPPeer\","
                + "\"peerIP\":\"192.0.2.2\"}}");

    assertThat(cli.run(here(), "delete", "bgppeer", "router").exitCode()).isZero();
    JsonNode after = awaitStatus(question, it -> !it.path("bgp").has("peersV4"));
    assertThat(after.at("/bgp/numberNotEstablishedV4").asInt()).isZero();
  }

  private JsonNode awaitStatus(String[] question, Predicate<JsonNode> isWanted) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      Said said = cli.run(here(), question);
      JsonNode status = new JsonMapper().readTree(said.out()).path("status");
      if (!status.isMissingNode() && isWanted.test(status)) {
        return status;
      }
      assertThat(System.nanoTime()).as("%s", said).isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
  }

  /// BGPFilters of a BGPPeer, and changes of them while the session stays.
  @Test
  void filtersDecideAndMayChangeUnderASession() throws Exception {
    try (NetworkNamespace pod = NodeRig.namespace()) {
      assertThat(rig.plugin("ADD", "one", pod, NETWORK).exitCode()).isZero();
      await(it -> it.contains("10.50.2.0/24"), "routes");
      awaitBird(it -> it.contains("10.244.") && it.contains("BGP.as_path: 64512\n"));

      apply(
          """
          apiVersion: projectcalico.org/v3
          kind: BGPFilter
          metadata: {name: some}
          spec:
            importV4:
            - {action: Accept, cidr: 10.50.1.0/24, matchOperator: Equal, interface: "eth*", peerType: eBGP,
               operations: [{addCommunity: {value: "64512:50"}}]}
            - {action: Reject, source: RemotePeers}
          ---
          apiVersion: projectcalico.org/v3
          kind: BGPFilter
          metadata: {name: marked}
          spec:
            exportV4:
            - {action: Accept, cidr: 10.244.0.0/16, matchOperator: In, prefixLength: {max: 26},
               operations: [{addCommunity: {value: "64512:77"}}, {prependASPath: {prefix: [64512]}}]}
          ---
          """
              + peer("[some, marked]"));
      await(it -> !it.contains("10.50.2.0/24"), "routes");
      assertThat(bgp("explain", "10.50.1.0/24", "from", "192.0.2.2", "--wait", "60").out())
          .contains("64512:50", "BGPFilter some, importV4 rule 1");
      awaitBird(it -> it.contains("BGP.as_path: 64512 64512\n") && it.contains("(64512,77)"));

      // the other way round
      apply(
          """
          apiVersion: projectcalico.org/v3
          kind: BGPFilter
          metadata: {name: some}
          spec:
            importV4:
            - {action: Reject, cidr: 10.50.1.0/24, matchOperator: Equal}
            exportV4:
            - {action: Reject, cidr: 10.244.0.0/16, matchOperator: In, prefixLength: {max: 26}}
          """);
      await(it -> it.contains("10.50.2.0/24") && !it.contains("10.50.1.0/24"), "routes");
      awaitBird(it -> !it.contains("10.244."));

      // a filter that is gone is as one never named, and said to be missing
      assertThat(cli.run("delete", "bgpfilter", "some").exitCode()).isZero();
      await(it -> it.contains("10.50.1.0/24"), "routes");
      awaitBird(it -> it.contains("(64512,77)"));
      assertThat(cli.run(here(), "node", "status").out())
          .contains("Note: BGPPeer router: there is no BGPFilter some");
      assertThat(cli.run("get", "bgpf").out()).contains("marked   1             0");

      assertThat(bgp("neighbor", "192.0.2.2").out()).contains("Flaps        0");
    }
  }

  private void apply(String resources) throws IOException, InterruptedException {
    cli.write("more.yaml", resources);
    Said applied = cli.run("apply", "-f", "more.yaml");
    assertThat(applied.exitCode()).as(applied.err()).isZero();
  }

  private static String peer(String filters) {
    return """
    apiVersion: projectcalico.org/v3
    kind: BGPPeer
    metadata: {name: router}
    spec: {peerIP: 192.0.2.2, asNumber: 65001, filters: %s}
    """
        .formatted(filters);
  }

  private void awaitBird(Predicate<String> isWanted) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    String said = birdRoutes();
    while (!isWanted.test(said)) {
      assertThat(System.nanoTime()).as(said).isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
      said = birdRoutes();
    }
  }

  private String birdRoutes() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                "/usr/sbin/birdc",
                "-s",
                base.resolve("bird.ctl").toString(),
                "show route all protocol ours")
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }

  @Test
  void eachCommandIsCarriedOut() throws Exception {
    Said summary = await(it -> it.contains("Established"), "summary");
    assertThat(summary.out()).contains("1 of 1 neighbors up", "192.0.2.2  65001  Established");
    await(it -> it.contains("10.50.1.0/24"), "routes");

    assertThat(bgp("neighbor", "192.0.2.2").out())
        .contains("Neighbor     192.0.2.2, AS 65001 (Global_192_0_2_2)")
        .contains("2 received, 2 accepted");
    assertThat(bgp("routes", "--received", "192.0.2.2").out().lines()).hasSize(3);
    assertThat(bgp("routes", "--best", "--limit", "1").out().lines()).hasSize(2);
    assertThat(bgp("routes", "--advertised", "192.0.2.2").out()).doesNotContain("10.50.");
    assertThat(bgp("explain", "10.50.1.0/24", "from", "192.0.2.2", "--wait", "60").out())
        .contains("Global_192_0_2_2 tells it via 192.0.2.2");

    assertThat(bgp("refresh", "all").out()).isEqualTo("192.0.2.2: refreshed\n");
    assertThat(bgp("drain", "192.0.2.2").out()).isEqualTo("192.0.2.2: drains\n");
    assertThat(bgp("summary").out()).contains("draining");
    assertThat(bgp("drain", "192.0.2.2", "--undo").out())
        .isEqualTo("192.0.2.2: drains no longer\n");

    Path table = base.resolve("table.mrt");
    assertThat(bgp("dump", table.toString()).out())
        .isEqualTo("%s: %d octets\n".formatted(table, Files.size(table)));

    assertThat(bgp("reset", "192.0.2.2", "--message", "back at ten").out())
        .isEqualTo("192.0.2.2: reset\n");
    await(
        it -> it.contains("Established") && it.contains("Flaps        1"), "neighbor", "192.0.2.2");
    assertThat(Files.readString(base.resolve("bird.log"))).contains("back at ten");
    assertThat(bgp("reset", "192.0.2.2", "--message", "x".repeat(256)).err())
        .contains("'text' has more than 255 octets");
    assertThat(bgp("confirm").exitCode()).isEqualTo(1);
  }
}
