// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.agent;

import static dev.brindle.api.resource.IpamBlock.FREE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.FelixConfiguration;
import dev.brindle.api.resource.HostEndpoint;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.NetworkPolicy;
import dev.brindle.api.resource.PolicyType;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.Rule;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.felix.dataplane.TablePlan;
import dev.brindle.felix.endpoint.EndpointStatus;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.Links;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteChange;
import dev.brindle.linux.model.RouteOwner;
import dev.brindle.linux.nft.NftChain;
import dev.brindle.linux.nft.NftChange;
import dev.brindle.linux.nft.NftElement;
import dev.brindle.linux.nft.NftExpression;
import dev.brindle.linux.nft.NftFamily;
import dev.brindle.linux.nft.NftRule;
import dev.brindle.linux.nft.NftTable;
import dev.brindle.linux.testing.FakeKernel;
import dev.brindle.policy.rule.ServiceKnowledge;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The agent's thread, turned by hand, over a kernel in memory.
class AgentStoryTest {

  private final FakeKernel kernel = new FakeKernel();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private AgentReport report = AgentReport.BEFORE_START;
  private int seen;
  private AgentLoop loop = newLoop();

  @BeforeEach
  void aHost() {
    link("eth0");
    link("cali1");
    seen = kernel.calls().size();
  }

  @Test
  void nothingIsTouchedBeforeTheDatastoreHasToldAll() {
    loop.step(List.of(changed(pod("a", "cali1", "10.0.1.2/32", "7"))));

    assertThat(calls()).isEmpty();

    loop.step(List.of(new AgentEvent.InSync()));

    assertThat(calls())
        .filteredOn(call -> !call.startsWith("set "))
        .containsExactly("nft transaction", "put route 10.0.1.2/32");
    assertThat(report.isInForce(pod("a", "cali1", "10.0.1.2/32", "7").key(), "7")).isTrue();
    assertThat(kernel.sysctl().written())
        .containsEntry("net/ipv4/ip_forward", "1")
        .containsEntry("net/ipv4/conf/cali1/proxy_arp", "1");
  }

  @Test
  void anEndpointWithoutItsInterfaceHasRulesFirstAndItsRouteLater() {
    start();
    WorkloadEndpoint pod = pod("b", "cali2", "10.0.1.3/32", "8");
    loop.step(List.of(changed(pod)));

    assertThat(table().chains()).containsKey("filter-cali-fw-cali2");
    assertThat(state(pod)).isEqualTo(EndpointStatus.State.NO_INTERFACE);

    link("cali2");
    loop.step(List.of(interfaceNews("cali2")));

    assertThat(calls()).endsWith("put route 10.0.1.3/32");
    assertThat(state(pod)).isEqualTo(EndpointStatus.State.UP);
  }

  @Test
  void aChangedPolicyTouchesOnlyItsChain() {
    start(changed(pod("a", "cali1", "10.0.1.2/32", "7")), changed(policy(Rule.Action.ALLOW)));
    NftTable before = table();

    loop.step(List.of(changed(policy(Rule.Action.DENY))));

    assertThat(report.counters().lastTransactionSize()).isEqualTo(2);
    assertThat(table().chains())
        .hasSameSizeAs(before.chains())
        .allSatisfy(
            (name, chain) -> {
              NftChain old = before.chains().get(name);
              if (name.equals("filter-cali-pi-np/ns/web")) {
                assertThat(chain).isNotEqualTo(old);
              } else {
                assertThat(chain).isEqualTo(old);
              }
            });
  }

  @Test
  void aRestartAdoptsWhatIsThere() {
    List<AgentEvent> everything =
        List.of(
            changed(pod("a", "cali1", "10.0.1.2/32", "7")),
            changed(policy(Rule.Action.ALLOW)),
            new AgentEvent.InSync());
    loop.step(everything);
    calls();

    loop = newLoop();
    loop.step(everything);

    assertThat(calls()).isEmpty();
    assertThat(report.isProgrammed()).isTrue();
  }

