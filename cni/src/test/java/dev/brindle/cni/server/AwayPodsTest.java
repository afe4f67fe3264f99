// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.ClusterInformation;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.cni.protocol.CniException;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.PodNotes;
import dev.brindle.datastore.memory.MemoryDatastore;
import dev.brindle.ipam.Allocator;
import dev.brindle.ipam.Reserve;
import dev.brindle.ipam.Reserved;
import dev.brindle.ipam.block.Assignment;
import dev.brindle.ipam.block.Block;
import dev.brindle.linux.testing.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// ADD while the store is away: out of what was booked ahead, and made true when it is back.
class AwayPodsTest {

  @TempDir private Path directory;
  private PodWorld world = PodWorld.withReserve(Path.of("/dev/null/nowhere"));

  @BeforeEach
  void aNodeWithAPodAndAReserve() throws Exception {
    world = PodWorld.withReserve(directory);
    world.add("first", "c0");
    assertThat(world.allocator.keepReserve(PodWorld.NODE, PodWorld.RESERVE)).isTrue();
    world.store.forget();
  }

  private void loseStore() {
    world.store.fail(0, 1_000_000);
    world.isStoreAway = true;
  }

  private void findStore() {
    world.store.forget();
    world.isStoreAway = false;
  }

  private void settle() throws InterruptedException {
    for (ReservedPod each : world.journal.pods()) {
      world.network.settle(each);
    }
  }

  private List<Cidr> add(String pod, String container) throws InterruptedException {
    return world.add(pod, container).addresses();
  }

  private void refuses(String pod, String container, String words) {
    assertThatExceptionOfType(RuntimeException.class)
        .isThrownBy(() -> world.add(pod, container))
        .withMessageContaining(words);
  }

  private static List<Assignment> assigned(MemoryDatastore store) {
    return store.list(ResourceKind.IPAM_BLOCK).stream()
        .flatMap(block -> new Block((IpamBlock) block).assignments().stream())
        .toList();
  }

  /// Handle to its addresses.
  private static Map<String, List<Cidr>> held(MemoryDatastore store) {
    var held = new TreeMap<String, List<Cidr>>();
    assigned(store)
        .forEach(
            each ->
                held.merge(
                    each.handle(),
                    List.of(Cidr.host(each.address())),
                    (one, other) -> Stream.of(one, other).flatMap(List::stream).toList()));
    return held;
  }

  @Test
  void itIsPluggedInAsEver() throws Exception {
    loseStore();

    List<Cidr> given = add("web", "c1");

    assertThat(given).hasSize(2);
    assertThat(world.store.asked()).as("a store that is known to be away").isZero();
    assertThat(world.podInterfaces()).hasSize(2);
    assertThat(world.felix.unstored.values())
        .singleElement()
        .satisfies(
            shown -> {
              assertThat(shown.spec().ipNetworks()).isEqualTo(given);
              assertThat(shown.spec().profiles()).containsExactly("kns.default");
            });
    assertThat(world.journal.used()).hasSize(2);
    assertThat(world.journal.free()).hasSize(2);
  }

  @Test
  void aClusterThatWasLockedStaysSo() throws Exception {
    var cluster =
        (ClusterInformation)
            world
                .memory
                .get(ResourceKey.of(ResourceKind.CLUSTER_INFORMATION, ClusterInformation.DEFAULT))
                .orElseThrow();
    world.memory.update(
        new ClusterInformation(
            cluster.metadata(), new ClusterInformation.Spec("", "", "", Optional.of(false), "")));
    refuses("web", "c1", "not ready");
    loseStore();

    refuses("web", "c1", "locked");
    assertThat(world.journal.used()).isEmpty();
  }

