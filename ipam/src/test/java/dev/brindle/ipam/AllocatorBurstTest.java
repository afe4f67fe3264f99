// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.memory.MemoryDatastore;
import dev.brindle.ipam.block.Block;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Pods that come to a node together: those who wait for the turn are served in one write.
class AllocatorBurstTest {

  private static final String FIRST_QUESTION = "get IPAMConfiguration";
  private static final String BLOCK_WRITE = "update IPAMBlock";

  private final MemoryDatastore store = new MemoryDatastore();
  private final StagedDatastore staged = new StagedDatastore(store);
  private final Allocator allocator = new Allocator(staged.open());
  private final List<FutureTask<AssignResult>> burst = new ArrayList<>();

  @AfterEach
  void soundAtTheEnd() {
    staged.release();
    IpamState.mustBeSound(store);
    store.close();
  }

  private static AssignRequest pod(String handle) {
    return IpamState.workload(1, 0, handle, "n1");
  }

  private FutureTask<AssignResult> start(Callable<AssignResult> call) {
    var task = new FutureTask<>(call);
    awaitWaiting(Thread.ofPlatform().daemon().start(task), task);
    return task;
  }

  private static void awaitWaiting(Thread thread, FutureTask<?> task) {
    while (thread.getState() != Thread.State.WAITING && !task.isDone()) {
      Thread.onSpinWait();
    }
  }

  /// The first one has the turn, and the store does not answer it yet; the others wait, in this
  /// order.
  private void gather(AssignRequest first, List<AssignRequest> others) throws Exception {
    staged.hold(FIRST_QUESTION);
    burst.add(start(() -> allocator.autoAssign(first)));
    staged.awaitHeld();
    for (AssignRequest each : others) {
      burst.add(start(() -> allocator.autoAssign(each)));
    }
  }

  private List<AssignResult> results() throws Exception {
    staged.release();
    List<AssignResult> results = new ArrayList<>();
    for (FutureTask<AssignResult> task : burst) {
      results.add(task.get());
    }
    return results;
  }

  private static List<AssignRequest> pods(int count) {
    return IntStream.range(0, count).mapToObj(i -> pod("h" + i)).toList();
  }

  @Test
  void whoWaitsIsServedInOneWrite() throws Exception {
    IpamState.pool(store, "p", "10.0.0.0/24", 26);
    allocator.autoAssign(pod("before"));
    gather(pod("first"), pods(20));
    assertThat(staged.asked("create IPAMHandle")).as("counted while they wait").hasSize(21);
    staged.forget();

    List<AssignResult> results = results();

    assertThat(results).allMatch(AssignResult.Full.class::isInstance);
    List<IpAddress> given = results.stream().map(each -> each.addresses().getFirst()).toList();
    assertThat(given).as("in the order in which they came").isSorted().doesNotHaveDuplicates();
    assertThat(staged.asked(BLOCK_WRITE)).as("the first, and all others").hasSize(2);
    assertThat(staged.asked("list IPPool")).hasSize(2);
    assertThat(staged.asked("create IPAMHandle")).as("of the first").hasSize(1);
    assertThat(staged.asked()).hasSizeLessThanOrEqualTo(8 + 6 + 20);
    assertThat(IpamState.handles(store)).hasSize(22).allSatisfy((_, n) -> assertThat(n).isOne());
  }

  @Test
  void aBurstThatABlockDoesNotHoldGoesOnInTheNext() throws Exception {
    IpamState.pool(store, "p", "10.0.0.0/24", 28);
    allocator.autoAssign(pod("before"));
    gather(pod("first"), pods(38));
    staged.forget();

    assertThat(results()).allMatch(AssignResult.Full.class::isInstance);

    assertThat(staged.asked(BLOCK_WRITE)).as("for the first, then one for each block").hasSize(4);
    assertThat(IpamState.owners(store)).hasSize(3);
    assertThat(IpamState.handles(store)).hasSize(40).allSatisfy((_, n) -> assertThat(n).isOne());
    eachHandleNamesItsBlockAlone();
  }

  private void eachHandleNamesItsBlockAlone() {
    for (Block block : IpamState.blocks(store)) {
      block
          .assignments()
          .forEach(
              held ->
                  assertThat(allocator.heldBy(held.handle()).keySet())
                      .containsExactly(block.cidr()));
    }
  }

