// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.felix.endpoint.EndpointStatus;
import dev.brindle.linux.libc.NetlinkSocket.Buffers;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.netlink.NftMessages;
import dev.brindle.linux.nft.NftChange;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The agent in a user namespace, where one send carries only so much: there are more policies and
/// members of sets than that.
class LiveSmallSocketTest {

  private static final int WMEM_MAX = 212_992;
  private static final String A = "10.65.0.2";
  private static final String B = "10.65.0.3";
  private static final int MEMBERS = 20_500;

  private final Cluster cluster = new Cluster();
  private Machine machine;
  private Machine router;
  private NetworkNamespace a;
  private NetworkNamespace b;

  @BeforeEach
  void twoPods() {
    Machine.assumeRoot();
    machine = new Machine("n1", cluster.datastore(), new Buffers(WMEM_MAX, WMEM_MAX, false));
    router = new Machine("router", cluster.datastore());
    machine.connect("eth0", "192.0.2.1/24", router, "192.0.2.254/24");
    machine.defaultRoute("192.0.2.254", "eth0");
    a = machine.pod("cali1", A);
    b = machine.pod("cali2", B);
    cluster.put(
        """
        kind: Profile
        metadata: {name: kns.ns}
        spec: {ingress: [{action: Allow}], egress: [{action: Allow}]}
        """);
    cluster.datastore().create(endpoint("n1", "a", "client", "cali1", A));
    cluster.datastore().create(endpoint("n1", "b", "web", "cali2", B));
  }

  @AfterEach
  void close() {
    if (machine != null) {
      machine.close();
      router.close();
    }
  }

  private static WorkloadEndpoint endpoint(
      String node, String name, String app, String device, String address) {
    return new WorkloadEndpoint(
        Metadata.named("ns", node + "-k8s-" + name + "-eth0").withLabels(Map.of("app", app)),
        new WorkloadEndpoint.Spec(
            "k8s",
            "",
            node,
            "",
            name,
            "eth0",
            "",
            List.of(Cidr.host(IpAddress.parse(address))),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            List.of("kns.ns"),
            device,
            Optional.empty(),
            List.of(),
            List.of()));
  }

  private void policy(String name, int order, String rules) {
    cluster.put(
        """
        kind: NetworkPolicy
        metadata: {name: %s, namespace: ns}
        spec: {selector: app == 'web', order: %d, types: [Ingress], ingress: [%s]}
        """
            .formatted(name, order, rules));
  }

  @Test
  void whatComesInStepsOpensAndClosesNothing() throws Exception {
    for (int i = 0; i < MEMBERS; i++) {
      String address = IpAddress.parse("10.66.0.0").plus(2L * i).toString();
      cluster.datastore().create(endpoint("n2", "p" + i, "client", "cali" + i, address));
    }
    String toClients = "source: {selector: app == 'client'}, destination: {ports: [%d]}}";
    String deny = "{action: Deny, protocol: UDP, " + toClients.formatted(9);
    String allow = "{action: Allow, protocol: UDP, " + toClients.formatted(7);
    for (int i = 0; i < 500; i++) {
      policy("p" + i, i, String.join(", ", deny, deny, deny, deny, i == 499 ? allow : deny));
    }
    machine.start();
    long start = System.nanoTime();
    cluster.settle(machine);
    System.out.printf("everything: %d ms%n", (System.nanoTime() - start) / 1_000_000);
    assertThat(machine.report().problems()).isEmpty();
    assertThat(Traffic.udp(a, b, B, 7)).isTrue();
    assertThat(bytesSince(0)).isGreaterThan(4 * WMEM_MAX);

    int seen = machine.watched().written().size();
    try (Flow allowed = new Flow(a, b, B, 7);
        Flood forbidden = new Flood(a, b, B, 9)) {
      allowed.awaitAnswers(20);
      for (String action : List.of("Reject", "Drop")) {
        cluster.put(
            machine,
            """
            kind: FelixConfiguration
            metadata: {name: default}
            spec: {nftablesFilterDenyAction: %s}
            """
                .formatted(action));
        allowed.awaitAnswers(20);
      }
      assertThat(bytesSince(seen)).as("changed at once").isGreaterThan(4 * WMEM_MAX);
      assertThat(allowed.lost()).isZero();
      assertThat(forbidden.sent()).isPositive();
      assertThat(forbidden.arrived()).isZero();
    }
    machine.restart();
    cluster.settle(machine);
    assertThat(machine.watched().written()).isEmpty();

    cluster.datastore().create(endpoint("n2", "one", "client", "cali-one", "10.67.0.1"));
    cluster.settle(machine);
    assertThat(machine.watched().written())
        .singleElement()
        .isInstanceOf(NftChange.AddElements.class);
  }

  private long bytesSince(int seen) {
    List<Object> written = machine.watched().written();
    return NftMessages.size(
        written.subList(seen, written.size()).stream()
            .filter(NftChange.class::isInstance)
            .map(NftChange.class::cast)
            .toList());
  }

  @Test
  void aPolicyThatNeverFitsClosesOnlyThePodsItIsFor() throws Exception {
    policy(
        "endless",
        1,
        IntStream.range(1, 4000)
            .mapToObj(
                port ->
                    "{action: Allow, protocol: UDP, destination: {ports: [%d]}}".formatted(port))
            .collect(Collectors.joining(", ")));
    machine.start();
    ResourceKey first = key("a");
    String revision = cluster.datastore().get(first).orElseThrow().metadata().resourceVersion();
    assertThat(machine.agent().awaitInForce(first, revision, Duration.ofSeconds(90))).isTrue();

    assertThat(machine.report().problems())
        .singleElement()
        .asString()
        .contains("policy np/ns/endless drops all", "EMSGSIZE", "net.core.wmem_max");
    assertThat(Objects.requireNonNull(machine.report().endpoints().get(key("b"))).state())
        .isEqualTo(EndpointStatus.State.ERROR);
    assertThat(Traffic.udp(a, b, B, 7)).isFalse();
    assertThat(Traffic.udp(b, a, A, 7)).isTrue();

    policy("endless", 1, "{action: Allow, protocol: UDP, destination: {ports: [7]}}");
    cluster.settle(machine);
    assertThat(machine.report().problems()).isEmpty();
    assertThat(Traffic.udp(a, b, B, 7)).isTrue();
  }

  private static ResourceKey key(String pod) {
    return new ResourceKey(ResourceKind.WORKLOAD_ENDPOINT, "ns", "n1-k8s-" + pod + "-eth0");
  }
}