  @Test
  void whatKubernetesSaysOfItCountsWhereTheStoreIsAnother() throws Exception {
    var said = (WorkloadEndpoint) world.memory.list(ResourceKind.WORKLOAD_ENDPOINT).getFirst();
    Metadata metadata = said.metadata().withLabels(Map.of("role", "guest"));
    var notes =
        new PodNotes(Map.of(), Map.of(), Map.of(), Optional.of(said.withMetadata(metadata)));
    loseStore();

    world.felix.notes = Optional.of(notes);
    add("web", "c1");
    assertThat(world.felix.unstored.values())
        .singleElement()
        .satisfies(shown -> assertThat(shown.metadata().labels()).containsEntry("role", "guest"));

    world = world.restarted(directory);
    world.felix.unstored.clear();
    world.felix.notes = Optional.empty();
    world.reserved.orElseThrow().restore();
    assertThat(world.felix.unstored).as("of which nobody says what it is").isEmpty();
    world.felix.notes = Optional.of(notes);
    world.reserved.orElseThrow().restore();
    assertThat(world.felix.unstored.values())
        .singleElement()
        .satisfies(shown -> assertThat(shown.metadata().labels()).containsEntry("role", "guest"));
  }

  /// What there is for outages costs the others nothing.
  @Test
  void withTheStoreItAsksNoMoreThanWithoutAReserve() throws Exception {
    var without = new PodWorld();
    without.add("first", "c0");
    without.store.forget();
    without.add("web", "c1");

    add("web", "c1");

    assertThat(world.store.asked()).isEqualTo(without.store.asked());
    world.store.forget();
    without.store.forget();
    world.delete("web", "c1");
    without.delete("web", "c1");
    assertThat(world.store.asked()).isEqualTo(without.store.asked());
  }

  /// A first look books four addresses, the next one finds that all is well.
  @Test
  void aLookAtTheReserveAsksLittle() {
    world.allocator.keepReserve(PodWorld.NODE, PodWorld.RESERVE);
    assertThat(world.store.asked()).isLessThanOrEqualTo(12);
    world.allocator.keepReserve(PodWorld.NODE, 0);
    world.store.forget();

    world.allocator.keepReserve(PodWorld.NODE, PodWorld.RESERVE);
    assertThat(world.store.asked()).isLessThanOrEqualTo(24);
    world.store.forget();
    world.allocator.keepReserve(PodWorld.NODE, 0);
    world.allocator.keepReserve(PodWorld.NODE, 0);
    world.store.forget();
    world.allocator.keepReserve(PodWorld.NODE, 0);
    assertThat(world.store.asked()).as("none is wanted, none is there").isEqualTo(2);
  }

  @Test
  void aStoreThatWasNotKnownToBeAwayIsAskedOnce() throws Exception {
    world.store.fail(0, 1_000_000);

    assertThat(add("web", "c1")).hasSize(2);

    assertThat(world.store.asked()).isEqualTo(1);
  }

  /// The store is as a normal ADD would have left it.
  @Test
  void theStoreHearsOfItLater() throws Exception {
    loseStore();
    List<Cidr> given = add("web", "c1");
    findStore();

    settle();

    assertThat(world.endpoints())
        .filteredOn(endpoint -> endpoint.spec().pod().equals("web"))
        .singleElement()
        .satisfies(
            endpoint -> {
              assertThat(endpoint.spec().ipNetworks()).isEqualTo(given);
              assertThat(endpoint.spec().containerID()).isEqualTo("c1");
            });
    assertThat(world.felix.unstored).as("what the store tells counts").isEmpty();
    assertThat(held(world.memory).get("net1.c1")).containsExactlyInAnyOrderElementsOf(given);
    assertThat(assigned(world.memory))
        .filteredOn(each -> each.handle().equals("net1.c1"))
        .allSatisfy(
            each ->
                assertThat(each.holder().activeOwner())
                    .containsEntry("pod", "web")
                    .doesNotContainKey("type"));
    world.check("web", "c1");
    assertThat(world.journal.pods()).isEmpty();
    world.allocator.keepReserve(PodWorld.NODE, 0);
    world.mustHave(2);
    world.delete("web", "c1");
    world.mustHave(1);
  }

