// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.NetworkPolicy;
import dev.brindle.api.resource.PolicyType;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.Rule;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.felix.endpoint.EndpointStatus;
import dev.brindle.linux.kernel.Links;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteOwner;
import dev.brindle.linux.nft.NftChange;
import dev.brindle.linux.nft.NftFamily;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The agent's thread, turned by hand, over a kernel in memory.
class AgentStoryTest {

  private final MemoryKernel kernel = new MemoryKernel();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private AgentReport report = AgentReport.BEFORE_START;
  private AgentLoop loop = newLoop();

  @BeforeEach
  void aHost() {
    kernel.link(2, "eth0", true);
    kernel.link(3, "cali1", true);
    kernel.sysctls.put("net/ipv6/conf/all/forwarding", "0");
  }

  @Test
  void nothingIsTouchedBeforeTheDatastoreHasToldAll() {
    loop.step(List.of(changed(pod("a", "cali1", "10.0.1.2/32", "7"))));

    assertThat(kernel.calls).isEmpty();

    loop.step(List.of(new AgentEvent.InSync()));

    assertThat(kernel.calls).containsExactly("nft", "put 10.0.1.2/32");
    assertThat(report.isInForce(pod("a", "cali1", "10.0.1.2/32", "7").key(), "7")).isTrue();
    assertThat(kernel.sysctls)
        .containsEntry("net/ipv4/ip_forward", "1")
        .containsEntry("net/ipv4/conf/cali1/proxy_arp", "1");
  }

  @Test
  void anEndpointWithoutItsInterfaceHasRulesFirstAndItsRouteLater() {
    start();
    WorkloadEndpoint pod = pod("b", "cali2", "10.0.1.3/32", "8");
    loop.step(List.of(changed(pod)));

    assertThat(kernel.tables.table(NftFamily.IP).chains()).containsKey("filter-cali-fw-cali2");
    assertThat(state(pod)).isEqualTo(EndpointStatus.State.NO_INTERFACE);

    kernel.link(9, "cali2", true);
    loop.step(
        List.of(
            new AgentEvent.Interface(
                new Links.LinkNews.Changed(kernel.find("cali2").orElseThrow()))));

    assertThat(kernel.calls).endsWith("put 10.0.1.3/32");
    assertThat(state(pod)).isEqualTo(EndpointStatus.State.UP);
  }

  @Test
  void aChangedPolicyTouchesOnlyItsChain() {
    start(changed(pod("a", "cali1", "10.0.1.2/32", "7")), changed(policy(Rule.Action.ALLOW)));
    kernel.transactions.clear();

    loop.step(List.of(changed(policy(Rule.Action.DENY))));

    assertThat(kernel.transactions)
        .singleElement()
        .satisfies(
            transaction ->
                assertThat(transaction.changes())
                    .hasSize(2)
                    .allSatisfy(
                        change ->
                            assertThat(change)
                                .isInstanceOfSatisfying(
                                    NftChange.SetRules.class,
                                    set ->
                                        assertThat(set.chain())
                                            .isEqualTo("filter-cali-pi-np/ns/web"))));
  }

  @Test
  void aRestartAdoptsWhatIsThere() {
    List<AgentEvent> everything =
        List.of(
            changed(pod("a", "cali1", "10.0.1.2/32", "7")),
            changed(policy(Rule.Action.ALLOW)),
            new AgentEvent.InSync());
    loop.step(everything);
    kernel.calls.clear();

    loop = newLoop();
    loop.step(everything);

    assertThat(kernel.calls).isEmpty();
    assertThat(report.isProgrammed()).isTrue();
  }

  @Test
  void whatTheKernelRefusesOnceIsTriedAgain() {
    kernel.refuse(1);
    WorkloadEndpoint pod = pod("a", "cali1", "10.0.1.2/32", "7");
    start(changed(pod));

    assertThat(report.problems()).singleElement().asString().contains("EBUSY");
    assertThat(state(pod)).isEqualTo(EndpointStatus.State.ERROR);

    now = now.plusMillis(99);
    loop.step(List.of());
    assertThat(kernel.transactions).isEmpty();

    now = now.plusMillis(1);
    loop.step(List.of());

    assertThat(report.problems()).isEmpty();
    assertThat(state(pod)).isEqualTo(EndpointStatus.State.UP);
  }

