// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.ClusterInformation;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.cni.protocol.CniCommand;
import dev.brindle.cni.protocol.CniError;
import dev.brindle.cni.protocol.CniException;
import dev.brindle.cni.protocol.CniRequest;
import dev.brindle.cni.protocol.CniResult;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.testing.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Calls in the orders a runtime makes them, and some it should not.
class PodNetworkTest {

  private final PodWorld world = new PodWorld();

  @Test
  void addGivesThePodAllItNeeds() throws InterruptedException {
    CniResult result = world.add("web", "c1");

    world.mustHave(1);
    world.check("web", "c1");
    WorkloadEndpoint endpoint = world.endpoints().getFirst();
    assertThat(endpoint.key().toString()).isEqualTo("WorkloadEndpoint(default/node1-k8s-web-eth0)");
    assertThat(endpoint.spec().ipNetworks()).isEqualTo(result.addresses()).hasSize(2);
    assertThat(endpoint.spec().interfaceName())
        .isEqualTo(result.hostInterface())
        .isEqualTo(world.podInterfaces().getFirst());
    assertThat(endpoint.spec().mac()).contains(result.podMac());
    assertThat(result.mtu()).isEqualTo(1450);
  }

  @Test
  void aNetworkMayWantPodsToWaitUntilTheirMtuIsKnown() throws InterruptedException {
    world.chosenMtu = OptionalInt.empty();
    assertThatExceptionOfType(CniException.class)
        .isThrownBy(() -> world.add("web", "c1", "\"require_mtu_file\": true"))
        .withMessageContaining("require_mtu_file is true and mtu is not set")
        .satisfies(e -> assertThat(e.error().number()).isEqualTo(11));
    world.mustHave(0);

    String both = "\"require_mtu_file\": true, \"mtu\": 1400";
    assertThat(world.add("web", "c2", both).mtu()).isEqualTo(1400);
    assertThat(world.add("db", "c3").mtu()).isEqualTo(1440);
    world.chosenMtu = OptionalInt.of(1410);
    assertThat(world.add("job", "c4", "\"require_mtu_file\": true").mtu()).isEqualTo(1410);
  }

  @Test
  void addWaitsForPolicyOfTheEndpointAsStored() throws InterruptedException {
    List<String> awaited = new ArrayList<>();
    world.gate =
        (key, revision, atMost) -> {
          WorkloadEndpoint stored = world.endpoints().getFirst();
          assertThat(stored.key()).isEqualTo(key);
          assertThat(stored.metadata().resourceVersion()).isEqualTo(revision);
          awaited.add(atMost.toString());
          return true;
        };

    world.add("web", "c1");

    assertThat(awaited).containsExactly(PodWorld.PATIENCE.toString());
  }

  @Test
  void theNetworkMaySayHowLongToWaitForPolicy() throws InterruptedException {
    List<Duration> awaited = new ArrayList<>();
    world.gate =
        (_, _, atMost) -> {
          awaited.add(atMost);
          return true;
        };

    world.add("web", "c1", "\"policy_setup_timeout_seconds\": 3");

    assertThat(awaited).containsExactly(Duration.ofSeconds(3));
  }

  @Test
  void addTwiceGivesTheSameAddresses() throws InterruptedException {
    List<Cidr> first = world.add("web", "c1").addresses();
    List<Cidr> second = world.add("web", "c1").addresses();

    assertThat(second).isEqualTo(first);
    world.mustHave(1);
    world.check("web", "c1");
  }

  @Test
  void aNewContainerOfThePodTakesItOver() throws InterruptedException {
    List<Cidr> old = world.add("web", "c1").addresses();
    List<Cidr> young = world.add("web", "c2").addresses();

    assertThat(young).doesNotContainAnyElementsOf(old);
    assertThat(world.endpoints()).hasSize(1);
    world.check("web", "c2");

    world.delete("web", "c1");
    world.check("web", "c2");
    world.mustHave(1);
  }

  @Test
  void deleteLeavesNothing() throws InterruptedException {
    world.add("web", "c1");
    world.delete("web", "c1");

    world.mustHave(0);
  }

