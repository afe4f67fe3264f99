// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupCommitTest {

  private static final String LOST = "test: whoever did it for others did not get to its end";

  private final ReentrantLock turn = new ReentrantLock(true);
  private final List<List<String>> works = Collections.synchronizedList(new ArrayList<>());
  private final List<Thread> workers = Collections.synchronizedList(new ArrayList<>());
  private final GroupCommit<String, String> group = new GroupCommit<>("test", turn, this::work);

  private List<String> work(List<String> wishes) {
    works.add(wishes);
    workers.add(Thread.currentThread());
    if (wishes.contains("bad")) {
      throw new IllegalArgumentException("bad");
    }
    if (wishes.contains("deadly")) {
      throw new StackOverflowError("deadly");
    }
    if (wishes.contains("slow") && Thread.currentThread().isInterrupted()) {
      throw new IllegalArgumentException("interrupted");
    }
    if (wishes.contains("lossy")) {
      return List.of();
    }
    return wishes.stream().map(each -> each + "!").toList();
  }

  /// A call under way, in a thread of its own.
  private record Call(FutureTask<String> task, Thread thread, AtomicBoolean isInterruptedAtLast) {

    String answer() throws Exception {
      return task.get();
    }
  }

  private static Call call(GroupCommit<String, String> group, String wish) {
    var isInterrupted = new AtomicBoolean();
    Callable<String> call =
        () -> {
          try {
            return group.commit(wish);
          } finally {
            isInterrupted.set(Thread.currentThread().isInterrupted());
          }
        };
    var task = new FutureTask<>(call);
    return new Call(task, Thread.ofPlatform().daemon().start(task), isInterrupted);
  }

  /// One after the other, each once the one before waits; meanwhile somebody else has the turn.
  private List<Call> gathered(String... wishes) {
    List<Call> calls = new ArrayList<>();
    for (String wish : wishes) {
      Call call = call(group, wish);
      while (!turn.hasQueuedThread(call.thread())) {
        Thread.onSpinWait();
      }
      calls.add(call);
    }
    return calls;
  }

  private List<Call> together(String... wishes) {
    turn.lock();
    try {
      return gathered(wishes);
    } finally {
      turn.unlock();
    }
  }

  @Test
  void whoIsAloneWorksAtOnceInTheOwnThread() {
    assertThat(group.commit("a")).isEqualTo("a!");
    assertThat(group.commit("b")).isEqualTo("b!");
    assertThat(works).containsExactly(List.of("a"), List.of("b"));
    assertThat(workers).containsOnly(Thread.currentThread());
  }

  @Test
  void thoseThatWaitAreOneGroupInTheOrderInWhichTheyCame() throws Exception {
    List<Call> calls = together("c", "a", "b", "a");
    assertThat(calls)
        .extracting(Call::answer)
        .as("each its own, also of equal wishes")
        .containsExactly("c!", "a!", "b!", "a!");
    assertThat(works).containsExactly(List.of("c", "a", "b", "a"));
    assertThat(workers).as("the first in line").containsExactly(calls.getFirst().thread());
  }

  @Test
  void allOfAGroupHearWhyItFailedAndWhoComesLaterWorksAnew() {
    for (Call each : together("a", "bad", "c")) {
      assertThatThrownBy(each::answer)
          .hasCauseInstanceOf(IllegalArgumentException.class)
          .hasRootCauseMessage("bad");
    }
    assertThat(group.commit("d")).isEqualTo("d!");
    assertThat(works).containsExactly(List.of("a", "bad", "c"), List.of("d"));
  }

  @Test
  void whoDiesLeavesNobodyWaitingAndNobodyWithAnAnswer() {
    List<Call> calls = together("a", "deadly", "c");
    assertThatThrownBy(calls.getFirst()::answer).hasCauseInstanceOf(StackOverflowError.class);
    for (Call each : calls.subList(1, 3)) {
      assertThatThrownBy(each::answer)
          .hasCauseInstanceOf(IllegalStateException.class)
          .hasRootCauseMessage(LOST);
    }
    assertThat(works).as("nobody tries again by himself").hasSize(1);
    assertThat(turn.isLocked()).isFalse();
    assertThat(group.commit("d")).isEqualTo("d!");
  }

  @Test
  void aResultThatIsMissingIsNoResultOfAnother() {
    for (Call each : together("a", "lossy")) {
      assertThatThrownBy(each::answer).hasRootCauseMessage("test: 0 results for 2 wishes");
    }
  }

  /// Another works for it, so it may not go before that is over.
  @Test
  void anInterruptEndsNoWaitingAndStaysNoted() throws Exception {
    List<Call> calls;
    turn.lock();
    try {
      calls = gathered("a", "b");
      calls.getLast().thread().interrupt();
      calls.addAll(gathered("slow")); // who was interrupted has had time to go
      assertThat(calls).noneMatch(each -> each.task().isDone());
    } finally {
      turn.unlock();
    }
    assertThat(calls).extracting(Call::answer).containsExactly("a!", "b!", "slow!");
    assertThat(calls)
        .extracting(each -> each.isInterruptedAtLast().get())
        .containsExactly(false, true, false);
  }

  @Test
  void anInterruptOfWhoWorksIsAFailureOfTheGroupAndOfNoOtherThread() {
    List<Call> calls;
    turn.lock();
    try {
      calls = gathered("slow", "b");
      calls.getFirst().thread().interrupt();
    } finally {
      turn.unlock();
    }
    for (Call each : calls) {
      assertThatThrownBy(each::answer).hasRootCauseMessage("interrupted");
    }
    assertThat(calls)
        .extracting(each -> each.isInterruptedAtLast().get())
        .containsExactly(true, false);
    assertThat(group.commit("slow")).isEqualTo("slow!");
  }

  @Test
  void groupsWithOneTurnWorkOneAfterTheOtherEachForItsOwn() throws Exception {
    var other = new GroupCommit<>("other", turn, this::work);
    List<Call> calls;
    turn.lock();
    try {
      calls = gathered("a", "b");
      Call third = call(other, "c");
      while (!turn.hasQueuedThread(third.thread())) {
        Thread.onSpinWait();
      }
      calls.add(third);
      calls.addAll(gathered("d"));
    } finally {
      turn.unlock();
    }
    assertThat(calls).extracting(Call::answer).containsExactly("a!", "b!", "c!", "d!");
    assertThat(works).containsExactly(List.of("a", "b", "d"), List.of("c"));
  }

  /// Many threads, and work that fails or dies now and then: nobody is forgotten, done twice, given
  /// what is another's, or answered by work that had begun before he came.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void aStorm(long seed) throws Exception {
    int threads = 16;
    int calls = 500;
    var isBusy = new AtomicBoolean();
    var begun = new AtomicLong();
    var fate = new Random(seed);
    Map<String, Integer> done = new ConcurrentHashMap<>();
    Map<String, Long> workOf = new ConcurrentHashMap<>();
    var storm =
        new GroupCommit<String, String>(
            "storm",
            new ReentrantLock(seed % 2 == 0),
            wishes -> {
              long work = begun.incrementAndGet();
              assertThat(isBusy.getAndSet(true)).as("two at once").isFalse();
              wishes.forEach(each -> done.merge(each, 1, Integer::sum));
              wishes.forEach(each -> workOf.put(each, work));
              int lot = fate.nextInt(20);
              isBusy.set(false);
              if (lot == 0) {
                throw new IllegalArgumentException(wishes.toString());
              }
              if (lot == 1) {
                throw new StackOverflowError(wishes.toString());
              }
              return wishes;
            });
    var answers = new AtomicInteger();
    var failures = new AtomicInteger();
    Callable<Void> caller =
        () -> {
          String name = Thread.currentThread().getName();
          for (int i = 0; i < calls; i++) {
            String wish = name + " " + i;
            long before = begun.get();
            try {
              assertThat(storm.commit(wish)).isEqualTo(wish);
              answers.incrementAndGet();
            } catch (IllegalArgumentException | StackOverflowError e) {
              assertThat(Arrays.asList(String.valueOf(e.getMessage()).split("[\\[\\],] ?")))
                  .contains(wish);
              failures.incrementAndGet();
            } catch (IllegalStateException e) {
              assertThat(e).hasMessageStartingWith("storm: whoever");
              failures.incrementAndGet();
            }
            assertThat(workOf.get(wish)).isGreaterThan(before);
          }
          return null;
        };
    try (ExecutorService pool =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().name("t", 0).factory())) {
      List<Future<Void>> all = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        all.add(pool.submit(caller));
      }
      for (Future<Void> each : all) {
        each.get();
      }
    } catch (ExecutionException e) {
      throw new AssertionError("seed " + seed, e.getCause());
    }
    assertThat(done).hasSize(threads * calls).allSatisfy((_, times) -> assertThat(times).isOne());
    assertThat(answers.get() + failures.get()).isEqualTo(threads * calls);
    assertThat(failures).hasPositiveValue();
  }
}