  @Test
  void connectionsAreForgottenBetweenTwoOwnersOfAnAddress() {
    kernel.link(4, "cali2", true);
    WorkloadEndpoint first = pod("a", "cali1", "10.0.1.2/32", "7");
    start(changed(first));
    kernel.calls.clear();

    loop.step(
        List.of(
            new AgentEvent.Changed(Change.gone(first.key())),
            changed(pod("b", "cali2", "10.0.1.2/32", "8"))));

    assertThat(kernel.calls).containsExactly("nft", "forget 10.0.1.2", "put 10.0.1.2/32");
  }

  @Test
  void whatAnEndpointLeavesIsGone() {
    WorkloadEndpoint pod = pod("a", "cali1", "10.0.1.2/32", "7");
    start();
    var before = kernel.tables.table(NftFamily.IP);
    loop.step(List.of(changed(pod)));
    loop.step(List.of(new AgentEvent.Changed(Change.gone(pod.key()))));

    assertThat(kernel.tables.table(NftFamily.IP)).isEqualTo(before);
    assertThat(kernel.routes).isEmpty();
    assertThat(kernel.calls).endsWith("remove 10.0.1.2/32", "forget 10.0.1.2");
  }

  @Test
  void aRouteThatIsAheadOfUsStaysForAWhile() {
    kernel.link(4, "cali2", true);
    kernel.routes.add(Route.onDevice(Cidr.parse("10.0.1.9/32"), RouteOwner.BOOT, "cali2"));
    start();
    assertThat(kernel.routes).hasSize(1);

    now = now.plus(Duration.ofSeconds(100));
    loop.step(List.of());

    assertThat(kernel.routes).isEmpty();
  }

  @Test
  void whatSomeoneElseChangedIsPutRightByTheNextComparison() {
    start(changed(pod("a", "cali1", "10.0.1.2/32", "7")));
    kernel.routes.clear();

    now = now.plus(Duration.ofSeconds(90));
    loop.step(List.of());

    assertThat(kernel.routes).hasSize(1);
  }

  @Test
  void printsWhatAPolicyChangeCosts() {
    List<AgentEvent> events = new ArrayList<>();
    for (int i = 0; i < 110; i++) {
      kernel.link(100 + i, "cali-p" + i, true);
      events.add(changed(pod("p" + i, "cali-p" + i, "10.0.2." + i + "/32", "1")));
    }
    events.add(changed(policy(Rule.Action.ALLOW)));
    start(events.toArray(AgentEvent[]::new));
    Duration shortest = Duration.ofDays(1);
    for (int round = 0; round < 200; round++) {
      loop.step(List.of(changed(policy(round % 2 == 0 ? Rule.Action.DENY : Rule.Action.ALLOW))));
      Duration took = report.counters().lastApplyTook();
      shortest = took.compareTo(shortest) < 0 ? took : shortest;
    }
    System.out.printf(
        "policy change, 110 endpoints: %d changes, best of 200 rounds %d us%n",
        report.counters().lastTransactionSize(), shortest.toNanos() / 1000);
    assertThat(report.counters().lastTransactionSize()).isEqualTo(2);
  }

  private AgentLoop newLoop() {
    return new AgentLoop(
        new Mailbox<>(),
        new Round("n1", Map.of(), kernel, MemoryTables::replacing),
        () -> now,
        changed -> report = changed);
  }

  private void start(AgentEvent... events) {
    List<AgentEvent> all = new ArrayList<>(List.of(events));
    all.add(new AgentEvent.InSync());
    loop.step(all);
  }

  private EndpointStatus.State state(WorkloadEndpoint pod) {
    return Objects.requireNonNull(report.endpoints().get(pod.key())).state();
  }

  private static AgentEvent changed(Resource resource) {
    return new AgentEvent.Changed(Change.to(resource));
  }

  private static WorkloadEndpoint pod(String name, String device, String address, String revision) {
    return new WorkloadEndpoint(
        Metadata.named("ns", name).withLabels(Map.of("app", "web")).withResourceVersion(revision),
        new WorkloadEndpoint.Spec(
            "k8s",
            "",
            "n1",
            "",
            name,
            "eth0",
            "",
            List.of(Cidr.parse(address)),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            device,
            Optional.empty(),
            List.of(),
            List.of()));
  }

  private static NetworkPolicy policy(Rule.Action action) {
    return new NetworkPolicy(
        Metadata.named("ns", "web"),
        new NetworkPolicy.Spec(
            "default",
            Optional.empty(),
            "app == 'web'",
            List.of(Rule.of(action)),
            List.of(),
            List.of(PolicyType.INGRESS),
            "",
            List.of()));
  }
}
