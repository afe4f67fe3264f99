// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Profile;
import dev.brindle.api.resource.Rule;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.felix.dataplane.TablePlan;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.nft.NftExpression;
import dev.brindle.linux.nft.NftFamily;
import dev.brindle.linux.nft.NftRule;
import dev.brindle.linux.nft.NftTable;
import dev.brindle.linux.testing.FakeKernel;
import dev.brindle.policy.rule.ServiceKnowledge;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Endpoints that the store does not have yet.
class SecondSourceTest {

  private final FakeKernel kernel = new FakeKernel();
  private final SecondSource endpoints = new SecondSource("n1");
  private AgentReport report = AgentReport.BEFORE_START;
  private final AgentLoop loop =
      new AgentLoop(
          new Mailbox<>(),
          new Round("n1", Map.of(), ServiceKnowledge.KNOWN, kernel, TablePlan.FEWEST_CHANGES),
          endpoints,
          () -> Instant.EPOCH,
          changed -> report = changed);

  SecondSourceTest() {
    int index = kernel.links().add("cali1", Optional.empty(), 1500, new Link.Kind.Veth());
    kernel.links().setUp(index, true);
  }

  private static WorkloadEndpoint pod(
      String container, String address, String revision, Map<String, String> labels) {
    return new WorkloadEndpoint(
        Metadata.named("ns", "n1-k8s-web-eth0").withLabels(labels).withResourceVersion(revision),
        new WorkloadEndpoint.Spec(
            "k8s",
            "",
            "n1",
            container,
            "web",
            "eth0",
            "",
            address.isEmpty() ? List.of() : List.of(Cidr.parse(address)),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            List.of("kns.ns"),
            "cali1",
            Optional.empty(),
            List.of(),
            List.of()));
  }

  private static final WorkloadEndpoint UNSTORED =
      pod("new", "10.0.0.9/32", "unstored-1", Map.of("app", "made-up"));

  private static AgentEvent changed(WorkloadEndpoint pod) {
    return new AgentEvent.Changed(Change.to(pod));
  }

  private static AgentEvent unstored(boolean isOfToldPod) {
    return new AgentEvent.NotStored(new Unstored(UNSTORED, isOfToldPod));
  }

  private static AgentEvent gone(String container) {
    return new AgentEvent.NotStoredGone(UNSTORED.key(), container);
  }

  private static AgentEvent profile() {
    List<Rule> all = List.of(Rule.of(Rule.Action.ALLOW));
    return new AgentEvent.Changed(
        Change.to(new Profile(Metadata.named("kns.ns"), new Profile.Spec(all, all, Map.of()))));
  }

  private boolean isInForce(String revision) {
    return report.isInForce(UNSTORED.key(), revision);
  }

  private List<NftRule> rules(String chain) {
    NftTable table = kernel.nft().table(NftFamily.IP, "calico").orElseThrow();
    return Objects.requireNonNull(table.chains().get(chain)).rules();
  }

  private List<String> routes() {
    return kernel.routes().all().stream().map(route -> route.destination().toString()).toList();
  }

  @Test
  void itIsInForceLikeAnyOther() {
    loop.step(List.of(profile(), new AgentEvent.InSync()));

    loop.step(List.of(unstored(false)));

    assertThat(isInForce("unstored-1")).isTrue();
    assertThat(routes()).containsExactly("10.0.0.9/32");
    assertThat(rules("filter-cali-tw-cali1"))
        .anyMatch(rule -> rule.expressions().toString().contains("pri-kns.ns"));
  }

  /// What the store has not said lets nobody through.
  @Test
  void withoutItsProfileNothingPasses() {
    loop.step(List.of(new AgentEvent.InSync()));

    loop.step(List.of(unstored(false)));

    assertThat(rules("filter-cali-tw-cali1").toString()).doesNotContain("pri-kns.ns");
    assertThat(rules("filter-cali-tw-cali1").getLast().expressions()).contains(NftExpression.DROP);
  }

  @Test
  void nothingIsTouchedForItBeforeTheStoreHasToldAll() {
    loop.step(List.of(unstored(false)));
    assertThat(kernel.nft().transactions()).isZero();

    loop.step(List.of(profile(), new AgentEvent.InSync()));

    assertThat(routes()).containsExactly("10.0.0.9/32");
  }

  /// A sandbox that died has left its endpoint in the store.
  @Test
  void itCountsOverWhatTheStoreSaysOfAnOlderContainer() {
    loop.step(
        List.of(
            profile(),
            changed(pod("old", "10.0.0.2/32", "7", Map.of("app", "web"))),
            new AgentEvent.InSync()));

    loop.step(List.of(unstored(false)));
    assertThat(routes()).containsExactly("10.0.0.9/32");
    loop.step(List.of(changed(pod("old", "10.0.0.2/32", "8", Map.of("app", "db")))));

    assertThat(routes()).containsExactly("10.0.0.9/32");
    assertThat(isInForce("unstored-1")).isTrue();
    loop.step(List.of(gone("new")));
    assertThat(routes()).containsExactly("10.0.0.2/32");
    assertThat(isInForce("8")).isTrue();
  }