  @Test
  void bothFamiliesAndSeveralAddressesMayBeMixed() throws Exception {
    IpamState.pool(store, "p", "10.0.0.0/26", 29);
    IpamState.pool(store, "q", "fd00::/112", 122);
    gather(
        IpamState.workload(1, 1, "first", "n1"),
        List.of(
            IpamState.workload(5, 2, "many", "n1"),
            IpamState.workload(0, 1, "six", "n1"),
            IpamState.workload(9, 0, "nine", "n1"),
            IpamState.workload(1, 1, "both", "n1")));

    assertThat(results())
        .allMatch(AssignResult.Full.class::isInstance)
        .extracting(each -> each.addresses().size())
        .containsExactly(2, 7, 1, 9, 2);
    assertThat(IpamState.handles(store))
        .isEqualTo(Map.of("first", 2, "many", 7, "six", 1, "nine", 9, "both", 2));
  }

  @Test
  void someoneElseChangesTheBlockMeanwhile() throws Exception {
    IpamState.pool(store, "p", "10.0.0.0/24", 26);
    allocator.autoAssign(pod("before"));
    gather(pod("first"), pods(5));
    var others = new Allocator(store);
    var writes = new AtomicInteger();
    staged.before(
        question -> {
          int number = question.startsWith(BLOCK_WRITE) ? writes.getAndIncrement() : -1;
          if (number == 1 || number == 2) { // of the five
            others.autoAssign(pod("other" + number));
          }
        });

    List<AssignResult> results = results();

    assertThat(writes).hasValue(4);
    assertThat(results).allMatch(AssignResult.Full.class::isInstance);
    assertThat(IpamState.handles(store)).hasSize(9).allSatisfy((_, n) -> assertThat(n).isOne());
    assertThat(held()).hasSize(9);
  }

  private Set<IpAddress> held() {
    return IpamState.blocks(store).stream()
        .flatMap(block -> block.assignments().stream())
        .map(each -> each.address())
        .collect(Collectors.toSet());
  }

  @Test
  void whatOneMayNotHaveIsNoFaultOfTheOthers() throws Exception {
    IpamState.pool(store, "p", "10.0.0.0/24", 26);
    IpamState.pool(store, "special", "10.9.0.0/24", 26);
    allocator.autoAssign(pod("before").withPools(List.of(Cidr.parse("10.0.0.0/24"))));
    AssignRequest plain = pod("plain").withPools(List.of(Cidr.parse("10.0.0.0/24")));
    gather(
        plain,
        List.of(
            pod("bad").withPools(List.of(Cidr.parse("10.77.0.0/24"))),
            pod("special").withPools(List.of(Cidr.parse("10.9.0.0/24"))),
            pod("like").withPools(List.of(Cidr.parse("10.0.0.0/24"))),
            pod("tied").withNamespaceLabels(Map.of("a", "b"))));

    List<AssignResult> results = results();

    assertThat(results.get(1))
        .isInstanceOfSatisfying(
            AssignResult.None.class,
            none ->
                assertThat(none.reason())
                    .startsWith(
                        "Assigned 0 out of 1 requested IPv4 addresses; the given pool"
                            + " (10.77.0.0/24) does not exist"));
    results.remove(1);
    assertThat(results).allMatch(AssignResult.Full.class::isInstance);
    assertThat(Cidr.parse("10.9.0.0/24").contains(results.get(1).addresses().getFirst())).isTrue();
    assertThat(IpamState.handles(store)).doesNotContainKey("bad").hasSize(5);
  }

  @Test
  void whatCannotBeCountedIsNoFaultOfTheOthers() throws Exception {
    IpamState.pool(store, "p", "10.0.0.0/24", 26);
    gather(pod("first"), List.of(pod("a"), pod("bad"), pod("b"))); // no block is known yet
    staged.before(
        question -> {
          if (question.startsWith("create IPAMHandle(bad")) {
            throw new DatastoreException("the test wanted that");
          }
        });
    staged.release();

    assertThat(burst.get(1).get()).isInstanceOf(AssignResult.Full.class);
    assertThat(burst.get(3).get()).isInstanceOf(AssignResult.Full.class);
    assertThatThrownBy(() -> burst.get(2).get()).hasCauseInstanceOf(DatastoreException.class);
    assertThat(IpamState.handles(store)).isEqualTo(Map.of("first", 1, "a", 1, "b", 1));
  }

  @Test
  void theLastAddressesGoToWhoCameFirst() throws Exception {
    IpamState.pool(store, "p", "10.0.0.0/29", 29);
    allocator.autoAssign(IpamState.workload(4, 0, "before", "n1"));
    gather(pod("first"), pods(5));

    List<AssignResult> results = results();

    assertThat(results.subList(0, 4)).allMatch(AssignResult.Full.class::isInstance);
    assertThat(results.subList(4, 6))
        .allSatisfy(
            none ->
                assertThat(((AssignResult.None) none).reason())
                    .isEqualTo(
                        "Assigned 0 out of 1 requested IPv4 addresses; No IPs available in pools:"
                            + " [10.0.0.0/29], IPPool p is full (8 addresses); add an IPPool, or"
                            + " delete pods that are not needed ('ipam show' tells what is in"
                            + " use)"));
    assertThat(IpamState.handles(store)).doesNotContainKeys("h3", "h4");
  }

