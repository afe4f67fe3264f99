// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LastWordsTest {

  private final BlockingQueue<Integer> exits = new LinkedBlockingQueue<>();
  private final LastWords words = new LastWords(exits::add);

  @Test
  void aThreadThatFallsOverEndsTheProcess() throws Exception {
    fallOver(new IllegalStateException("no one expected this"));
    assertThat(exits.poll(60, TimeUnit.SECONDS)).isEqualTo(2);

    fallOver(new StackOverflowError());
    assertThat(exits.poll(60, TimeUnit.SECONDS)).isEqualTo(2);
  }

  @Test
  void whatFallsOverWhileTheNodeEndsChangesNothing() throws Exception {
    words.ending();

    fallOver(new IllegalStateException("the store is closed"));

    assertThat(exits).isEmpty();
  }

  private void fallOver(Throwable fault) throws InterruptedException {
    Thread thread =
        Thread.ofPlatform()
            .name("part")
            .uncaughtExceptionHandler(words)
            .start(
                () -> {
                  if (fault instanceof Error error) {
                    throw error;
                  }
                  throw (RuntimeException) fault;
                });
    thread.join();
  }
}
