// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.Resource;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.felix.dataplane.TablePlan;
import dev.brindle.felix.endpoint.Bandwidth;
import dev.brindle.felix.endpoint.EndpointStatus;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.Links.LinkNews;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.model.PacketFilter;
import dev.brindle.linux.model.Qdisc;
import dev.brindle.linux.model.TokenBucket;
import dev.brindle.linux.nft.NftFamily;
import dev.brindle.linux.nft.NftText;
import dev.brindle.linux.testing.FakeKernel;
import dev.brindle.policy.rule.ServiceKnowledge;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Limits of pods' bandwidth, and DSCP, over the kernel in memory.
class BandwidthStoryTest {

  private static final String IFB = Bandwidth.device("cali1");
  private static final String BOTH = "{ingressBandwidth: 1000000, egressBandwidth: 2000000}";

  private final FakeKernel kernel = new FakeKernel();
  private final List<LinkNews> news = new ArrayList<>();
  private Instant now = Instant.EPOCH;
  private AgentReport report = AgentReport.BEFORE_START;
  private AgentLoop loop = newLoop();
  private int seen;

  @BeforeEach
  void aHost() {
    link("eth0", new Link.Kind.Veth());
    link("cali1", new Link.Kind.Veth());
    kernel.links().watch(news::add);
  }

  private AgentLoop newLoop() {
    return new AgentLoop(
        new Mailbox<>(),
        new Round("n1", Map.of(), ServiceKnowledge.KNOWN, kernel, TablePlan.FEWEST_CHANGES),
        new SecondSource("n1"),
        () -> now,
        changed -> report = changed);
  }

  private int link(String name, Link.Kind kind) {
    int index = kernel.links().add(name, Optional.empty(), 1500, kind);
    kernel.links().setUp(index, true);
    return index;
  }

  private int index(String name) {
    return kernel.links().find(name).orElseThrow().index();
  }

  private static Resource pod(String controls) {
    return ResourceCodec.read(
            """
            apiVersion: projectcalico.org/v3
            kind: WorkloadEndpoint
            metadata: {name: n1-k8s-a-eth0, namespace: ns, resourceVersion: "7"}
            spec:
              node: n1
              orchestrator: k8s
              pod: a
              endpoint: eth0
              interfaceName: cali1
              ipNetworks: [10.0.1.2/32]
              qosControls: %s
            """
                .formatted(controls))
        .getFirst();
  }

  private void start(String controls) {
    loop.step(List.of(new AgentEvent.Changed(Change.to(pod(controls))), new AgentEvent.InSync()));
  }

  private void asks(String controls) {
    loop.step(List.of(new AgentEvent.Changed(Change.to(pod(controls)))));
  }

  private void tellNews() {
    List<AgentEvent> events = news.stream().<AgentEvent>map(AgentEvent.Interface::new).toList();
    news.clear();
    loop.step(events);
  }

  /// What was done about traffic since the last look.
  private List<String> calls() {
    List<String> all = kernel.calls();
    List<String> found =
        all.subList(seen, all.size()).stream()
            .filter(call -> call.matches(".*(limit|ingress|redirect|filters|create|delete).*"))
            .toList();
    seen = all.size();
    return found;
  }

  private void isFine() {
    assertThat(report.problems()).isEmpty();
    assertThat(report.warnings()).isEmpty();
    assertThat(report.endpoints().values())
        .extracting(EndpointStatus::state)
        .containsExactly(EndpointStatus.State.UP);
  }

  @Test
  void bothDirectionsAreLimitedChangedAndLetGo() {
    start(BOTH);
    assertThat(calls())
        .containsExactly(
            "limit cali1 to 125000",
            "create " + IFB,
            "limit %s to 250000".formatted(IFB),
            "add ingress to cali1",
            "redirect cali1 to " + IFB);
    isFine();
    tellNews();
    assertThat(calls()).isEmpty();

    asks("{ingressBandwidth: 1000000, egressBandwidth: 4000000}");
    assertThat(calls()).containsExactly("change limit of %s to 500000".formatted(IFB));

    asks("{egressBandwidth: 4000000}");
    assertThat(calls()).containsExactly("remove limit of cali1");

    asks("{}");
    assertThat(calls())
        .containsExactly(
            "remove filters 45597 of cali1", "remove ingress of cali1", "delete " + IFB);
    assertThat(kernel.traffic().qdiscs()).isEmpty();
    tellNews();
    assertThat(calls()).isEmpty();
    isFine();
  }