  @Test
  void whatTheKernelRefusesOnceIsTriedAgain() {
    kernel.failNext("nft transaction", Errno.EBUSY);
    WorkloadEndpoint pod = pod("a", "cali1", "10.0.1.2/32", "7");
    start(changed(pod));

    assertThat(report.problems()).singleElement().asString().contains("EBUSY");
    assertThat(state(pod)).isEqualTo(EndpointStatus.State.ERROR);

    now = now.plusMillis(99);
    loop.step(List.of());
    assertThat(kernel.nft().transactions()).isZero();

    now = now.plusMillis(1);
    loop.step(List.of());

    assertThat(report.problems()).isEmpty();
    assertThat(state(pod)).isEqualTo(EndpointStatus.State.UP);
  }

  @Test
  void onePolicyThatTheKernelRefusesDropsAndTheRestIsInForce() {
    link("cali2");
    WorkloadEndpoint web = pod("a", "cali1", "10.0.1.2/32", "7");
    WorkloadEndpoint other = unlabelled("b", "cali2", "10.0.1.3/32", "8");
    kernel.nft().refuse(rulesOf("filter-cali-pi-np/ns/web"), Errno.EINVAL);

    start(changed(web), changed(other), changed(policy(Rule.Action.ALLOW)));

    assertThat(report.problems())
        .singleElement()
        .asString()
        .contains("policy np/ns/web drops all", "EINVAL", "the rest is in force");
    assertThat(rules("filter-cali-pi-np/ns/web"))
        .singleElement()
        .extracting(NftRule::expressions)
        .isEqualTo(List.of(NftExpression.DROP));
    assertThat(state(other)).isEqualTo(EndpointStatus.State.UP);
    assertThat(state(web)).isEqualTo(EndpointStatus.State.ERROR);

    int transactions = kernel.nft().transactions();
    WorkloadEndpoint third = unlabelled("c", "cali3", "10.0.1.4/32", "9");
    link("cali3");
    loop.step(List.of(changed(third)));
    assertThat(kernel.nft().transactions()).isEqualTo(transactions + 1);
    assertThat(report.problems()).hasSize(1);

    kernel.nft().refuseNothing();
    loop.step(List.of(changed(policy(Rule.Action.DENY)), changed(web)));
    assertThat(report.problems()).isEmpty();
    assertThat(state(web)).isEqualTo(EndpointStatus.State.UP);
  }

  @Test
  void aChangeThatTheKernelRefusesClosesItsPolicyAndIsTriedAgainAtTheNextComparison() {
    WorkloadEndpoint web = pod("a", "cali1", "10.0.1.2/32", "7");
    start(changed(web), changed(policy(Rule.Action.ALLOW)));
    kernel.nft().refuse(rulesOf("filter-cali-pi-np/ns/web"), Errno.EINVAL);

    loop.step(List.of(changed(policy(Rule.Action.DENY))));
    assertThat(report.problems()).hasSize(1);
    assertThat(rules("filter-cali-pi-np/ns/web")).hasSize(1);

    kernel.nft().refuseNothing();
    now = now.plus(Duration.ofMinutes(3));
    loop.step(List.of());
    assertThat(report.problems()).isEmpty();
    assertThat(state(web)).isEqualTo(EndpointStatus.State.UP);
  }

  @Test
  void whatIsBrokenWithoutWhichNothingWorksHoldsBackAll() {
    kernel.nft().refuse(rulesOf("filter-cali-FORWARD"), Errno.EINVAL);
    WorkloadEndpoint web = pod("a", "cali1", "10.0.1.2/32", "7");
    start(changed(web));

    assertThat(report.problems()).anyMatch(p -> p.contains("filter-cali-FORWARD"));
    assertThat(kernel.nft().transactions()).isZero();
    assertThat(kernel.routes().all()).isEmpty();
    assertThat(state(web)).isEqualTo(EndpointStatus.State.ERROR);
  }

