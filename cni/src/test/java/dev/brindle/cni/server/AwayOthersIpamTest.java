// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.cni.protocol.CniConfig;
import dev.brindle.cni.protocol.CniConfigReader;
import dev.brindle.cni.protocol.CniException;
import dev.brindle.cni.server.Delegates.Outcome;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.testing.Waiting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// ADD and DEL while the store is away, where another IPAM plugin assigns: that needs no store.
class AwayOthersIpamTest {

  private static final String SUBNET = "\"subnet\": \"10.7.0.0/24\"";
  private static final String MARK = "\"subnet\": \"usePodCidr\"";

  @TempDir private Path directory;
  private PodWorld world = PodWorld.withReserve(Path.of("/dev/null/nowhere"));
  private final FakeHostLocal host = new FakeHostLocal();

  @BeforeEach
  void aNode() {
    world = PodWorld.withReserve(directory);
  }

  private static CniConfig config(String ipam) {
    return CniConfigReader.read(
        """
        {"cniVersion": "1.1.0", "name": "net1", "type": "calico",
         "ipam": {"type": "host-local", %s}, "policy": {"type": "k8s"}}
        """
            .formatted(ipam));
  }

  private List<Cidr> add(String container) throws InterruptedException {
    return add(container, SUBNET);
  }

  private List<Cidr> add(String container, String ipam) throws InterruptedException {
    world.kernels.pod(PodWorld.namespace(container));
    return world
        .network
        .add(PodWorld.request("ADD", "web", container), config(ipam), host)
        .addresses();
  }

  private void delete(String container) throws InterruptedException {
    world.network.delete(PodWorld.request("DEL", "web", container), config(SUBNET), host);
  }

  private void settle() throws InterruptedException {
    for (ReservedPod each : world.journal.pods()) {
      world.network.settle(each);
    }
  }

  private void loseStore() {
    world.store.fail(0, 1_000_000);
    world.isStoreAway = true;
  }

  private void findStore() {
    world.store.forget();
    world.isStoreAway = false;
  }

  private void mustHaveNothing() {
    assertThat(world.podInterfaces()).isEmpty();
    assertThat(world.kernels.podInterfaces()).isZero();
    assertThat(world.felix.unstored).isEmpty();
    assertThat(world.journal.pods()).isEmpty();
    assertThat(host.booked).isEmpty();
  }

  @Test
  void aPodComesAndStays() throws Exception {
    loseStore();

    List<Cidr> given = add("c1");

    assertThat(given).containsExactly(Cidr.parse("10.7.0.2/32"));
    assertThat(world.store.asked()).as("a store that is known to be away").isZero();
    assertThat(world.podInterfaces()).hasSize(1);
    assertThat(world.felix.unstored.values())
        .singleElement()
        .satisfies(shown -> assertThat(shown.spec().ipNetworks()).isEqualTo(given));

    findStore();
    settle();

    assertThat(world.journal.pods()).isEmpty();
    assertThat(world.endpoints())
        .singleElement()
        .satisfies(stored -> assertThat(stored.spec().ipNetworks()).isEqualTo(given));
    assertThat(world.memory.list(ResourceKind.IPAM_HANDLE)).isEmpty();
    world.network.check(PodWorld.request("CHECK", "web", "c1"), config(SUBNET), host);
    delete("c1");
    assertThat(world.endpoints()).isEmpty();
    assertThat(host.booked).isEmpty();
    assertThat(host.calls).containsExactly("ADD host-local", "CHECK host-local", "DEL host-local");
  }

  /// What the plugin says besides of the pod's network reaches the runtime.
  @Test
  void theResultIsThePlugins() throws Exception {
    loseStore();
    world.kernels.pod(PodWorld.namespace("c1"));

    String result =
        world
            .network
            .add(PodWorld.request("ADD", "web", "c1"), config(SUBNET), host)
            .json(config(SUBNET).version(), Optional.empty());

    assertThat(result).contains("\"dns\":{\"search\":[\"example.com\"]}");
  }

