// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.brindle.cni.protocol.CniError;
import dev.brindle.cni.protocol.CniException;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.testing.FakeKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// ADD that fails, wherever it fails: nothing of the pod is left, and the next ADD goes well.
class PodNetworkUndoTest {

  private static final String SETTING_THAT_MAY_FAIL = ".*(proxy_delay|accept_ra) .*";

  private PodWorld world = new PodWorld();

  /// Every change of the host's and of the pod's kernel that a good ADD makes fails once.
  @TestFactory
  List<DynamicTest> everyStepInAKernel() throws InterruptedException {
    List<DynamicTest> tests = new ArrayList<>();
    for (Function<PodWorld, FakeKernel> which :
        List.<Function<PodWorld, FakeKernel>>of(
            PodNetworkUndoTest::host, PodNetworkUndoTest::pod)) {
      var good = new PodWorld();
      good.add("web", "c1");
      List<String> calls = which.apply(good).calls();
      assertThat(calls).hasSizeGreaterThan(4);
      for (String call : calls) {
        if (!call.matches(SETTING_THAT_MAY_FAIL)) {
          tests.add(DynamicTest.dynamicTest(call, () -> failAt(which, call)));
        }
      }
    }
    return tests;
  }

  private static FakeKernel host(PodWorld world) {
    return world.kernels.host();
  }

  private static FakeKernel pod(PodWorld world) {
    return world.kernels.pod(PodWorld.namespace("c1"));
  }

  private static void failAt(Function<PodWorld, FakeKernel> which, String call)
      throws InterruptedException {
    var world = new PodWorld();
    which.apply(world).failNext(call, Errno.ENOMEM);

    assertThatExceptionOfType(KernelException.class)
        .isThrownBy(() -> world.add("web", "c1"))
        .withMessageContaining(call);

    world.mustHave(0);
    world.add("web", "c1");
    world.mustHave(1);
  }

  /// The pair is made by another thread, and fails while, or after, the store fails.
  @ParameterizedTest
  @MethodSource("questions")
  void bothFail(int question) throws InterruptedException {
    world.kernels.beside = work -> Thread.ofPlatform().daemon().start(work);
    world
        .kernels
        .host()
        .beforeEach(
            call -> {
              throw new KernelException(call, Errno.ENOMEM);
            });
    world.store.fail(question, 1);

    assertThatExceptionOfType(RuntimeException.class)
        .isThrownBy(() -> world.add("web", "c1"))
        .isInstanceOfAny(DatastoreException.class, KernelException.class);

    world.kernels.host().beforeEach(_ -> {});
    world.store.forget();
    world.delete("web", "c1"); // as the runtime does
    world.mustHave(0);
    world.add("web", "c1");
    world.mustHave(1);
    world.check("web", "c1");
  }

  /// The endpoint of an older container stands until the new one's is written: its pair is not
  /// replaced before.
  @Test
  void noPairIsMadeAheadOfAnotherContainersEndpoint() throws InterruptedException {
    world.add("web", "c1");
    world.kernels.beside =
        _ -> {
          throw new AssertionError("made ahead");
        };

    world.add("web", "c2");
    world.delete("web", "c1");

    world.mustHave(1);
    world.check("web", "c2");
  }

  /// Every question to the store that a good ADD asks, IPAM's among them.
  @ParameterizedTest
  @MethodSource("questions")
  void everyQuestionToTheStore(int question) throws InterruptedException {
    world.store.fail(question, 1);

    assertThatExceptionOfType(DatastoreException.class).isThrownBy(() -> world.add("web", "c1"));

    world.mustHave(0);
    world.add("web", "c1");
    world.mustHave(1);
  }