  @Test
  void aHostEndpointWhoseRulesTheKernelRefusesIsClosedButForFailsafePorts() {
    HostEndpoint host = host("eth0");
    kernel.nft().refuse(rulesOf("filter-cali-fh-eth0"), Errno.EINVAL);
    start(changed(host));

    assertThat(report.problems())
        .isNotEmpty()
        .allSatisfy(
            problem ->
                assertThat(problem)
                    .contains(
                        "HostEndpoint(h) on eth0 (failsafe ports apart) drops all", "EINVAL"));
    assertThat(rules("filter-cali-fh-eth0"))
        .extracting(rule -> rule.expressions().getLast())
        .containsExactly(
            NftExpression.ACCEPT,
            NftExpression.DROP,
            new NftExpression.Jump("filter-cali-failsafe-in"),
            NftExpression.DROP);
    assertThat(rules("filter-cali-failsafe-in")).isNotEmpty();
    assertThat(hostState(host)).isEqualTo(EndpointStatus.State.ERROR);

    kernel.nft().refuseNothing();
    loop.step(List.of(changed(host("eth1"))));
    assertThat(report.problems()).isEmpty();
    assertThat(hostState(host)).isEqualTo(EndpointStatus.State.NO_INTERFACE);
    link("eth1");
    loop.step(List.of(interfaceNews("eth1")));
    assertThat(hostState(host)).isEqualTo(EndpointStatus.State.UP);
    assertThat(table().chains()).doesNotContainKey("filter-cali-fh-eth0");
  }

  @Test
  void theEndpointForAllInterfacesIsNamedTooWhenTheKernelRefusesItsRules() {
    HostEndpoint host = host("*");
    kernel.nft().refuse(rulesOf("filter-cali-th-any-interface-at-all"), Errno.EINVAL);
    start(changed(host));

    assertThat(report.problems())
        .isNotEmpty()
        .allSatisfy(
            problem -> assertThat(problem).contains("HostEndpoint(h) on all interfaces (fail"));
    assertThat(hostState(host)).isEqualTo(EndpointStatus.State.ERROR);
  }

  private static HostEndpoint host(String device) {
    return new HostEndpoint(
        Metadata.named("h").withResourceVersion("1"),
        new HostEndpoint.Spec("n1", device, List.of(), List.of(), List.of()));
  }

  private EndpointStatus.State hostState(HostEndpoint host) {
    return Objects.requireNonNull(report.endpoints().get(host.key())).state();
  }

  private static Predicate<NftChange> rulesOf(String chain) {
    return change ->
        change instanceof NftChange.SetRules(_, _, var name, var rules)
            && name.equals(chain)
            && !rules.getLast().equals(BROKEN.getLast());
  }

  /// What stands for refused rules.
  private static final List<NftRule> BROKEN =
      List.of(new NftRule(List.of(NftExpression.DROP), "the kernel refuses the rules"));

