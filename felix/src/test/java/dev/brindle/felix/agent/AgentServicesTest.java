// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.net.Protocol;
import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.KubernetesEndpointSlice;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.NetworkPolicy;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.datastore.memory.MemoryDatastore;
import dev.brindle.felix.dataplane.TablePlan;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.nft.NftFamily;
import dev.brindle.linux.testing.FakeKernel;
import dev.brindle.linux.testing.Waiting;
import dev.brindle.policy.rule.ServiceKnowledge;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Rules that name a service, where nobody says, or not yet, who is behind it.
class AgentServicesTest {

  private static final Resource POD =
      resource(
          """
          apiVersion: projectcalico.org/v3
          kind: WorkloadEndpoint
          metadata: {namespace: ns, name: n1-k8s-web-eth0, labels: {app: web}}
          spec:
            {node: n1, orchestrator: k8s, pod: web, endpoint: eth0, interfaceName: cali1,
            ipNetworks: [10.0.1.2/32]}
          """);
  private static final NetworkPolicy POLICY =
      (NetworkPolicy)
          resource(
              """
              apiVersion: projectcalico.org/v3
              kind: NetworkPolicy
              metadata: {namespace: ns, name: p}
              spec:
                selector: app == 'web'
                types: [Egress]
                egress: [{action: Allow, destination: {services: {name: s}}}]
              """);
  private static final KubernetesEndpointSlice SLICE =
      new KubernetesEndpointSlice(
          Metadata.named("ns", "s-1"),
          new KubernetesEndpointSlice.Spec(
              "s",
              IpFamily.IPV4,
              List.of(
                  new KubernetesEndpointSlice.Endpoint(
                      List.of(IpAddress.parse("10.0.9.9")), true, "n2")),
              List.of(new KubernetesEndpointSlice.ServicePort("", Protocol.TCP, 80))));

  private final FakeKernel kernel = new FakeKernel();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private AgentReport report = AgentReport.BEFORE_START;

  @BeforeEach
  void aHost() {
    int index = kernel.links().add("cali1", Optional.empty(), 1500, new Link.Kind.Veth());
    kernel.links().setUp(index, true);
  }

  @Test
  void whoMayNotAskForServicesEnforcesTheRest() {
    try (var store = new MemoryDatastore();
        Agent agent = agent(store)) {
      store.create(POD);
      store.create(POLICY);
      store.create(SLICE);
      store.forbid(ResourceKind.KUBERNETES_ENDPOINT_SLICE);
      agent.start();

      Waiting.until("the rest is in force", () -> agent.report().isProgrammed());
      assertThat(agent.report().serviceProblem().orElseThrow())
          .startsWith("who is behind services is not known, so rules that name one allow nothing:")
          .endsWith("does not allow KubernetesEndpointSlice");
      assertThat(agent.report().warnings()).anyMatch(it -> it.startsWith(POLICY.key() + ": "));
      assertThat(table()).doesNotContain("10.0.9.9");

      store.allow(ResourceKind.KUBERNETES_ENDPOINT_SLICE);

      Waiting.until("the service is known", () -> table().contains("10.0.9.9"));
      Waiting.until("nothing is wrong", () -> agent.report().serviceProblem().isEmpty());
      assertThat(agent.report().warnings()).isEmpty();
    }
  }

  @Test
  void aStartWaitsALittleForServicesThatMayCome() {
    AgentLoop loop = loop(ServiceGate.News.COMING);
    loop.step(List.of(changed(POD), changed(POLICY), new AgentEvent.InSync()));
    assertThat(report.isInSync()).isFalse();

    loop.step(List.of(changed(SLICE), services(ServiceGate.News.KNOWN)));

    assertThat(report.isProgrammed()).isTrue();
    assertThat(report.warnings()).isEmpty();
    assertThat(table()).contains("10.0.9.9");
  }

  @Test
  void aStartDoesNotWaitForServicesForEver() {
    AgentLoop loop = loop(ServiceGate.News.COMING);
    loop.step(List.of(changed(POD), changed(POLICY), new AgentEvent.InSync()));
    loop.step(List.of(services(ServiceGate.News.failed("it does not answer", false))));
    now = now.plus(ServiceGate.PATIENCE).minusMillis(1);
    loop.step(List.of());
    assertThat(report.isInSync()).isFalse();

    now = now.plusMillis(1);
    loop.step(List.of());

    assertThat(report.isProgrammed()).isTrue();
    assertThat(report.serviceProblem().orElseThrow()).endsWith("it does not answer");

    loop.step(List.of(changed(SLICE), services(ServiceGate.News.KNOWN)));

    assertThat(report.serviceProblem()).isEmpty();
    assertThat(report.warnings()).isEmpty();
    assertThat(table()).contains("10.0.9.9");
  }

  @Test
  void theLoopWakesWhenItHasWaitedEnough() {
    var gate = new ServiceGate(ServiceGate.News.COMING);
    assertThat(gate.isOpen(now)).isFalse();
    assertThat(gate.left(now.plusSeconds(5))).isEqualTo(Duration.ofSeconds(15));
    assertThat(gate.isOpen(now.plus(ServiceGate.PATIENCE))).isTrue();
    assertThat(gate.left(now)).isEqualTo(ResyncTimer.NEVER);
  }

  private Agent agent(MemoryDatastore store) {
    return new Agent("n1", Map.of(), store, kernel, InstantSource.system());
  }

  private AgentLoop loop(ServiceGate.News services) {
    return new AgentLoop(
        new Mailbox<>(),
        new Round("n1", Map.of(), ServiceKnowledge.UNKNOWN, kernel, TablePlan.FEWEST_CHANGES),
        new SecondSource("n1"),
        services,
        () -> now,
        changed -> report = changed,
        AgentLoop.LOG);
  }

  private String table() {
    return kernel.nft().table(NftFamily.IP, "calico").map(Object::toString).orElse("");
  }

  private static AgentEvent changed(Resource resource) {
    return new AgentEvent.Changed(Change.to(resource));
  }

  private static AgentEvent services(ServiceGate.News news) {
    return new AgentEvent.Services(news);
  }

  private static Resource resource(String yaml) {
    return ResourceCodec.read(yaml).getFirst();
  }
}
