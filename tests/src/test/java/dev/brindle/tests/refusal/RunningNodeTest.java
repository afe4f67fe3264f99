// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.refusal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.live.LiveKernel;
import dev.brindle.linux.testing.Waiting;
import dev.brindle.tests.refusal.NodeRig.Ended;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A daemon that runs, and what it says of input it cannot use.
class RunningNodeTest {

  private static final String NETWORK =
      """
      {"cniVersion": "1.0.0", "name": "net1", "type": "calico", "ipam": {"type": "calico-ipam"}}
      """;

  @TempDir private Path base;
  private NodeRig rig;

  @BeforeEach
  void makeMachine() {
    rig = NodeRig.make(base);
  }

  @AfterEach
  void endAll() throws InterruptedException {
    rig.close();
  }

  @Test
  void aTakenBgpPortIsNamedAndTriedAgain() throws Exception {
    try (ServerSocket _ = rig.host().call(() -> new ServerSocket(179))) {
      rig.startAndAwait(Map.of());
      assertThat(rig.await("/readiness", text -> text.contains("179")))
          .contains("503")
          .contains("bgp: cannot listen for BGP on [::]:179");
    }
    assertThat(rig.await("/readiness", text -> text.contains(" 200 "))).contains("ready");
  }

  @Test
  void aNodeWithoutPeersSaysSo() throws Exception {
    rig.startAndAwait(Map.of());
    var cli = new CliRig(base);
    Map<String, String> here = Map.of("BRINDLE_RUN_DIR", base.resolve("run").toString());

    CliRig.Said said = cli.run(here, "node", "status");

    assertThat(said.exitCode()).as(said.err()).isZero();
    assertThat(said.out())
        .startsWith("Calico process is running.\n\nIPv4 BGP status\nNo IPv4 peers found.\n");
    assertThat(cli.run("get", "nodes", "-o", "wide").out())
        .isEqualTo(
            """
            NAME    ASN       IPV4           IPV6  \s
            node1   (64512)   192.0.2.1/24         \s

            """);
  }

  @Test
  void aNodeAnswersWhatPeopleAskOfBgp() throws Exception {
    rig.startAndAwait(Map.of());
    rig.await("/readiness", text -> text.contains(" 200 "));
    var cli = new CliRig(base);
    Map<String, String> here = Map.of("BRINDLE_RUN_DIR", base.resolve("run").toString());

    assertThat(cli.run(here, "bgp", "summary").out())
        .isEqualTo("BGP router 192.0.2.1, AS 64512: 0 of 0 neighbors up, 0 prefixes\n");
    assertThat(cli.run(here, "bgp", "routes").err()).isEqualTo("no routes\n");
    assertThat(cli.run(here, "bgp", "explain", "10.9.0.0/24").out())
        .startsWith("10.9.0.0/24: no path\n");
    assertThat(cli.run(here, "bgp", "drain").exitCode()).isZero();
    assertThat(cli.run(here, "bgp", "summary").out()).contains("It drains");
    assertThat(cli.run(here, "bgp", "neighbor", "192.0.2.9").err())
        .isEqualTo("there is no neighbor '192.0.2.9'\n");
    assertThat(cli.run(here, "bgp", "reload").err())
        .isEqualTo(
            "this daemon has no file to read again: it follows its datastore; change the"
                + " resources: brindle apply\n");
  }

  @Test
  void endsOnSigtermSoon() throws Exception {
    NodeRig.Running daemon = rig.startAndAwait(Map.of("FELIX_HEALTHPORT", "abc"));

    daemon.process().destroy();

    // two seconds are promised, and half of one is usual; a slow machine that is busy has its time
    assertThat(daemon.process().waitFor(8, TimeUnit.SECONDS)).as(daemon.text()).isTrue();
    assertThat(daemon.process().exitValue()).isZero();
    assertThat(rig.hasTable()).as("what is in the kernel stays").isTrue();
    assertThat(daemon.text().lines())
        .allSatisfy(
            line ->
                assertThat(line)
                    .matches(
                        "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}(Z|[+-]\\d\\d:\\d\\d) (INFO|WARN|ERROR) \\w+ - \\S.*"));
    assertThat(daemon.text().lines().filter(line -> line.contains(" WARN StartSettings")))
        .singleElement()
        .asString()
        .contains("FELIX_HEALTHPORT")
        .contains("abc");
  }