  @Test
  void deleteTwice() throws InterruptedException {
    world.add("web", "c1");
    world.add("other", "c2");

    world.delete("web", "c1");
    world.delete("web", "c1");

    world.mustHave(1);
    world.check("other", "c2");
  }

  @Test
  void deleteOfWhatNeverWas() throws InterruptedException {
    world.add("other", "c2");

    world.delete("web", "c1");
    world.delete("other", "c1");

    world.mustHave(1);
    world.check("other", "c2");
  }

  @Test
  void deleteAfterTheNamespaceIsGone() throws InterruptedException {
    world.add("web", "c1");
    world.kernels.end(PodWorld.namespace("c1"));

    world.delete("web", "c1");

    world.mustHave(0);
  }

  @Test
  void deleteThatFailsCanBeRepeated() throws InterruptedException {
    world.add("web", "c1");
    world.kernels.pod(PodWorld.namespace("c1")).failNext("delete eth0", Errno.EBUSY);

    assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> world.delete("web", "c1"));
    world.delete("web", "c1");

    world.mustHave(0);
  }

  @Test
  void twoAddsOfOnePodAtOnceRunOneAfterTheOther() throws Exception {
    var entered = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    world.gate =
        (_, _, _) -> {
          entered.countDown();
          return goOn.await(120, TimeUnit.SECONDS);
        };
    Call first = Call.of(() -> world.add("web", "c1"));
    entered.await();
    Call second = Call.of(() -> world.add("web", "c1"));
    second.awaitsItsTurn();
    assertThat(world.endpoints()).hasSize(1);
    goOn.countDown();

    assertThat(second.task.get().addresses()).isEqualTo(first.task.get().addresses());
    world.mustHave(1);
    world.check("web", "c1");
  }

  /// The first waits in vain for its policy and clears up behind it: the second is not hurt.
  @Test
  void aSecondAddOutlivesTheFirstOnesUndo() throws Exception {
    var entered = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    world.gate =
        (_, _, _) -> {
          boolean isFirst = entered.getCount() > 0;
          entered.countDown();
          return goOn.await(120, TimeUnit.SECONDS) && !isFirst;
        };
    Call first = Call.of(() -> world.add("web", "c1"));
    entered.await();
    Call second = Call.of(() -> world.add("web", "c2"));
    second.awaitsItsTurn();
    goOn.countDown();

    assertThat(first.task).failsWithin(Duration.ofSeconds(60));
    assertThat(second.task).succeedsWithin(Duration.ofSeconds(60));
    world.mustHave(1);
    world.check("web", "c2");
  }

  @Test
  void podsDoNotWaitForEachOther() throws Exception {
    var entered = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    world.gate =
        (key, _, _) -> {
          if (key.name().contains("slow")) {
            entered.countDown();
            return goOn.await(120, TimeUnit.SECONDS);
          }
          return true;
        };
    Call slow = Call.of(() -> world.add("slow", "c1"));
    entered.await();

    world.add("fast", "c2");
    goOn.countDown();

    slow.task.get();
    world.mustHave(2);
  }

  private record Call(FutureTask<CniResult> task, Thread thread) {

    void awaitsItsTurn() {
      Waiting.until(
          () -> "the second call waits, it is " + thread.getState(),
          () -> thread.getState() == Thread.State.WAITING);
    }

    static Call of(Callable<CniResult> work) {
      var task = new FutureTask<>(work);
      return new Call(task, Thread.ofPlatform().daemon().start(task));
    }
  }

  @Test
  void aClusterThatIsLockedIsLeftAlone() {
    var cluster = ResourceKey.of(ResourceKind.CLUSTER_INFORMATION, ClusterInformation.DEFAULT);
    world.memory.delete(cluster);

    assertThatExceptionOfType(CniException.class)
        .isThrownBy(() -> world.add("web", "c1"))
        .withMessageContaining("Calico is currently not ready to process requests")
        .satisfies(
            refusal -> assertThat(refusal.error().code()).isEqualTo(CniError.Code.TRY_AGAIN_LATER));
    assertThatExceptionOfType(CniException.class)
        .isThrownBy(() -> world.network.status(PodWorld.dualStack(), Delegates.NONE));
    world.mustHave(0);
  }

  @Test
  void aConfigurationOfAnotherNodeIsRefused() {
    assertThatExceptionOfType(CniException.class)
        .isThrownBy(() -> world.add("web", "c1", "\"nodename\": \"node2\""))
        .withMessage(
            "network configuration: nodename is 'node2', but the daemon here is of node 'node1': expected that name, or none")
        .satisfies(
            refusal ->
                assertThat(refusal.error().code()).isEqualTo(CniError.Code.INVALID_NETWORK_CONFIG));
    world.mustHave(0);
  }

  /// Its `eth0` may be the node's own.
  @ParameterizedTest
  @EnumSource(
      value = CniCommand.class,
      names = {"ADD", "DEL", "CHECK"})
  void theNodesOwnNamespaceIsRefusedBeforeAnythingIsAsked(CniCommand command)
      throws InterruptedException {
    world.add("web", "c1");
    world.kernels.nameHost(PodWorld.namespace("c1"));
    List<String> done = world.kernels.host().calls();
    world.store.forget();

    assertThatExceptionOfType(CniException.class)
        .isThrownBy(
            () -> {
              switch (command) {
                case ADD -> world.add("web", "c1");
                case DEL -> world.delete("web", "c1");
                case CHECK -> world.check("web", "c1");
                case GC, STATUS, VERSION -> throw new IllegalArgumentException("not about a pod");
              }
            })
        .withMessage(
            "CNI_NETNS is '/run/netns/c1': that is the network namespace of node 'node1' itself,"
                + " expected one of the pod's own")
        .satisfies(
            refusal ->
                assertThat(refusal.error().code()).isEqualTo(CniError.Code.INVALID_ENVIRONMENT));
    assertThat(world.store.asked()).isZero();
    assertThat(world.kernels.host().calls()).isEqualTo(done);
    world.mustHave(1);
  }

  @Test
  void deleteWithoutANamespaceIsNotAboutTheNodes() throws InterruptedException {
    world.add("web", "c1");
    world.kernels.nameHost("");

    world.network.delete(
        CniRequest.of(
            Map.of(
                "CNI_COMMAND", "DEL",
                "CNI_CONTAINERID", "c1",
                "CNI_IFNAME", "eth0",
                "CNI_ARGS", "K8S_POD_NAMESPACE=default;K8S_POD_NAME=web")),
        PodWorld.dualStack(),
        Delegates.NONE);

    world.mustHave(0);
  }

  /// It was read before the addresses were asked for, and is not read once more.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anEndpointThatChangesDuringAddIsReplaced(boolean isRemoved) throws InterruptedException {
    world.add("web", "c0");
    WorkloadEndpoint old = world.endpoints().getFirst();
    var isFirst = new AtomicBoolean(true);
    world
        .kernels
        .host()
        .beforeEach(
            _ -> {
              if (isFirst.getAndSet(false) && isRemoved) {
                world.memory.delete(old.key());
              } else if (!isRemoved) {
                world.memory.update(old.withMetadata(old.metadata().withLabels(Map.of("a", "b"))));
              }
            });

    world.add("web", "c1");

    assertThat(world.endpoints())
        .singleElement()
        .satisfies(
            endpoint -> {
              assertThat(endpoint.spec().containerID()).isEqualTo("c1");
              assertThat(endpoint.metadata().labels()).doesNotContainKey("a");
            });
    world.check("web", "c1");
  }

  /// The second pod of a node, of both families.
  @Test
  void anAddAsksTheStoreLittle() throws InterruptedException {
    world.add("web", "c1");
    world.store.forget();

    world.add("db", "c2");

    assertThat(world.store.asked()).isEqualTo(21);
    world.store.forget();
    world.delete("db", "c2");
    assertThat(world.store.asked()).isEqualTo(11);
  }
}