  @Test
  void itsEndWhileTheStoreIsStillAwayLeavesNothing() throws Exception {
    loseStore();
    List<Cidr> given = add("web", "c1");

    world.delete("web", "c1");
    world.delete("web", "c1");

    assertThat(world.podInterfaces()).hasSize(1);
    assertThat(world.felix.unstored).isEmpty();
    assertThat(world.journal.pods()).isEmpty();
    assertThat(world.journal.free()).hasSize(4);
    assertThat(add("db", "c2")).as("others first").doesNotContainAnyElementsOf(given);
    assertThat(add("api", "c3")).isEqualTo(given);
    findStore();
    settle();
    world.calls.finish(world.pending);
    world.allocator.keepReserve(PodWorld.NODE, 0);
    world.mustHave(3);
  }

  @Test
  void itsEndBeforeTheStoreHasHeardOfItLeavesNothing() throws Exception {
    loseStore();
    add("web", "c1");
    findStore();

    world.delete("web", "c1");

    settle();
    world.allocator.keepReserve(PodWorld.NODE, 0);
    world.mustHave(1);
  }

  @Test
  void anExhaustedReserveSaysSo() throws Exception {
    loseStore();
    add("web", "c1");
    add("db", "c2");

    refuses("api", "c3", "the test wanted question");
    refuses(
        "api",
        "c3",
        "without it: the reserve of this node (BRINDLE_IPAM_RESERVE) has no IPv4 address left");

    assertThat(world.podInterfaces()).hasSize(3);
    assertThat(world.journal.pods()).hasSize(2);
  }

  /// A runtime that tries again makes a container for each try.
  @Test
  void nothingIsOwedForWhatWasRefused() throws Exception {
    loseStore();
    add("web", "c1");
    add("db", "c2");

    for (int attempt = 0; attempt < 100; attempt++) {
      String container = "refused" + attempt;
      refuses("api", container, "BRINDLE_IPAM_RESERVE");
      world.delete("api", container);
      world.delete("api", container);
    }

    assertThat(world.pending.isEmpty()).isTrue();
    assertThat(world.podInterfaces()).hasSize(3);
    findStore();
    assertThat(add("api", "refused99")).hasSize(2);
    loseStore();
    world.delete("api", "refused99");
    assertThat(world.pending.size()).as("that one was plugged in at last").isEqualTo(1);
    findStore();
    settle();
    assertThat(world.calls.finish(world.pending)).isEmpty();
    world.allocator.keepReserve(PodWorld.NODE, 0);
    world.mustHave(3);
  }

  /// A runtime may repeat an ADD, whatever became of the first.
  @Test
  void whatTheStoreMayKnowOfARefusedContainerIsOwed() throws Exception {
    WorkloadEndpoint first = world.endpoints().getFirst();
    world.felix.told.put(first.key(), first);
    loseStore();
    refuses("first", "c0", "container c0 has");
    world.delete("first", "c0");
    assertThat(world.pending.size()).as("the store told of it").isEqualTo(1);
    refuses("first", "c0", "container c0 has");
    world.felix.told.clear();
    world.felix.notes = Optional.empty();
    refuses("first", "c0", "has not told");
    world.delete("first", "c0");
    assertThat(world.pending.size()).as("a DEL was owed").isEqualTo(1);
    findStore();
    for (int question = 1; question < 30; question++) {
      world.store.fail(question, 1_000_000);
      boolean isDone = isAdded("web", "c1");
      loseStore();
      if (!isDone) {
        refuses("web", "c1", "has not told");
      }

      world.delete("web", "c1");

      assertThat(world.podInterfaces()).as("question %d", question).isEmpty();
      findStore();
      assertThat(world.calls.finish(world.pending)).isEmpty();
      world.allocator.keepReserve(PodWorld.NODE, 0);
      world.mustHave(0);
      world.allocator.keepReserve(PodWorld.NODE, PodWorld.RESERVE);
    }
  }

