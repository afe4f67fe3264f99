// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.brindle.api.net.Cidr;
import dev.brindle.cni.protocol.CniConfigReader;
import dev.brindle.cni.protocol.CniException;
import dev.brindle.cni.protocol.CniRequest;
import dev.brindle.ipam.Allocator;
import dev.brindle.linux.testing.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// DEL while the store is away: the pod is unplugged and the runtime has its answer; what is in the
/// store goes when it is back, and nothing else.
class PendingDeletesTest {

  private final Path kept;
  private final PodWorld world;

  PendingDeletesTest(@TempDir Path directory) {
    kept = directory.resolve("deletes");
    world = new PodWorld(kept);
  }

  private void finish() throws InterruptedException {
    world.store.forget();
    assertThat(world.calls.finish(world.pending)).isEmpty();
    assertThat(world.pending.isEmpty()).isTrue();
    assertThat(kept).isEmptyDirectory();
  }

  private void loseStore() {
    world.store.fail(0, 1_000_000);
  }

  @Test
  void thePodIsUnpluggedAtOnceAndTheRestGoesLater() throws Exception {
    world.add("web", "c1");
    world.add("db", "c2");
    loseStore();

    world.delete("web", "c1");
    world.delete("web", "c1");

    assertThat(world.podInterfaces()).hasSize(1);
    assertThat(world.kernels.podInterfaces()).isEqualTo(1);
    assertThat(world.endpoints()).as("the address is booked, so its endpoint stays").hasSize(2);
    assertThat(files()).hasSize(1);
    finish();
    world.mustHave(1);
    world.check("db", "c2");
  }

  /// It would only make each of them wait.
  @Test
  void aStoreThatIsKnownToBeAwayIsNotAsked() throws Exception {
    world.add("web", "c1");
    world.store.forget();
    world.isStoreAway = true;

    world.delete("web", "c1");

    assertThat(world.store.asked()).isZero();
    world.isStoreAway = false;
    finish();
    world.mustHave(0);
  }

  @Test
  void whoeverNeverWasIsAnsweredToo() throws Exception {
    world.add("db", "c2");
    loseStore();

    world.delete("web", "never-was");

    finish();
    world.mustHave(1);
    world.check("db", "c2");
  }

  /// The node was rebooted: the sandbox is gone, and the daemon is another one.
  @Test
  void theNextDaemonFinishes() throws Exception {
    world.add("web", "c1");
    loseStore();
    world.kernels.end(PodWorld.namespace("c1"));
    world.delete("web", "c1");
    world.store.forget();

    var next = new PendingDeletes(kept, () -> false);
    var calls =
        new CniCalls(
            new PodNetwork(
                PodWorld.NODE,
                world.store,
                new AllocatedAddresses(PodWorld.NODE, world.store, new Allocator(world.store)),
                world.kernels,
                (_, _, _) -> true,
                next,
                () -> OptionalInt.of(1450),
                PodWorld.PATIENCE,
                InstantSource.system()),
            world.others);
    try (var _ = DeleteFinisher.start(next, calls, Duration.ofMillis(10))) {
      Waiting.until("it is done", next::isEmpty);
    }

    world.mustHave(0);
    assertThat(kept).isEmptyDirectory();
  }

  /// A pod of that name has a new container by then.
  @Test
  void aNewContainerOfThePodStays() throws Exception {
    world.add("web", "c1");
    loseStore();
    world.delete("web", "c1");
    world.store.forget();
    List<Cidr> young = world.add("web", "c2").addresses();

    finish();

    world.mustHave(1);
    world.check("web", "c2");
    assertThat(world.endpoints().getFirst().spec().ipNetworks()).isEqualTo(young);
  }

  /// Runtimes for tests make the same container again.
  @Test
  void aContainerThatIsPluggedInAgainStays() throws Exception {
    world.add("web", "c1");
    loseStore();
    world.delete("web", "c1");
    world.store.forget();

    world.add("web", "c1");

    assertThat(kept).isEmptyDirectory();
    finish();
    world.check("web", "c1");
    world.mustHave(1);
  }

  /// Whichever question of the DEL is the first that fails, and again for the one that finishes it.
  @TestFactory
  Stream<DynamicTest> theStoreMayGoAwayAtAnyQuestion() throws InterruptedException {
    world.add("web", "c1");
    world.store.forget();
    world.delete("web", "c1");
    int questions = world.store.asked();
    assertThat(questions).isGreaterThan(5);
    return IntStream.range(0, questions)
        .mapToObj(
            question ->
                DynamicTest.dynamicTest("question " + question, () -> goesAwayAt(question)));
  }

  private void goesAwayAt(int question) throws InterruptedException, IOException {
    Path place = Files.createTempDirectory(kept.getParent(), "deletes");
    var other = new PodWorld(place);
    other.add("web", "c1");
    other.store.fail(question, 1_000_000);

    other.delete("web", "c1");

    assertThat(other.podInterfaces()).isEmpty();
    assertThat(other.pending.isEmpty()).isFalse();
    other.store.fail(question, 1_000_000);
    other.calls.finish(other.pending);
    other.store.forget();
    assertThat(other.calls.finish(other.pending)).isEmpty();
    other.mustHave(0);
    assertThat(place).isEmptyDirectory();
  }

  /// Another IPAM plugin runs only while the runtime's call does.
  @Test
  void withAnotherIpamPluginTheRuntimeHasToComeAgain() throws Exception {
    loseStore();

    assertThatExceptionOfType(RuntimeException.class)
        .isThrownBy(
            () ->
                world.network.delete(
                    PodWorld.request("DEL", "web", "c1"),
                    CniConfigReader.read(
                        """
                        {"cniVersion": "1.0.0", "name": "net1", "type": "calico",
                         "ipam": {"type": "host-local"}}
                        """),
                    Delegates.NONE))
        .withMessageContaining("the test wanted question");
    assertThat(world.pending.isEmpty()).isTrue();
  }

  @Test
  void whatCannotBeKeptIsNotAnswered() throws Exception {
    Files.writeString(kept, "a file in the place of the directory");
    loseStore();

    assertThatExceptionOfType(CniException.class)
        .isThrownBy(() -> world.delete("web", "c1"))
        .withMessageContaining(
            "datastore: the test wanted question 0 to fail; and the DEL cannot be")
        .withMessageContaining(kept.toString());
  }

  /// A process that was killed leaves a file that is not whole, under a name that does not count.
  @Test
  void whatIsNotWholeDoesNotCount() throws Exception {
    Files.createDirectories(kept);
    Files.writeString(kept.resolve("0123.del.new"), "CNI_COMM");
    Files.writeString(kept.resolve("0123.del"), "no call");
    var pending = new PendingDeletes(kept, () -> false);

    assertThat(pending.size()).isEqualTo(1);
    assertThat(pending.all()).isEmpty();
  }

  /// The path may lead to another container by then.
  @Test
  void theNetworkNamespaceIsNotKept() throws Exception {
    loseStore();
    world.delete("web", "c1");

    CniRequest request = world.pending.all().getFirst().request();

    assertThat(request.namespacePath()).isEmpty();
    assertThat(request.args())
        .isEqualTo(Map.of("K8S_POD_NAMESPACE", "default", "K8S_POD_NAME", "web"));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(kept)) {
      return files.toList();
    }
  }
}