  private List<NftRule> rules(String chain) {
    return Objects.requireNonNull(table().chains().get(chain)).rules();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 93, 95})
  void aKernelWithoutNfTablesConnectsNobodyAndSaysWhatHelps(int errno) {
    kernel.failNext("read table calico", new Errno(errno));
    WorkloadEndpoint pod = pod("a", "cali1", "10.0.1.2/32", "7");
    start(changed(pod));

    assertThat(report.problems())
        .filteredOn(problem -> problem.startsWith("rules: "))
        .singleElement()
        .asString()
        .contains("no nf_tables", new Errno(errno).toString(), "modprobe nf_tables", "CONFIG_NF_");
    assertThat(report.isProgrammed()).isFalse();
    assertThat(kernel.routes().all()).isEmpty();
    assertThat(state(pod)).isEqualTo(EndpointStatus.State.ERROR);

    now = now.plusMillis(100);
    loop.step(List.of());
    assertThat(report.problems()).isEmpty();
    assertThat(kernel.routes().all()).hasSize(1);
  }

  @Test
  void lostNewsOfInterfacesMeanLookingAtAllOfThem() {
    WorkloadEndpoint pod = pod("b", "cali2", "10.0.1.3/32", "8");
    start(changed(pod), changed(pod("a", "cali1", "10.0.1.2/32", "7")));
    link("cali2");
    kernel.routes().apply(kernel.routes().all().stream().map(this::removal).toList());

    loop.step(List.of(new AgentEvent.Interface(new Links.LinkNews.Lost())));

    assertThat(state(pod)).isEqualTo(EndpointStatus.State.UP);
    assertThat(kernel.routes().all())
        .extracting(route -> route.destination().toString())
        .containsExactlyInAnyOrder("10.0.1.2/32", "10.0.1.3/32");
  }

  @Test
  void aKernelThatChecksSourcesItselfIsInTheWayOfThosePermitted() {
    kernel.sysctl().write("net/ipv4/conf/all/rp_filter", "1");
    WorkloadEndpoint pod = pod("a", "cali1", "10.0.1.2/32", "7");
    start(changed(lending(pod, "203.0.113.0/28")));
    assertThat(report.warnings()).isEmpty();

    loop.step(
        List.of(
            changed(
                new FelixConfiguration(
                    Metadata.named("", FelixConfiguration.DEFAULT),
                    Map.of("workloadSourceSpoofing", "Any")))));

    assertThat(report.warnings())
        .singleElement()
        .asString()
        .contains("net/ipv4/conf/all/rp_filter is 1: set it to 0");
    assertThat(report.problems()).isEmpty();
  }

  /// Said in one line, however many ask for it.
  @Test
  void whatIsNotThereIsNotKeptSecret() {
    link("cali2");
    WorkloadEndpoint first = asking(pod("a", "cali1", "10.0.1.2/32", "7"));
    WorkloadEndpoint second = asking(pod("b", "cali2", "10.0.1.3/32", "8"));
    start(changed(first));
    assertThat(report.warnings())
        .containsExactly(
            first.key()
                + ": floating addresses lead nowhere: floatingIPs of the FelixConfiguration is"
                + " Disabled");

    loop.step(List.of(changed(second)));
    assertThat(report.warnings())
        .singleElement()
        .asString()
        .startsWith(first.key() + " and 1 more: ");
    assertThat(report.problems()).isEmpty();

    loop.step(
        List.of(
            changed(pod("a", "cali1", "10.0.1.2/32", "9")),
            changed(pod("b", "cali2", "10.0.1.3/32", "9"))));
    assertThat(report.warnings()).isEmpty();
  }

  private static WorkloadEndpoint asking(WorkloadEndpoint pod) {
    String asked =
        ResourceCodec.stored(pod)
            .replace(
                "\"spec\":{",
                """
                "spec":{"ipNATs":[{"internalIP":"%s","externalIP":"192.0.2.99"}],"""
                    .formatted(pod.spec().ipNetworks().getFirst().address()));
    return (WorkloadEndpoint)
        ResourceCodec.readStored(ResourceKind.WORKLOAD_ENDPOINT, asked)
            .withMetadata(pod.metadata());
  }

  @Test
  void connectionsAreForgottenBetweenTwoOwnersOfAnAddress() {
    link("cali2");
    WorkloadEndpoint first = pod("a", "cali1", "10.0.1.2/32", "7");
    start(changed(first));
    calls();

    loop.step(
        List.of(
            new AgentEvent.Changed(Change.gone(first.key())),
            changed(pod("b", "cali2", "10.0.1.2/32", "8"))));

    assertThat(calls())
        .filteredOn(call -> !call.startsWith("set "))
        .containsExactly("nft transaction", "forget 10.0.1.2", "put route 10.0.1.2/32");
  }

  @Test
  void whatAnEndpointLeavesIsGone() {
    WorkloadEndpoint pod = pod("a", "cali1", "10.0.1.2/32", "7");
    start();
    NftTable before = table();
    loop.step(List.of(changed(pod)));
    loop.step(List.of(new AgentEvent.Changed(Change.gone(pod.key()))));

    assertThat(table()).isEqualTo(before);
    assertThat(kernel.routes().all()).isEmpty();
    assertThat(calls()).endsWith("remove route 10.0.1.2/32", "forget 10.0.1.2");
  }

  @Test
  void aRouteThatIsAheadOfUsStaysForAWhile() {
    link("cali2");
    Route ahead = Route.onDevice(Cidr.parse("10.0.1.9/32"), RouteOwner.BOOT, "cali2");
    kernel.routes().apply(List.of(new RouteChange.Put(ahead)));
    start();
    assertThat(kernel.routes().all()).hasSize(1);

    now = now.plus(Duration.ofSeconds(100));
    loop.step(List.of());

    assertThat(kernel.routes().all()).isEmpty();
  }

  @Test
  void whatSomeoneElseChangedIsPutRightByTheNextComparison() {
    start(changed(pod("a", "cali1", "10.0.1.2/32", "7")));
    kernel.routes().apply(kernel.routes().all().stream().map(this::removal).toList());
    assertThat(kernel.routes().all()).isEmpty();

    now = now.plus(Duration.ofSeconds(90));
    loop.step(List.of());

    assertThat(kernel.routes().all()).hasSize(1);
  }

  @Test
  void aNewPodDoesNotMakeUsReadAllRoutes() {
    start(changed(pod("a", "cali1", "10.0.1.2/32", "7")));
    int before = kernel.routes().wholeLists();
    link("cali2");
    WorkloadEndpoint pod = pod("b", "cali2", "10.0.1.3/32", "8");

    loop.step(List.of(interfaceNews("cali2"), changed(pod)));

    assertThat(state(pod)).isEqualTo(EndpointStatus.State.UP);
    assertThat(kernel.routes().wholeLists()).isEqualTo(before);
  }

  @Test
  void whatConcernsOtherNodesOnlyMakesNoRound() {
    start(changed(pod("a", "cali1", "10.0.1.2/32", "7")));
    long before = report.counters().applies();

    loop.step(List.of(changed(podOn("n2", "r", "cali9", "10.0.2.2/32", "9"))));

    assertThat(report.counters().applies()).isEqualTo(before);

    loop.step(List.of(changed(pod("a", "cali1", "10.0.1.2/32", "10"))));

    assertThat(report.counters().applies()).isEqualTo(before + 1);
  }

  /// How many rounds some news makes.
  private long rounds(AgentEvent... news) {
    long before = report.counters().applies();
    loop.step(List.of(news));
    return report.counters().applies() - before;
  }

  private AgentEvent addressNews(String device) {
    int index = kernel.links().find(device).orElseThrow().index();
    return new AgentEvent.Interface(new Links.LinkNews.AddressesChanged(index));
  }

  private void down(String device) {
    kernel.links().setUp(kernel.links().find(device).orElseThrow().index(), false);
  }

  /// A pod whose interface comes before its endpoint, as others may make it, and one whose endpoint
  /// comes first, as we do: a round when both are there and up, and none before.
  @Test
  void aPodsInterfaceMakesARoundOnceItsEndpointIsKnownAndItIsUp() {
    start(changed(pod("a", "cali1", "10.0.1.2/32", "7")));
    link("cali2");
    assertThat(rounds(interfaceNews("cali2"))).as("no endpoint yet").isZero();
    assertThat(rounds(changed(pod("b", "cali2", "10.0.1.3/32", "8")))).isEqualTo(1);

    assertThat(rounds(changed(pod("c", "cali3", "10.0.1.4/32", "9")))).isEqualTo(1);
    link("cali3");
    down("cali3");
    assertThat(rounds(interfaceNews("cali3"))).as("down, as it was").isZero();
    kernel.links().setUp(kernel.links().find("cali3").orElseThrow().index(), true);
    assertThat(rounds(interfaceNews("cali3"))).as("up").isEqualTo(1);
    assertThat(state(pod("c", "cali3", "10.0.1.4/32", "9"))).isEqualTo(EndpointStatus.State.UP);
    down("cali3");
    assertThat(rounds(interfaceNews("cali3"))).as("down, and was up").isEqualTo(1);
    assertThat(state(pod("c", "cali3", "10.0.1.4/32", "9")))
        .isEqualTo(EndpointStatus.State.NO_INTERFACE);
    assertThat(rounds(interfaceNews("cali3"))).as("down again").isZero();
  }

  @Test
  void aPodsInterfaceThatGoesMakesARoundOnlyIfItsEndpointIsKnown() {
    start(changed(pod("a", "cali1", "10.0.1.2/32", "7")));
    link("cali2");
    loop.step(List.of(interfaceNews("cali2")));
    Link unknown = kernel.links().find("cali2").orElseThrow();
    Link known = kernel.links().find("cali1").orElseThrow();
    kernel.links().delete("cali2");
    kernel.links().delete("cali1");

    assertThat(rounds(gone(unknown))).isZero();
    assertThat(rounds(gone(known))).isEqualTo(1);
  }

  private static AgentEvent gone(Link link) {
    return new AgentEvent.Interface(new Links.LinkNews.Gone(link.index(), link.name()));
  }

  @Test
  void addressesOfPodsInterfacesMakeNoRoundThoseOfTheHostDo() {
    start(changed(pod("a", "cali1", "10.0.1.2/32", "7")));

    assertThat(rounds(addressNews("cali1"))).isZero();
    assertThat(rounds(addressNews("eth0"))).isEqualTo(1);
    assertThat(rounds(interfaceNews("eth0"))).isEqualTo(1);
  }

  /// A block is written with each pod of its node; who has it stays as it was.
  @Test
  void aBlockThatGivesOutAnAddressMakesNoRound() {
    start(changed(block("host:n2", List.of(FREE, FREE, FREE, FREE), List.of())));
    List<Integer> first = List.of(0, FREE, FREE, FREE);

    assertThat(rounds(changed(block("host:n2", first, List.of("n2"))))).isZero();
    assertThat(rounds(changed(block("host:n2", List.of(FREE, 0, FREE, FREE), List.of("n2")))))
        .isZero();
    assertThat(rounds(changed(block("host:n2", first, List.of("n3"))))).as("lent").isEqualTo(1);
    assertThat(rounds(changed(block("host:n3", first, List.of("n3"))))).as("moved").isEqualTo(1);
  }

  private static IpamBlock block(String owner, List<Integer> allocations, List<String> nodes) {
    return new IpamBlock(
        Metadata.named("10-0-9-0-30"),
        new IpamBlock.Spec(
            Cidr.parse("10.0.9.0/30"),
            Optional.of(owner),
            "",
            allocations,
            List.of(),
            nodes.stream()
                .map(
                    node ->
                        new IpamBlock.Attribute(
                            "h", Map.of("node", node), Map.of(), Optional.empty()))
                .toList(),
            1,
            Map.of(),
            false));
  }

  /// What is equal counts as done, and from then on without comparing.
  @Test
  void aRoundThatConsidersTheClusterAnewSetsNoInterfaceUpAgain() {
    start(changed(pod("a", "cali1", "10.0.1.2/32", "7")));
    calls();

    for (int i = 0; i < 3; i++) {
      assertThat(rounds(interfaceNews("eth0"))).isEqualTo(1);
    }
    assertThat(calls()).isEmpty();
    assertThat(state(pod("a", "cali1", "10.0.1.2/32", "7"))).isEqualTo(EndpointStatus.State.UP);
  }

  @Test
  void routesThatWentWithAnInterfaceComeBackWithIt() {
    WorkloadEndpoint pod = pod("a", "cali1", "10.0.1.2/32", "7");
    start(changed(pod));
    Link old = kernel.links().find("cali1").orElseThrow();
    kernel.links().delete("cali1");
    link("cali1");

    loop.step(
        List.of(
            interfaceNews("cali1"),
            new AgentEvent.Interface(new Links.LinkNews.Gone(old.index(), "cali1"))));

    assertThat(kernel.routes().all()).hasSize(1);
    assertThat(state(pod)).isEqualTo(EndpointStatus.State.UP);

    Link last = kernel.links().find("cali1").orElseThrow();
    kernel.links().delete("cali1");
    loop.step(List.of(new AgentEvent.Interface(new Links.LinkNews.Gone(last.index(), "cali1"))));

    assertThat(kernel.routes().all()).isEmpty();
    assertThat(state(pod)).isEqualTo(EndpointStatus.State.NO_INTERFACE);
  }

  /// The pod is plugged anew, and CNI is done before the news of its first steps are read.
  @Test
  void theRouteThatCniPutBeforeItsInterfaceIsKnownToBeUpIsNeverTakenAway() {
    WorkloadEndpoint pod = pod("a", "cali1", "10.0.1.2/32", "7");
    start(changed(pod));
    Link old = kernel.links().find("cali1").orElseThrow();
    Route route = kernel.routes().all().getFirst();
    kernel.links().delete("cali1");
    link("cali1");
    down("cali1");
    AgentEvent asItWasFirst = interfaceNews("cali1");
    kernel.links().setUp(kernel.links().find("cali1").orElseThrow().index(), true);
    kernel.routes().apply(List.of(new RouteChange.Put(route)));
    calls();

    loop.step(List.of(gone(old), asItWasFirst));

    assertThat(calls()).noneMatch(call -> call.startsWith("remove route"));
    assertThat(kernel.routes().all()).containsExactly(route);
    assertThat(state(pod)).isEqualTo(EndpointStatus.State.NO_INTERFACE);

    loop.step(List.of(interfaceNews("cali1")));

    assertThat(kernel.routes().all()).containsExactly(route);
    assertThat(state(pod)).isEqualTo(EndpointStatus.State.UP);
  }

  private AgentEvent interfaceNews(String name) {
    return new AgentEvent.Interface(
        new Links.LinkNews.Changed(kernel.links().find(name).orElseThrow()));
  }

  @Test
  void poolsAndNodesReachTheirSets() {
    IpPool pool = new IpPool(Metadata.named("", "pool"), IpPool.Spec.of(Cidr.parse("10.0.0.0/16")));
    start(changed(pool));

    assertThat(elements()).containsExactly(new NftElement.Net(Cidr.parse("10.0.0.0/16")));

    loop.step(List.of(new AgentEvent.Changed(Change.gone(pool.key()))));

    assertThat(elements()).isEmpty();
  }

  private Set<NftElement> elements() {
    return Objects.requireNonNull(table().sets().get("cali40network-ip-pools")).elements();
  }

  @Test
  void printsWhatAPolicyChangeCosts() {
    List<AgentEvent> events = new ArrayList<>();
    for (int i = 0; i < 110; i++) {
      link("cali-p" + i);
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
        new Round("n1", Map.of(), ServiceKnowledge.KNOWN, kernel, TablePlan.FEWEST_CHANGES),
        new SecondSource("n1"),
        () -> now,
        changed -> report = changed);
  }

  private void link(String name) {
    int index = kernel.links().add(name, Optional.empty(), 1500, new Link.Kind.Veth());
    kernel.links().setUp(index, true);
  }

  private NftTable table() {
    return kernel.nft().table(NftFamily.IP, "calico").orElseThrow();
  }

  /// What was asked of the kernel since the last look.
  private List<String> calls() {
    List<String> all = kernel.calls();
    List<String> news = all.subList(seen, all.size());
    seen = all.size();
    return news;
  }

  private RouteChange removal(Route route) {
    return new RouteChange.Remove(route);
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
    return podOn("n1", name, device, address, revision);
  }

  private static WorkloadEndpoint podOn(
      String node, String name, String device, String address, String revision) {
    return new WorkloadEndpoint(
        Metadata.named("ns", name).withLabels(Map.of("app", "web")).withResourceVersion(revision),
        new WorkloadEndpoint.Spec(
            "k8s",
            "",
            node,
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

  private static WorkloadEndpoint lending(WorkloadEndpoint pod, String prefix) {
    WorkloadEndpoint.Spec spec = pod.spec();
    return new WorkloadEndpoint(
        pod.metadata(),
        new WorkloadEndpoint.Spec(
            spec.orchestrator(),
            spec.workload(),
            spec.node(),
            spec.containerID(),
            spec.pod(),
            spec.endpoint(),
            spec.serviceAccountName(),
            spec.ipNetworks(),
            spec.ipNATs(),
            spec.ipv4Gateway(),
            spec.ipv6Gateway(),
            spec.profiles(),
            spec.interfaceName(),
            spec.mac(),
            spec.ports(),
            List.of(Cidr.parse(prefix))));
  }

  private static WorkloadEndpoint unlabelled(
      String name, String device, String address, String revision) {
    WorkloadEndpoint pod = pod(name, device, address, revision);
    return new WorkloadEndpoint(pod.metadata().withLabels(Map.of()), pod.spec());
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
