// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.refusal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.tests.refusal.CliRig.Said;
import dev.brindle.tests.refusal.NodeRig.Ended;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A pod with BIRD in it that peers with its own node (`localWorkloadSelector`).
class WorkloadPeerTest {

  private static final String BIRD = "/usr/sbin/bird";
  private static final long PATIENCE_SECONDS = 90;
  private static final String NETWORK =
      """
      {"cniVersion": "1.0.0", "name": "net1", "type": "calico", "ipam": {"type": "calico-ipam"}}
      """;
  private static final String PEER =
      """
      apiVersion: projectcalico.org/v3
      kind: BGPFilter
      metadata: {name: pods}
      spec:
        importV4:
        - {action: Accept, cidr: 10.77.0.0/16, matchOperator: In, interface: "cali*"}
        - {action: Reject}
      ---
      apiVersion: projectcalico.org/v3
      kind: BGPPeer
      metadata: {name: pods}
      spec:
        localWorkloadSelector: projectcalico.org/namespace == 'default'
        asNumber: 65010
        localASNumber: 65002
        filters: [pods]
      ---
      apiVersion: projectcalico.org/v3
      kind: BGPConfiguration
      metadata: {name: default}
      spec: {localWorkloadPeeringIPV4: 172.30.0.1}
      ---
      apiVersion: projectcalico.org/v3
      kind: FelixConfiguration
      metadata: {name: default}
      spec: {defaultEndpointToHostAction: Accept, routeRefreshInterval: 1s}
      """;

  @TempDir private Path base;
  private NodeRig rig;
  private CliRig cli;

  @BeforeEach
  void makeMachine() {
    assumeTrue(
        Files.isExecutable(Path.of(BIRD)), BIRD + " is not there: install the package bird2");
    rig = NodeRig.make(base);
    cli = new CliRig(base);
  }

  @AfterEach
  void endAll() {
    if (rig != null) {
      rig.close();
    }
  }

  @Test
  void aPodTellsItsNodeWhereItLeads() throws Exception {
    rig.startAndAwait(Map.of());
    cli.write("peer.yaml", PEER);
    Said applied = cli.run("apply", "-f", "peer.yaml");
    assertThat(applied.exitCode()).as(applied.err()).isZero();
    try (NetworkNamespace pod = NodeRig.namespace()) {
      Ended added = rig.plugin("ADD", "router", pod, NETWORK);
      assertThat(added.exitCode()).as(added.output()).isZero();
      String address = first("\"address\" *: *\"(10\\.244\\.[0-9.]+)/32\"", added.output());
      String device = rig.podInterfaces().getFirst();

      // its node has the address that pods call, and takes their call
      await(() -> ip("addr", "show", "dev", device), it -> it.contains("inet 172.30.0.1/32"));
      startBird(pod, address);
      await(() -> bgp("summary"), it -> it.contains(address) && it.contains("Established"));
      await(
          () -> ip("route", "show", "10.77.1.0/24"),
          it -> it.contains("via %s dev %s proto bird".formatted(address, device)));
      assertThat(bgp("routes")).contains("10.77.1.0/24").doesNotContain("10.78.1.0/24");
      assertThat(bgp("neighbor", address)).contains("Local_Workload_", "AS 65010");

      // felix, which looks at the routes of pods every second, leaves it alone
      String before = ip("-d", "route", "show", "10.77.1.0/24");
      ip("route", "add", "198.18.0.0/24", "dev", device, "proto", "99");
      await(() -> ip("route", "show", "198.18.0.0/24"), String::isBlank);
      assertThat(ip("-d", "route", "show", "10.77.1.0/24")).isEqualTo(before);

      // a node that is no peer of its pods has none of it
      assertThat(cli.run("delete", "bgppeer", "pods").exitCode()).isZero();
      await(() -> ip("route", "show", "10.77.1.0/24"), String::isBlank);
      await(() -> ip("addr", "show", "dev", device), it -> !it.contains("172.30.0.1"));
    }
  }

  private void startBird(NetworkNamespace pod, String address) throws IOException {
    Files.writeString(
        base.resolve("pod.conf"),
        """
        router id %s;
        protocol device {}
        protocol static {
          ipv4;
          route 10.77.1.0/24 blackhole;
          route 10.78.1.0/24 blackhole;
        }
        protocol bgp node {
          local %s as 65010;
          neighbor 172.30.0.1 as 65002;
          multihop;
          connect delay time 1;
          connect retry time 1;
          error wait time 1, 1;
          ipv4 { import all; export all; };
        }
        """
            .formatted(address, address));
    rig.launch(
        pod, "pod.log", List.of(BIRD, "-f", "-c", "pod.conf", "-s", "pod.ctl", "-P", "pod.pid"));
  }

  private static void await(Callable<String> what, Predicate<String> isWanted) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    String said = what.call();
    while (!isWanted.test(said)) {
      assertThat(System.nanoTime()).as(said).isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
      said = what.call();
    }
  }

  private static String first(String pattern, String text) {
    Matcher found = Pattern.compile(pattern).matcher(text);
    assertThat(found.find()).as(text).isTrue();
    return found.group(1);
  }

  private String bgp(String... words) throws IOException, InterruptedException {
    String[] all = new String[words.length + 1];
    all[0] = "bgp";
    System.arraycopy(words, 0, all, 1, words.length);
    Said said = cli.run(Map.of("BRINDLE_RUN_DIR", base.resolve("run").toString()), all);
    return said.out();
  }

  private String ip(String... words) throws IOException, InterruptedException {
    String[] command = new String[words.length + 1];
    command[0] = "ip";
    System.arraycopy(words, 0, command, 1, words.length);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    Process process = rig.host().call(builder::start);
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }
}
