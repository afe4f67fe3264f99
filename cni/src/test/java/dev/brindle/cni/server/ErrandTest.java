// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ErrandTest {

  private static final Executor THREADS = work -> Thread.ofPlatform().daemon().start(work);

  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private final AtomicBoolean isDone = new AtomicBoolean();

  private void slowly() {
    try {
      mayEnd.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    isDone.set(true);
  }

  @Test
  void whoeverWantsItGoesOnMeanwhile() {
    var errand = new Errand("work", THREADS, this::slowly);
    assertThat(isDone).isFalse();

    mayEnd.countDown();
    errand.await();

    assertThat(isDone).isTrue();
    errand.end();
  }

  @Test
  void itsFailureIsToldAsItIs() {
    var failure = new IllegalArgumentException("no");
    var errand =
        new Errand(
            "work",
            THREADS,
            () -> {
              throw failure;
            });

    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(errand::await)
        .isSameAs(failure);
    errand.end();
  }

  @Test
  void anErrorIsToldToo() {
    var errand =
        new Errand(
            "work",
            THREADS,
            () -> {
              throw new AssertionError("broken");
            });

    assertThatExceptionOfType(AssertionError.class).isThrownBy(errand::await).withMessage("broken");
  }

  /// Else what it does in a kernel would go on while it is undone.
  @Test
  void anInterruptEndsNoWaitingAndStaysNoted() {
    var errand = new Errand("work", THREADS, this::slowly);
    Thread.currentThread().interrupt();
    THREADS.execute(mayEnd::countDown);

    errand.end();

    assertThat(isDone).isTrue();
    assertThat(Thread.interrupted()).isTrue();
  }
}