  private boolean isAdded(String pod, String container) throws InterruptedException {
    try {
      add(pod, container);
      return true;
    } catch (DatastoreException _) {
      return false;
    }
  }

  @Test
  void whatOnlyTheStoreCanSayIsRefused() throws Exception {
    loseStore();
    world.felix.notes = Optional.empty();
    refuses("web", "c1", "the store has not told of pod default/web before it went away");
    asks("ipAddrs", "[\"10.0.0.9\", \"fd00::9\"]");
    refuses("web", "c1", "asks for the addresses [10.0.0.9, fd00::9]");
    asks("ipv4pools", "[\"other\"]");
    refuses("web", "c1", "has no IPv4 address of the pools other left");
    asks("ipv4pools", "[\"10.0.0.0/28\"]");
    assertThat(add("web", "c1")).hasSize(2);
    asks("ipFamilies", "[\"IPv6\"]");
    assertThat(add("db", "c2")).singleElement().matches(each -> each.length() == 128);
    assertThat(world.podInterfaces()).hasSize(3);
  }

  private void asks(String key, String value) {
    world.felix.notes =
        Optional.of(
            new PodNotes(Map.of("cni.projectcalico.org/" + key, value), Map.of(), Map.of()));
  }

  /// Nothing passes without policy, with the store or without.
  @Test
  void withoutItsPolicyItIsUndone() {
    loseStore();
    world.gate = (_, _, _) -> false;

    refuses("web", "c1", "the policy of pod default/web was not in the kernel");

    assertThat(world.podInterfaces()).hasSize(1);
    assertThat(world.felix.unstored).isEmpty();
    assertThat(world.journal.pods()).isEmpty();
    assertThat(world.journal.free()).hasSize(4);
  }

  @Test
  void statusIsWellForAsLongAsThereAreAddresses() throws Exception {
    loseStore();
    world.network.status(PodWorld.dualStack(), Delegates.NONE);
    add("web", "c1");
    add("db", "c2");

    assertThatExceptionOfType(DatastoreException.class)
        .isThrownBy(() -> world.network.status(PodWorld.dualStack(), Delegates.NONE));
  }

  /// The sandbox died while the store was away: its own end is late, and must not hurt the new one.
  @Test
  void aNewSandboxOfAPodThatWas() throws Exception {
    loseStore();
    world.delete("first", "c0");
    List<Cidr> given = add("first", "c9");
    findStore();

    assertThat(world.calls.finish(world.pending)).isEmpty();
    assertThat(world.podInterfaces()).hasSize(1);
    settle();

    world.check("first", "c9");
    world.allocator.keepReserve(PodWorld.NODE, 0);
    world.mustHave(1);
    assertThat(world.endpoints().getFirst().spec().ipNetworks()).isEqualTo(given);
  }

  @Test
  void aNewSandboxOfOneThatCameMeanwhile() throws Exception {
    loseStore();
    add("web", "c1");
    List<Cidr> young = add("web", "c2");

    assertThat(world.podInterfaces()).hasSize(2);
    assertThat(world.journal.pods()).hasSize(1);
    world.delete("web", "c1");
    assertThat(world.podInterfaces()).as("its end is late").hasSize(2);
    findStore();
    settle();
    world.calls.finish(world.pending);
    world.check("web", "c2");
    assertThat(world.endpoints())
        .filteredOn(endpoint -> endpoint.spec().pod().equals("web"))
        .singleElement()
        .satisfies(endpoint -> assertThat(endpoint.spec().ipNetworks()).isEqualTo(young));
  }