  @Test
  void aPodComesAndGoes() throws Exception {
    loseStore();
    add("c1");

    delete("c1");

    mustHaveNothing();
    assertThat(world.store.asked()).isZero();
    assertThat(world.pending.isEmpty()).isTrue();
    delete("c1");
    findStore();
    settle();
    assertThat(world.endpoints()).isEmpty();
  }

  /// Its address may be the next one's as soon as the plugin has it back: the note goes after.
  @Test
  void aDelThatThePluginFailsComesAgain() throws Exception {
    loseStore();
    add("c1");
    host.failing = "DEL";
    host.failure = new Outcome(1, "{\"code\": 999, \"msg\": \"disk full\"}");

    assertThatExceptionOfType(CniException.class)
        .isThrownBy(() -> delete("c1"))
        .withMessage("disk full");
    assertThat(world.podInterfaces()).isEmpty();
    assertThat(world.journal.pods()).hasSize(1);

    host.failing = "";
    delete("c1");
    mustHaveNothing();
  }

  /// The pod is the store's: its endpoint has to go before its address does.
  @Test
  void whatTheStoreKnowsWaitsForIt() throws Exception {
    add("c1");
    loseStore();

    assertThatExceptionOfType(DatastoreException.class).isThrownBy(() -> delete("c1"));

    assertThat(world.podInterfaces()).isEmpty();
    assertThat(world.endpoints()).hasSize(1);
    assertThat(host.booked).isNotEmpty();
    findStore();
    delete("c1");
    assertThat(world.endpoints()).isEmpty();
    mustHaveNothing();
  }

  /// The same where the store went away again while it was told.
  @Test
  void whatTheStoreMayKnowWaitsForIt() throws Exception {
    loseStore();
    add("c1");
    world.isStoreAway = false;
    world.store.fail(3, 1_000_000);
    assertThatExceptionOfType(DatastoreException.class).isThrownBy(this::settle);
    assertThat(world.journal.pods()).singleElement().matches(ReservedPod::isBegun);
    loseStore();

    assertThatExceptionOfType(DatastoreException.class)
        .isThrownBy(() -> add("c1"))
        .withMessageContaining("the store may know that container c1 has [10.7.0.2/32]");
    assertThatExceptionOfType(DatastoreException.class).isThrownBy(() -> delete("c1"));
    assertThat(host.booked).as("an endpoint may have it").isNotEmpty();
    assertThat(world.pending.isEmpty()).as("the plugin runs in the runtime's call alone").isTrue();

    findStore();
    delete("c1");
    assertThat(world.endpoints()).isEmpty();
    mustHaveNothing();
  }

  @Test
  void whatIsRefusedLeavesNothing() throws Exception {
    loseStore();
    host.failing = "ADD";
    host.failure = new Outcome(1, "{\"code\": 999, \"msg\": \"no IP addresses available\"}");
    assertThatExceptionOfType(CniException.class)
        .isThrownBy(() -> add("c1"))
        .withMessage("no IP addresses available");
    host.failing = "";
    world.kernels.host().failNext("create cali", Errno.EPERM);
    assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> add("c2"));
    world.gate = (_, _, _) -> false;
    assertThatExceptionOfType(CniException.class)
        .isThrownBy(() -> add("c3"))
        .withMessageContaining("was not in the kernel");