  @Test
  void aCallWithABadConfigurationChangesNothing() throws Exception {
    rig.startAndAwait(Map.of());
    try (NetworkNamespace pod = NodeRig.namespace()) {
      assertRefused(rig.plugin("ADD", "one", pod, "{"), 6, "network configuration");
      assertRefused(rig.plugin("ADD", "one", pod, NETWORK.replace("1.0.0", "2.0.0")), 1, "2.0.0");
      assertRefused(
          rig.plugin("ADD", "one", pod, NETWORK.replace("calico-ipam\"", "nobodys\"")),
          100,
          "failed to find plugin 'nobodys' of ipam.type in a directory of CNI_PATH");
      assertRefused(
          rig.plugin(
              "ADD",
              "one",
              pod,
              NETWORK.replace("-ipam\"", "-ipam\", \"ipv4_pools\": [\"nowhere\"]")),
          7,
          "ipam.ipv4_pools names 'nowhere'");
      assertRefused(rig.plugin("SING", "one", pod, NETWORK), 4, "CNI_COMMAND is 'SING'");
    }
    assertThat(rig.podInterfaces()).isEmpty();
    assertThat(rig.stored(ResourceKind.WORKLOAD_ENDPOINT)).isEmpty();
    assertThat(rig.stored(ResourceKind.IPAM_HANDLE)).isEmpty();
  }

  /// DEL would take the node's `eth0` away, which is one end of a pair as a pod's is.
  @Test
  void theNodesOwnNamespaceIsNoPods() throws Exception {
    rig.startAndAwait(Map.of());
    for (String command : List.of("ADD", "CHECK", "DEL")) {
      assertRefused(
          rig.plugin(command, "one", rig.host(), NETWORK), 4, "network namespace of node 'node1'");
    }

    try (LiveKernel kernel = rig.kernel()) {
      assertThat(kernel.links().find("eth0")).isPresent();
    }
    assertThat(rig.podInterfaces()).isEmpty();
    assertThat(rig.stored(ResourceKind.WORKLOAD_ENDPOINT)).isEmpty();
    assertThat(rig.stored(ResourceKind.IPAM_HANDLE)).isEmpty();
  }

  @Test
  void aFullPoolRefusesThePodAfterTheLastAddress() throws Exception {
    rig.startAndAwait(
        Map.of("CALICO_IPV4POOL_CIDR", "10.9.0.0/30", "CALICO_IPV4POOL_BLOCK_SIZE", "30"));
    List<NetworkNamespace> pods = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      pods.add(NodeRig.namespace());
    }
    for (int i = 0; i < 4; i++) {
      Ended ended = rig.plugin("ADD", "pod" + i, pods.get(i), NETWORK);
      assertThat(ended.exitCode()).as(ended.output()).isZero();
    }

    assertRefused(
        rig.plugin("ADD", "late", pods.get(4), NETWORK), 100, "no address: Assigned 0 out of 1");
    assertThat(rig.plugin("ADD", "late", pods.get(4), NETWORK).output())
        .contains(
            "IPPool default-ipv4-ippool is full (", " addresses); add an IPPool, or delete pods");
    assertThat(rig.podInterfaces()).hasSize(4);
    assertThat(rig.stored(ResourceKind.WORKLOAD_ENDPOINT)).hasSize(4);