  @Test
  void theLimitOfBlocksHoldsForAllTogether() throws Exception {
    IpamState.pool(store, "p", "10.0.0.0/24", 30);
    IpamState.config(store, false, 2);
    gather(pod("first"), pods(9));

    List<AssignResult> results = results();

    assertThat(results.subList(0, 8)).allMatch(AssignResult.Full.class::isInstance);
    assertThat(results.subList(8, 10))
        .allSatisfy(
            none ->
                assertThat(((AssignResult.None) none).reason())
                    .contains("limit of 2 blocks reached"));
    assertThat(IpamState.owners(store)).hasSize(2);
  }

  /// Whoever asks in vain hears of it. Only an answer that is missing to the write of a block is
  /// missing to all who were in it.
  ///
  /// @param isDone whether the store has done what it was asked for, and its answer is lost
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFaultOfTheStoreIsForWhoeverAsked(boolean isDone) throws Exception {
    for (int failing = 0; ; failing++) {
      try (var memory = new MemoryDatastore()) {
        if (!failOnce(memory, failing, isDone)) {
          assertThat(failing).isGreaterThan(10);
          return;
        }
      }
    }
  }

  private static boolean failOnce(MemoryDatastore memory, int failing, boolean isDone)
      throws Exception {
    var scene = new Scene(memory);
    var left = new AtomicInteger(failing);
    var failed = new AtomicBoolean();
    var isBlock = new AtomicBoolean();
    Consumer<String> fault =
        question -> {
          if (left.getAndDecrement() == 0) {
            failed.set(true);
            isBlock.set(question.startsWith(BLOCK_WRITE));
            throw new DatastoreException("the test wanted that");
          }
        };
    if (isDone) {
      scene.staged.after(fault);
    } else {
      scene.staged.before(fault);
    }
    Map<String, IpAddress> given = scene.end(DatastoreException.class);

    int missing = Scene.SIZE - given.size();
    if (isBlock.get()) {
      assertThat(missing).as("question %d", failing).isBetween(1, Scene.SIZE - 1);
    } else {
      assertThat(missing).as("question %d", failing).isBetween(0, failed.get() ? 1 : 0);
    }
    scene.theRestIsAsBefore(given);
    return failed.get();
  }

  /// It wrote for the others too, and nobody has heard whether: none is served again, as each may
  /// have an address.
  @Test
  void whoDiesWithTheTurnLeavesTheOthersInDoubt() throws Exception {
    try (var memory = new MemoryDatastore()) {
      var scene = new Scene(memory);
      var left = new AtomicInteger(1);
      scene.staged.after(
          question -> {
            if (question.startsWith(BLOCK_WRITE) && left.getAndDecrement() == 0) {
              throw new DyingDatastore.Killed();
            }
          });

      Map<String, IpAddress> given = scene.end(DyingDatastore.Killed.class);

      assertThat(given).as("the first, and who found the block full").hasSizeBetween(1, 3);
      scene.theRestIsAsBefore(given);
    }
  }

  /// What is left is what a kill has always left: handles that count too much.
  @Test
  void theProcessMayEndAtAnyQuestion() throws Exception {
    for (int last = 0; ; last++) {
      try (var memory = new MemoryDatastore()) {
        var scene = new Scene(memory);
        var left = new AtomicInteger(last);
        var isKilled = new AtomicBoolean();
        scene.staged.before(
            _ -> {
              if (left.getAndDecrement() <= 0) {
                isKilled.set(true);
                throw new DyingDatastore.Killed();
              }
            });
        scene.theRestIsAsBefore(scene.end(DyingDatastore.Killed.class));
        if (!isKilled.get()) {
          assertThat(last).isGreaterThan(10);
          return;
        }
      }
    }
  }

  /// Six pods that come together, of which two find the block full. For one of them that was not
  /// to be seen before.
  private static final class Scene {

    private static final int SIZE = 6;

    private final MemoryDatastore memory;
    private final StagedDatastore staged;
    private final AllocatorBurstTest test;

    Scene(MemoryDatastore memory) throws Exception {
      this.memory = memory;
      this.test = new AllocatorBurstTest();
      this.staged = new StagedDatastore(memory);
      IpamState.pool(memory, "p", "10.0.0.0/26", 29);
      var allocator = new Allocator(staged.open());
      for (int i = 0; i < 4; i++) {
        allocator.autoAssign(pod("before" + i));
      }
      staged.hold(FIRST_QUESTION);
      test.burst.add(test.start(() -> allocator.autoAssign(pod("first"))));
      staged.awaitHeld();
      for (AssignRequest each : pods(SIZE - 1)) {
        test.burst.add(test.start(() -> allocator.autoAssign(each)));
      }
    }