  @Test
  void aPacketAlwaysFits() {
    start("{ingressBandwidth: 1000, ingressBurst: 1000}");

    assertThat(kernel.traffic().qdiscs())
        .extracting(Qdisc::bucket)
        .containsExactly(Optional.of(new TokenBucket(125, 1514, 0, 0, 131_072).kept()));
  }

  @Test
  void whatMakesNoSenseIsNoLimit() {
    start("{ingressBandwidth: 0, egressBandwidth: fast, egressBurst: 5000, dscp: 77}");

    assertThat(calls()).isEmpty();
    isFine();
  }

  @Test
  void aRestartAdoptsWhatIsThere() {
    start(BOTH);
    calls();

    loop = newLoop();
    start(BOTH);

    assertThat(calls()).isEmpty();
    isFine();
  }

  @Test
  void whatChangedWhileNobodyLookedIsMadeGood() {
    start(BOTH);
    calls();

    loop = newLoop();
    start("{egressBandwidth: 3000000}");

    assertThat(calls())
        .containsExactlyInAnyOrder(
            "remove limit of cali1", "change limit of %s to 375000".formatted(IFB));
  }

  @Test
  void aPodThatWentLeavesNothing() {
    start(BOTH);
    kernel.links().delete("cali1");
    tellNews();
    assertThat(kernel.links().find(IFB)).isEmpty();

    link("cali1", new Link.Kind.Veth());
    tellNews();
    assertThat(kernel.links().find(IFB)).isPresent();
    isFine();

    loop = newLoop(); // nobody looks while the next one goes
    kernel.links().delete("cali1");
    link("bwcali0000calic", new Link.Kind.Ifb());
    link("bwp123456789", new Link.Kind.Ifb());
    link("bwcalidummy", new Link.Kind.Other("dummy"));
    loop.step(List.of(new AgentEvent.InSync()));
    assertThat(kernel.links().list())
        .extracting(Link::name)
        .containsExactlyInAnyOrder("lo", "eth0", "bwp123456789", "bwcalidummy");
  }

  @Test
  void whoDeletesTheInterfaceOnTheWayOutCutsThePodOffForAMomentOnly() {
    start(BOTH);
    calls();
    int before = index(IFB);
    kernel.links().delete(IFB);
    kernel.traffic().removeFilters(index("cali1"), 0xb21d);
    kernel.traffic().add(index("cali1"), new PacketFilter(0xb21d, "u32", OptionalInt.of(0)));
    calls();

    tellNews();

    assertThat(index(IFB)).isNotEqualTo(before);
    assertThat(kernel.traffic().filtersIn(index("cali1")))
        .extracting(PacketFilter::redirectsTo)
        .containsExactly(OptionalInt.of(index(IFB)));
    isFine();
  }

  @Test
  void whatOthersLimitIsLeftToThem() {
    int pod = index("cali1");
    int others = link("bwp123456789", new Link.Kind.Ifb());
    TokenBucket.Kept bucket = new TokenBucket(9, 9, 0, 0, 9).kept();
    kernel.traffic().add(new Qdisc(pod, 0x1_0000, Qdisc.Place.ROOT, "tbf", Optional.of(bucket)));
    kernel
        .traffic()
        .add(new Qdisc(pod, 0xffff_0000, Qdisc.Place.INGRESS, "ingress", Optional.empty()));
    kernel.traffic().add(pod, new PacketFilter(49_152, "u32", OptionalInt.of(others)));

    start(BOTH);

    assertThat(calls()).doesNotContain("create " + IFB).noneMatch(call -> call.contains("cali1"));
    assertThat(report.problems()).isEmpty();
    assertThat(report.warnings())
        .singleElement()
        .asString()
        .contains(
            "n1-k8s-a-eth0): bandwidth: into the pod it is not limited: somebody else's tbf 1:",
            "out of the pod it is not limited: somebody else's filter");
    asks("{}");
    assertThat(calls()).noneMatch(call -> call.contains("cali1"));
    isFine();
  }