  /// The store is back, and the new sandbox comes before it has heard of the old one.
  @Test
  void aNewSandboxBeforeTheStoreHasHeardOfTheOldOne() throws Exception {
    loseStore();
    add("web", "c1");
    findStore();

    add("web", "c2");

    assertThat(world.journal.pods()).isEmpty();
    assertThat(world.felix.unstored).isEmpty();
    world.check("web", "c2");
    world.delete("web", "c1");
    world.allocator.keepReserve(PodWorld.NODE, 0);
    world.mustHave(2);
  }

  @Test
  void anAddThatIsRepeatedGetsTheSame() throws Exception {
    loseStore();
    List<Cidr> given = add("web", "c1");

    assertThat(add("web", "c1")).isEqualTo(given);
    findStore();
    assertThat(add("web", "c1")).isEqualTo(given);

    world.check("web", "c1");
    assertThat(world.journal.pods()).isEmpty();
  }

  /// Somebody released the reserve by force, and gave the address away.
  @Test
  void aPodWhoseAddressIsAnothersByNowIsClosed() throws Exception {
    loseStore();
    List<Cidr> given = add("web", "c1");
    findStore();
    var others = new Allocator(world.memory);
    others.releaseIps(List.of(given.getFirst().address()));
    others.assignIp(given.getFirst().address(), "theirs", Map.of(), "node2", Optional.empty());

    settle();

    assertThat(world.store.warnings)
        .singleElement()
        .asString()
        .startsWith("Pod[namespace=default, name=web, uid=] AddressLost: This pod came while")
        .contains("cannot keep [%s".formatted(given.getFirst()), "now held by 'theirs' under")
        .endsWith("Its interface is closed: delete the pod");
    assertThat(world.reserved().abandoned()).isEqualTo(1);
    assertThat(world.podInterfaces()).hasSize(1);
    assertThat(world.felix.unstored).isEmpty();
    assertThat(world.journal.pods()).isEmpty();
    assertThat(world.endpoints()).hasSize(1);
    assertThat(held(world.memory).get("theirs")).containsExactly(given.getFirst());
    assertThat(held(world.memory)).doesNotContainKey("net1.c1");
    world.delete("web", "c1");
    world.allocator.keepReserve(PodWorld.NODE, PodWorld.RESERVE);
    assertThat(world.journal.free())
        .extracting(Reserved::address)
        .hasSize(4)
        .doesNotContain(given.getFirst().address());
  }

  /// The next attempt makes it; without the right to, the pod is closed all the same.
  @Test
  void anEventThatCannotBeMadeIsMadeLater() throws Exception {
    loseStore();
    List<Cidr> given = add("web", "c1");
    findStore();
    new Allocator(world.memory).releaseIps(List.of(given.getFirst().address()));
    int questions = 0;
    while (!world.journal.pods().isEmpty()) {
      world.store.fail(questions++, 1);
      try {
        settle();
      } catch (DatastoreException _) {
        assertThat(world.journal.pods()).hasSize(1);
      }
    }
    assertThat(questions).isGreaterThan(1);
    assertThat(world.store.warnings).as("twice by one that is interrupted").isNotEmpty();

    loseStore();
    given = add("db", "c2");
    findStore();
    new Allocator(world.memory).releaseIps(List.of(given.getFirst().address()));
    world.store.mayNotWarn = true;
    settle();
    assertThat(world.podInterfaces()).hasSize(1);
    assertThat(world.journal.pods()).isEmpty();
  }

  @Test
  void aPodThatKubernetesHasDeletedIsClosed() throws Exception {
    loseStore();
    add("web", "c1");
    findStore();
    world.store.notes = Optional.empty();

    settle();

    assertThat(world.podInterfaces()).hasSize(1);
    world.allocator.keepReserve(PodWorld.NODE, 0);
    world.mustHave(1);
  }