    assertThat(rig.plugin("DEL", "pod0", pods.get(0), NETWORK).exitCode()).isZero();
    assertThat(rig.plugin("ADD", "late", pods.get(4), NETWORK).exitCode()).isZero();
    assertThat(rig.plugin("CHECK", "late", pods.get(4), NETWORK)).isEqualTo(new Ended(0, ""));
    assertRefused(
        rig.plugin("CHECK", "pod0", pods.get(0), NETWORK), 100, "there is no WorkloadEndpoint(");
    pods.forEach(NetworkNamespace::close);
  }

  @Test
  void aCallWhileTheDaemonIsAwayIsToBeTriedAgain() throws Exception {
    try (NetworkNamespace pod = NodeRig.namespace()) {
      assertRefused(
          rig.plugin("ADD", "one", pod, NETWORK), 11, "the brindle node daemon is not running");
      NodeRig.Running daemon = rig.startAndAwait(Map.of());
      daemon.process().destroy();
      daemon.process().waitFor();
      assertRefused(
          rig.plugin("ADD", "one", pod, NETWORK), 11, "the brindle node daemon is not running");
    }
    assertThat(rig.podInterfaces()).isEmpty();
  }

  @Test
  void aStoreThatGoesAwayAndComesBack() throws Exception {
    rig.startAndAwait(Map.of());
    rig.await("/readiness", text -> text.contains(" 200 "));
    Path store = rig.base().resolve("store/db");
    Path away = rig.base().resolve("away");
    try (NetworkNamespace one = NodeRig.namespace();
        NetworkNamespace two = NodeRig.namespace()) {
      assertThat(rig.plugin("ADD", "one", one, NETWORK).exitCode()).isZero();
      List<String> interfaces = rig.podInterfaces();
      Files.move(store, away);

      assertThat(rig.await("/readiness", text -> text.contains("is gone")))
          .contains("503", "datastore: datastore file %s is gone".formatted(store), "put it back");
      assertThat(rig.get("/liveness")).contains(" 200 ");
      assertThat(rig.plugin("ADD", "two", two, NETWORK).output()).contains("is gone");
      assertThat(rig.hasTable()).isTrue();
      assertThat(rig.podInterfaces()).isEqualTo(interfaces);

      Files.move(away, store);
      rig.await("/readiness", text -> text.contains(" 200 "));
      assertThat(rig.plugin("ADD", "two", two, NETWORK).exitCode()).isZero();
      assertThat(rig.podInterfaces()).hasSize(2);
    }
  }

  @Test
  void anAddressThatChangesIsInTheStoreAndSpokenFrom() throws Exception {
    NodeRig.Running daemon =
        rig.startAndAwait(Map.of("IP", "autodetect", "AUTODETECT_POLL_INTERVAL", "100ms"));
    rig.await("/readiness", text -> text.contains(" 200 "));
    assertThat(rig.stored(ResourceKind.NODE).toString()).contains("192.0.2.1/24");

    try (LiveKernel kernel = rig.kernel();
        NetworkNamespace elsewhere = NodeRig.namespace()) {
      kernel
          .links()
          .createVeth(
              "eth1", Optional.empty(), 1500, 0, "out", Optional.empty(), NodeRig.path(elsewhere));
      int eth1 = kernel.links().find("eth1").orElseThrow().index();
      kernel.links().addAddress(eth1, InterfaceAddress.parse("198.51.100.7/25"));
      kernel.links().setUp(eth1, true);

      daemon.awaitLine("IPv4 address 198.51.100.7/25 (found by first-found on eth1)");
      Waiting.until(
          "the node as it is now",
          () -> rig.stored(ResourceKind.NODE).toString().contains("198.51.100.7/25"));
      assertThat(rig.stored(ResourceKind.NODE).toString()).contains("198.51.100.7/25");
      rig.await("/readiness", text -> text.contains(" 200 "));
    }
    assertThat(daemon.text()).doesNotContain(" ERROR ").containsOnlyOnce("updated Node(node1)");
  }

  @Test
  void healthCanBeSwitchedOff() throws Exception {
    NodeRig.Running daemon = rig.startAndAwait(Map.of("FELIX_HEALTHENABLED", "false"));

    assertThatThrownBy(() -> rig.get("/liveness")).hasMessageContaining("refused");
    assertThat(daemon.text()).contains("no health: HealthEnabled is false (environment)");
  }

  private static void assertRefused(Ended ended, int code, String message) {
    assertThat(ended.exitCode()).as(ended.output()).isEqualTo(1);
    assertThat(ended.output().strip().lines()).hasSize(1);
    assertThat(ended.output()).contains("\"code\":" + code + ",").contains(message);
  }
}