  /// Calico's redirects to an interface of its own, which ours takes the place of.
  @Test
  void calicosRedirectIsReplacedBeforeItsInterfaceGoes() {
    int pod = index("cali1");
    int calicos = link("bwcali0000calic", new Link.Kind.Ifb());
    kernel.traffic().addIngress(pod);
    kernel.traffic().add(pod, new PacketFilter(49_152, "u32", OptionalInt.of(calicos)));
    kernel.traffic().add(pod, new PacketFilter(1, "bpf", OptionalInt.empty()));
    calls();

    start("{egressBandwidth: 2000000}");

    assertThat(calls())
        .containsSubsequence(
            "remove filters 49152 of cali1", "redirect cali1 to " + IFB, "delete bwcali0000calic");
    asks("{}");
    assertThat(calls())
        .as("a program that watches stays")
        .containsExactly("remove filters 45597 of cali1", "delete " + IFB);
    isFine();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          limit cali1   | 2  | into the pod it is not limited: this kernel has no sch_tbf
          create bwcali | 95 | out of the pod it is not limited: this kernel has no ifb
          limit bwcali  | 2  | out of the pod it is not limited: this kernel has no sch_tbf
          add ingress   | 2  | out of the pod it is not limited: this kernel has no sch_ingress
          redirect      | 2  | out of the pod it is not limited: this kernel has no cls_u32 or act_mirred
          """)
  void withoutAModuleThePodGoesOn(String call, int errno, String words) {
    kernel.failNext(call, new Errno(errno));

    start(BOTH);

    assertThat(report.problems()).isEmpty();
    assertThat(report.warnings()).singleElement().asString().contains("n1-k8s-a-eth0", words);
    assertThat(report.isInForce(pod(BOTH).key(), "7")).isTrue();
    boolean isOutwards = words.startsWith("out");
    assertThat(kernel.links().find(IFB).isPresent()).isNotEqualTo(isOutwards);
    calls();
    asks(BOTH.replace("2000000", "3000000"));
    isFine();
  }

  @Test
  void whatIsRefusedOnceIsTriedAgain() {
    kernel.failNext("limit bwcali", Errno.EBUSY);
    start(BOTH);
    assertThat(report.problems())
        .singleElement()
        .asString()
        .contains("bandwidth of cali1", "EBUSY");

    now = now.plus(Duration.ofMillis(100));
    loop.step(List.of());
    isFine();
    assertThat(kernel.traffic().filtersIn(index("cali1"))).hasSize(1);

    kernel.failNext("remove filters", Errno.EBUSY);
    asks("{}");
    assertThat(report.problems()).isNotEmpty();
    now = now.plus(Duration.ofMillis(100));
    loop.step(List.of());
    isFine();
    assertThat(kernel.traffic().qdiscs()).isEmpty();
    assertThat(kernel.links().find(IFB)).isEmpty();
  }

  @Test
  void dscpIsSetOnWhatLeavesTheCluster() {
    String without = table("{}");
    assertThat(without).doesNotContain("dscp", "mangle-POSTROUTING");

    String with = table("{dscp: EF}");
    assertThat(with)
        .contains(
            """
            \tchain mangle-POSTROUTING {
            \t\ttype filter hook postrouting priority -150; policy accept;
            \t\tjump mangle-cali-POSTROUTING
            \t}
            \tchain mangle-cali-POSTROUTING {
            \t\tdaddr != @cali40network-ip-pools daddr != @cali40all-hosts-net jump mangle-cali-egress-dscp comment "leaves the cluster"
            \t}
            """,
            """
            \tchain mangle-cali-egress-dscp {
            \t\tip saddr 10.0.1.2 dscp set 46
            \t}
            """);
    assertThat(table("{dscp: 10}")).contains("ip saddr 10.0.1.2 dscp set 10");
    assertThat(table("{}")).isEqualTo(without);
  }

  /// What the pod's packets meet, and those of a host endpoint with the annotation.
  @Test
  void hostEndpointsAskByAnnotation() {
    table("{dscp: EF}");
    loop.step(
        List.of(
            new AgentEvent.Changed(
                Change.to(
                    ResourceCodec.read(
                            """
                            apiVersion: projectcalico.org/v3
                            kind: HostEndpoint
                            metadata: {name: h, annotations: {qos.projectcalico.org/dscp: CS1}}
                            spec: {node: n1, interfaceName: eth0, expectedIPs: [192.0.2.1]}
                            """)
                        .getFirst()))));

    assertThat(text())
        .contains("ip saddr 192.0.2.1 dscp set 8", "ip saddr 10.0.1.2 dscp set 46")
        .containsSubsequence(
            "chain mangle-cali-POSTROUTING {", "jump mangle-cali-egress-dscp", "return");
    asks("{}");
    assertThat(text()).contains("ip saddr 192.0.2.1 dscp set 8").doesNotContain("set 46");
  }

  private String table(String controls) {
    start(controls);
    return text();
  }

  private String text() {
    return NftText.of(kernel.nft().table(NftFamily.IP, "calico").orElseThrow());
  }
}
