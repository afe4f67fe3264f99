// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SharedQuestionTest {

  private static final int OTHERS = 5;

  private final AtomicInteger asked = new AtomicInteger();
  private final Semaphore begun = new Semaphore(0);
  private final Semaphore mayEnd = new Semaphore(0);
  private volatile boolean isNo;

  private final SharedQuestion question =
      new SharedQuestion(
          () -> {
            asked.incrementAndGet();
            boolean answer = isNo;
            begun.release();
            mayEnd.acquireUninterruptibly();
            if (answer) {
              throw new IllegalArgumentException("no");
            }
          });

  /// One is answered by what was asked when he had come; those that come meanwhile share another.
  @Test
  void whoComesWhileItIsAskedSharesTheNext() throws Exception {
    List<Thread> threads = new ArrayList<>();
    try (ExecutorService pool =
        Executors.newCachedThreadPool(
            task -> {
              var thread = new Thread(task);
              threads.add(thread);
              return thread;
            })) {
      Future<?> first = pool.submit(question::ask);
      begun.acquire();
      isNo = true;
      List<Future<?>> others = new ArrayList<>();
      for (int i = 0; i < OTHERS; i++) {
        others.add(pool.submit(question::ask));
      }
      while (threads.stream().filter(it -> it.getState() == Thread.State.WAITING).count()
          <= OTHERS) {
        Thread.onSpinWait();
      }
      mayEnd.release(1 + OTHERS);

      assertThat(first.get()).isNull();
      for (Future<?> each : others) {
        assertThatThrownBy(each::get)
            .isInstanceOf(ExecutionException.class)
            .hasRootCauseMessage("no");
      }
      assertThat(asked).hasValue(2);
    }
  }

  @Test
  void whoComesAloneIsAnsweredAtOnce() {
    mayEnd.release(2);
    question.ask();
    isNo = true;
    assertThatThrownBy(question::ask).hasMessage("no");
    assertThat(asked).hasValue(2);
  }

  /// What ends the thread that asks must not leave the others with a yes.
  @Test
  void nobodyTakesADeathForAYes() throws Exception {
    var dying =
        new SharedQuestion(
            () -> {
              begun.release();
              mayEnd.acquireUninterruptibly();
              throw new StackOverflowError();
            });
    Callable<Void> asking =
        () -> {
          dying.ask();
          return null;
        };
    try (ExecutorService pool = Executors.newCachedThreadPool()) {
      List<Future<Void>> all = List.of(pool.submit(asking), pool.submit(asking));
      mayEnd.release(2);
      for (Future<Void> each : all) {
        assertThatThrownBy(each::get).isInstanceOf(ExecutionException.class);
      }
    }
  }
}