    /// @param expected nothing else may be thrown, but that who was writing has died
    /// @return who has heard of an address
    Map<String, IpAddress> end(Class<? extends Throwable> expected) throws Exception {
      staged.release();
      Map<String, IpAddress> given = new HashMap<>();
      for (int i = 0; i < SIZE; i++) {
        String handle = i == 0 ? "first" : "h" + (i - 1);
        try {
          given.put(handle, test.burst.get(i).get().addresses().getFirst());
        } catch (ExecutionException e) {
          assertThat(e.getCause()).isInstanceOfAny(expected, IllegalStateException.class);
        }
      }
      assertThat(given.values()).doesNotHaveDuplicates();
      return given;
    }

    /// Those who heard of no address give back whatever they may have; then the others have theirs,
    /// and the rest of the pool is there for all.
    void theRestIsAsBefore(Map<String, IpAddress> given) {
      var next = new Allocator(memory);
      IpamState.mustBeSound(memory);
      for (int i = 0; i < SIZE; i++) {
        String handle = i == 0 ? "first" : "h" + (i - 1);
        if (given.containsKey(handle)) {
          assertThat(next.addressesOf(handle)).containsExactly(given.get(handle));
        } else {
          next.releaseByHandle(handle);
        }
      }
      for (int i = 0; i < 4; i++) {
        next.releaseByHandle("before" + i);
      }
      IpamState.mustHoldExactly(memory, given.values());
      assertThat(IpamState.handles(memory).keySet()).isEqualTo(given.keySet());
      for (int i = given.size(); i < 64; i++) {
        assertThat(next.autoAssign(pod("after" + i))).isInstanceOf(AssignResult.Full.class);
      }
      IpamState.mustBeSound(memory);
    }
  }

  /// Else it would find the handle counted and nothing held, and drop it under the address. The pod
  /// is stopped between being counted and standing in line, so the release is in line before it.
  @Test
  void aHandleIsNotReleasedWhileItIsBeingServed() throws Exception {
    IpamState.pool(store, "p", "10.0.0.0/24", 26);
    IpamState.pool(store, "q", "fd00::/112", 122);
    allocator.autoAssign(IpamState.workload(1, 1, "before", "n1"));
    gather(pod("first"), List.of());
    var stopped = new CountDownLatch(1);
    var mayGoOn = new CountDownLatch(1);
    var pod = new FutureTask<>(() -> allocator.autoAssign(IpamState.workload(1, 1, "h", "n1")));
    Thread counting = Thread.ofPlatform().daemon().unstarted(pod);
    staged.before(
        question -> {
          if (Thread.currentThread().equals(counting) && question.startsWith("get IPAMHandle(h")) {
            stopped.countDown();
            awaitEnd(mayGoOn);
          }
        });
    counting.start();
    stopped.await();
    assertThat(IpamState.handles(store)).as("of IPv4 alone").containsEntry("h", 1);
    var release = start(() -> new AssignResult.Full(allocator.releaseByHandle("h")));

    results();
    mayGoOn.countDown();

    assertThat(pod.get().addresses()).hasSize(2);
    assertThat(release.get().addresses()).isEqualTo(pod.get().addresses());
    assertThat(IpamState.handles(store)).isEqualTo(Map.of("before", 2, "first", 1));
  }

  private static void awaitEnd(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// As the stores do it: they answer an interrupt with a fault. It is for whom was interrupted,
  /// and those who wait behind go on.
  @Test
  void whoIsInterruptedWithTheTurnFailsAlone() throws Exception {
    IpamState.pool(store, "p", "10.0.0.0/24", 26);
    gather(pod("first"), List.of());
    var interrupted = new FutureTask<>(() -> allocator.autoAssign(pod("interrupted")));
    Thread leader = Thread.ofPlatform().daemon().start(interrupted);
    awaitWaiting(leader, interrupted);
    for (AssignRequest each : pods(3)) {
      burst.add(start(() -> allocator.autoAssign(each)));
    }
    staged.before(
        question -> {
          if (Thread.currentThread().equals(leader) && question.startsWith("list IPPool")) {
            leader.interrupt();
            throw new DatastoreException("interrupted");
          }
        });

    assertThat(results()).hasSize(4).allMatch(AssignResult.Full.class::isInstance);
    assertThatThrownBy(interrupted::get).hasCauseInstanceOf(DatastoreException.class);
    assertThat(IpamState.handles(store)).doesNotContainKey("interrupted").hasSize(4);
  }
}