  /// The store goes away in the middle and stays away while ADD tries to undo: DEL clears it up.
  @ParameterizedTest
  @MethodSource("questions")
  void aStoreThatStaysAway(int question) throws InterruptedException {
    world.store.fail(question, 1_000);
    assertThatExceptionOfType(DatastoreException.class).isThrownBy(() -> world.add("web", "c1"));
    assertThat(world.podInterfaces()).isEmpty();

    world.store.forget();
    world.delete("web", "c1");
    world.mustHave(0);
  }

  /// As above, but the runtime tries the same container again.
  @ParameterizedTest
  @MethodSource("questions")
  void aStoreThatComesBackForTheNextAdd(int question) throws InterruptedException {
    world.store.fail(question, 1_000);
    assertThatExceptionOfType(DatastoreException.class).isThrownBy(() -> world.add("web", "c1"));

    world.store.forget();
    world.add("web", "c1");
    world.mustHave(1);
    world.check("web", "c1");
  }

  static IntStream questions() throws InterruptedException {
    var good = new PodWorld();
    good.add("web", "c1");
    return IntStream.range(0, good.store.asked());
  }

  @Test
  void aSettingThatIsNotNeededMayFail() throws InterruptedException {
    world.kernels.host().failNext("proxy_delay", Errno.ENOENT);

    world.add("web", "c1");

    world.mustHave(1);
  }

  @Test
  void anUndoThatFailsDoesNotStopTheOthers() throws InterruptedException {
    world.gate =
        (_, _, _) -> {
          world.kernels.host().failNext("delete cali", Errno.EBUSY);
          return false;
        };

    assertThatExceptionOfType(CniException.class).isThrownBy(() -> world.add("web", "c1"));
    assertThat(world.endpoints()).isEmpty();
    assertThat(world.podInterfaces()).hasSize(1);

    world.delete("web", "c1");
    world.mustHave(0);
  }

  @Test
  void aNamespaceThatIsNotThere() throws InterruptedException {
    assertThatExceptionOfType(CniException.class)
        .isThrownBy(
            () ->
                world.network.add(
                    PodWorld.request("ADD", "web", "c1"), PodWorld.dualStack(), Delegates.NONE))
        .withMessageContaining("CNI_NETNS is '/run/netns/c1'")
        .withMessageContaining("open namespace /run/netns/c1");

    world.mustHave(0);
  }

  @Test
  void policyThatIsLate() throws InterruptedException {
    world.gate = (_, _, _) -> false;

    assertThatExceptionOfType(CniException.class)
        .isThrownBy(() -> world.add("web", "c1"))
        .withMessage(
            "the policy of pod default/web was not in the kernel after 7 s: the log and the"
                + " readiness of the brindle node daemon of node1 say why")
        .satisfies(
            refusal -> assertThat(refusal.error().code()).isEqualTo(CniError.Code.TRY_AGAIN_LATER));

    world.mustHave(0);
    world.gate = (_, _, _) -> true;
    world.add("web", "c1");
    world.mustHave(1);
  }

  @Test
  void aDaemonThatIsStoppedMeanwhile() throws InterruptedException {
    world.gate =
        (_, _, _) -> {
          throw new InterruptedException();
        };

    assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> world.add("web", "c1"));

    world.mustHave(0);
  }

  @Test
  void aFullPool() throws InterruptedException {
    for (int i = 0; i < 4; i++) {
      world.add("pod" + i, "c" + i);
    }

    assertThatExceptionOfType(CniException.class)
        .isThrownBy(() -> world.add("late", "c9"))
        .withMessageContaining("IPPool small")
        .withMessageContaining("10.0.0.0/30");

    world.mustHave(4);
    world.delete("pod2", "c2");
    world.add("late", "c9");
    world.mustHave(4);
  }

  /// One family is full: the address of the other is given back.
  @Test
  void aPoolOfOneFamilyThatIsFull() throws InterruptedException {
    world.removePool("small6");

    assertThatExceptionOfType(CniException.class)
        .isThrownBy(() -> world.add("web", "c1"))
        .withMessageContaining("IPv6");

    world.mustHave(0);
  }
}