    mustHaveNothing();
    assertThat(world.pending.isEmpty()).isTrue();
  }

  /// The plugin that the runtime started was killed before it could give the address back.
  @Test
  void whatCouldNotBeGivenBackGoesWithTheDel() throws Exception {
    loseStore();
    world.gate =
        (_, _, _) -> {
          host.failing = "DEL";
          host.failure = new Outcome(255, "No such file or directory");
          return false;
        };
    assertThatExceptionOfType(CniException.class).isThrownBy(() -> add("c1"));
    assertThat(host.booked).isNotEmpty();

    host.failing = "";
    delete("c1");

    mustHaveNothing();
  }

  /// Its address is the store's pod's: not even a DEL of it may be run.
  @Test
  void aContainerThatTheStoreKnowsIsNotTouched() throws Exception {
    add("c1");
    world.felix.told.put(world.endpoints().getFirst().key(), world.endpoints().getFirst());
    host.calls.clear();
    loseStore();

    assertThatExceptionOfType(DatastoreException.class)
        .isThrownBy(() -> add("c1"))
        .withMessageContaining("container c1 has [10.7.0.2/32] by what the store said");

    assertThat(host.calls).isEmpty();
    assertThat(world.podInterfaces()).hasSize(1);
  }

  /// The older container's address goes with its own DEL.
  @Test
  void aNewContainerOfThePodTakesItsPlace() throws Exception {
    loseStore();
    add("c1");
    host.booked.clear(); // it is of one container
    List<Cidr> young = add("c2");

    assertThat(world.podInterfaces()).hasSize(1);
    assertThat(world.journal.pods()).singleElement().matches(pod -> pod.networks().equals(young));
    findStore();
    settle();
    host.calls.clear();
    delete("c1");
    assertThat(host.calls).containsExactly("DEL host-local");
    assertThat(world.endpoints())
        .extracting(WorkloadEndpoint::spec)
        .singleElement()
        .satisfies(spec -> assertThat(spec.containerID()).isEqualTo("c2"));
  }

  @Test
  void theSameContainerMayComeAgain() throws Exception {
    loseStore();
    add("c1");
    List<Cidr> again = add("c1");

    assertThat(host.calls).containsExactly("ADD host-local", "DEL host-local", "ADD host-local");
    assertThat(world.podInterfaces()).hasSize(1);
    assertThat(world.journal.pods()).singleElement().matches(pod -> pod.networks().equals(again));
    delete("c1");
    mustHaveNothing();
  }

  @Test
  void theNextDaemonGoesOn() throws Exception {
    loseStore();
    List<Cidr> given = add("c1");

    world = world.restarted(directory);

    assertThat(world.felix.unstored.values())
        .singleElement()
        .satisfies(shown -> assertThat(shown.spec().ipNetworks()).isEqualTo(given));
    try (ReserveKeeper _ =
        ReserveKeeper.start(
            PodWorld.NODE,
            0,
            world.journal,
            Optional.empty(), // as with usePodCIDR
            world.network,
            world.reserved(),
            () -> world.isStoreAway,
            new ReserveKeeper.Pace(Duration.ofMillis(10), Duration.ofHours(1), Duration.ofHours(1)),
            new SplittableRandom())) {
      Waiting.until("the store knows the pod", () -> world.journal.pods().isEmpty());
    }
    assertThat(world.endpoints()).hasSize(1);
    assertThat(world.memory.list(ResourceKind.IPAM_HANDLE)).isEmpty();
  }

  @Test
  void aPodThatIsDeletedMeanwhileIsClosed() throws Exception {
    loseStore();
    add("c1");
    findStore();
    world.store.notes = Optional.empty();
    settle();

    assertThat(world.podInterfaces()).isEmpty();
    assertThat(world.journal.pods()).isEmpty();
    assertThat(host.booked).as("which goes with the runtime's DEL").isNotEmpty();
    delete("c1");
    mustHaveNothing();
  }

  /// They are the node's for good.
  @Test
  void theNodesNetworksAreWhatTheStoreSaidLast() throws Exception {
    world.memory.create(
        new CalicoNode(
            Metadata.named(PodWorld.NODE),
            CalicoNode.Spec.EMPTY,
            Map.of("podCIDRs", List.of("10.7.0.0/24"))));
    loseStore();
    assertThatExceptionOfType(DatastoreException.class).isThrownBy(() -> add("c1", MARK));
    assertThat(world.journal.pods()).isEmpty();
    findStore();
    world.calls.warmUp();
    loseStore();

    assertThat(add("c2", MARK)).hasSize(1);
    assertThat(host.calls).contains("ADD host-local 10.7.0.0/24");
  }

  @Test
  void statusAsksThePlugin() {
    loseStore();

    world.network.status(config(SUBNET), host);

    assertThat(host.calls).containsExactly("STATUS host-local");
  }
}