  @Test
  void itGoesWhenTheStoreSaysTheSame() {
    loop.step(List.of(profile(), unstored(false), new AgentEvent.InSync()));

    loop.step(List.of(changed(pod("new", "10.0.0.9/32", "9", Map.of()))));
    assertThat(isInForce("9")).isTrue();
    loop.step(List.of(unstored(false)));
    assertThat(isInForce("9")).as("said again, late").isTrue();
    loop.step(List.of(new AgentEvent.Changed(Change.gone(UNSTORED.key()))));

    assertThat(routes()).isEmpty();
  }

  private static AgentEvent stored(String container, String revision) {
    return new AgentEvent.StoredNow(UNSTORED.key(), container, revision);
  }

  /// Of two changes that come quickly only the second is told: the next container of the pod.
  @Test
  void itGoesWhenTheStoreSaysWhatCameAfterIt() {
    loop.step(List.of(profile(), unstored(false), new AgentEvent.InSync()));

    loop.step(List.of(stored("new", "9")));
    assertThat(routes()).as("until that is told").containsExactly("10.0.0.9/32");
    loop.step(List.of(changed(pod("older", "10.0.0.2/32", "8", Map.of()))));
    assertThat(routes()).as("what was before it").containsExactly("10.0.0.9/32");
    loop.step(List.of(changed(pod("newest", "10.0.0.10/32", "10", Map.of()))));

    assertThat(routes()).containsExactly("10.0.0.10/32");
    assertThat(isInForce("10")).isTrue();
  }

  /// The news of the store is faster than who has written.
  @Test
  void itGoesWhenItIsSaidToBeStoredAfterWhatCameAfterIt() {
    loop.step(List.of(profile(), unstored(false), new AgentEvent.InSync()));

    loop.step(List.of(changed(pod("newest", "10.0.0.10/32", "10", Map.of()))));
    assertThat(routes()).containsExactly("10.0.0.9/32");
    loop.step(List.of(stored("new", "9")));

    assertThat(routes()).containsExactly("10.0.0.10/32");
  }

  @Test
  void itGoesWhenTheStoreHadItAndHasNothingAnyMore() {
    loop.step(List.of(profile(), unstored(false), new AgentEvent.InSync()));

    loop.step(List.of(new AgentEvent.Changed(Change.gone(UNSTORED.key()))));
    assertThat(routes()).as("it was not there yet").containsExactly("10.0.0.9/32");
    loop.step(List.of(stored("new", "9")));
    assertThat(routes()).containsExactly("10.0.0.9/32");
    loop.step(List.of(new AgentEvent.Changed(Change.gone(UNSTORED.key()))));

    assertThat(routes()).isEmpty();
  }

  /// A pod that comes while the store is away again, after one of its name was stored.
  @Test
  void whatWasStoredIsNotTheNextOne() {
    loop.step(List.of(profile(), unstored(false), new AgentEvent.InSync()));
    loop.step(List.of(stored("new", "9")));

    WorkloadEndpoint next = pod("next", "10.0.0.11/32", "unstored-2", Map.of());
    loop.step(List.of(new AgentEvent.NotStored(new Unstored(next, false))));
    loop.step(List.of(stored("new", "9"), changed(pod("new", "10.0.0.9/32", "9", Map.of()))));

    assertThat(routes()).containsExactly("10.0.0.11/32");
  }

  @Test
  void anotherContainersEndOfTheSamePodLeavesIt() {
    loop.step(List.of(profile(), unstored(false), new AgentEvent.InSync()));

    loop.step(List.of(gone("old")));
    assertThat(routes()).containsExactly("10.0.0.9/32");
    loop.step(List.of(gone("new")));

    assertThat(routes()).isEmpty();
  }

  /// Kubernetes' pods: all that policy goes by is what the store has told, now and later.
  @Test
  void labelsOfAPodAreThoseThatWereTold() {
    loop.step(
        List.of(
            profile(), changed(pod("", "", "7", Map.of("app", "web"))), new AgentEvent.InSync()));

    assertThat(endpoints.put(new Unstored(UNSTORED, true)).value())
        .hasValueSatisfying(
            counts -> {
              assertThat(counts.metadata().labels()).isEqualTo(Map.of("app", "web"));
              assertThat(counts.metadata().resourceVersion()).isEqualTo("unstored-1");
              assertThat(((WorkloadEndpoint) counts).spec()).isEqualTo(UNSTORED.spec());
            });
    assertThat(endpoints.tell(Change.to(pod("", "", "8", Map.of("app", "db")))).value())
        .hasValueSatisfying(
            counts -> assertThat(counts.metadata().labels()).isEqualTo(Map.of("app", "db")));
  }

  @Test
  void aPodThatWasNotToldHasNoEndpoint() {
    loop.step(List.of(profile(), new AgentEvent.InSync()));

    loop.step(List.of(unstored(true)));

    assertThat(isInForce("unstored-1")).isFalse();
    assertThat(routes()).isEmpty();
  }

  @Test
  void whatWasToldCanBeRead() {
    WorkloadEndpoint told = pod("old", "10.0.0.2/32", "7", Map.of());
    loop.step(List.of(changed(told), unstored(false)));

    assertThat(endpoints.told(told.key())).contains(told);
    loop.step(List.of(new AgentEvent.Changed(Change.gone(told.key()))));
    assertThat(endpoints.told(told.key())).isEmpty();
  }
}