  /// Whichever question of telling the store is the first that fails: the next daemon goes on.
  @Test
  void theDaemonMayEndAtAnyQuestion() throws Exception {
    for (int question = 0; ; question++) {
      loseStore();
      List<Cidr> given = add("web", "c1");
      world.isStoreAway = false;
      world.store.fail(question, 1_000_000);
      boolean isDone = isSettled();
      world = world.restarted(directory);
      if (!isDone) {
        assertThat(world.felix.unstored.values())
            .as("known to the next one's felix from its start")
            .extracting(shown -> shown.spec().ipNetworks())
            .containsExactly(given);
      }
      settle();

      world.check("web", "c1");
      assertThat(world.felix.unstored).isEmpty();
      assertThat(held(world.memory).get("net1.c1")).containsExactlyInAnyOrderElementsOf(given);
      world.delete("web", "c1");
      world.allocator.keepReserve(PodWorld.NODE, 0);
      world.mustHave(1);
      world.allocator.keepReserve(PodWorld.NODE, PodWorld.RESERVE);
      if (isDone) {
        assertThat(question).isGreaterThan(8);
        return;
      }
    }
  }

  private boolean isSettled() throws InterruptedException {
    try {
      settle();
      return true;
    } catch (DatastoreException _) {
      return false;
    }
  }

  /// The store went away again in the middle of it, and the pod with it.
  @Test
  void itsEndWhenTheStoreHasHeardHalf() throws Exception {
    for (int question = 1; question < 30; question++) {
      loseStore();
      add("web", "c1");
      world.isStoreAway = false;
      world.store.fail(question, 1_000_000);
      isSettled();
      loseStore();

      world.delete("web", "c1");

      assertThat(world.podInterfaces()).hasSize(1);
      assertThat(world.felix.unstored).isEmpty();
      findStore();
      settle();
      assertThat(world.calls.finish(world.pending)).isEmpty();
      world.allocator.keepReserve(PodWorld.NODE, 0);
      world.mustHave(1);
      world.allocator.keepReserve(PodWorld.NODE, PodWorld.RESERVE);
    }
  }

  @Test
  void whatCannotBeNotedIsNotPlugged() throws Exception {
    loseStore();
    Path reserve = directory.resolve("reserve");
    Files.move(reserve, directory.resolve("elsewhere"));
    Files.writeString(reserve, "a file in the place of the directory");

    assertThatExceptionOfType(CniException.class)
        .isThrownBy(() -> world.add("web", "c1"))
        .withMessageContaining("the pod cannot be noted in");

    assertThat(world.podInterfaces()).hasSize(1);
  }

  /// It may say whose addresses are used.
  @Test
  void aJournalThatCannotBeReadGivesNothingOut() throws IOException {
    Files.writeString(directory.resolve("reserve/0123.pod"), "no call");
    Files.writeString(directory.resolve("reserve/0124.pod.new"), "never whole");
    world = world.restarted(directory);
    loseStore();

    assertThat(world.journal.free()).isEmpty();
    refuses("web", "c1", "has no IPv4 address left");
  }

  @Test
  void theKeeperDoesAllThatByItself() throws Exception {
    loseStore();
    List<Cidr> given = add("web", "c1");
    try (ReserveKeeper _ =
        ReserveKeeper.start(
            PodWorld.NODE,
            PodWorld.RESERVE,
            world.journal,
            Optional.of(world.allocator),
            world.network,
            world.reserved(),
            () -> world.isStoreAway,
            new ReserveKeeper.Pace(Duration.ofMillis(10), Duration.ofHours(1), Duration.ofHours(1)),
            new SplittableRandom())) {
      findStore();

      Waiting.until(
          "the pod is settled, and the reserve full again",
          () -> world.journal.pods().isEmpty() && world.journal.free().size() == 4);
    }
    assertThat(held(world.memory).get("net1.c1")).containsExactlyInAnyOrderElementsOf(given);
    assertThat(held(world.memory).get(Reserve.handle(PodWorld.NODE))).hasSize(4);
    assertThat(world.endpoints()).extracting(WorkloadEndpoint::spec).hasSize(2);
  }
}
