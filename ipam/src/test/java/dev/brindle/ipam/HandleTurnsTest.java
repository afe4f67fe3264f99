// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class HandleTurnsTest {

  private final HandleTurns turns = new HandleTurns();
  private final List<String> done = Collections.synchronizedList(new ArrayList<>());

  @Test
  void whoHasTheSameHandleWaits() throws Exception {
    var second = new FutureTask<>(() -> turns.inTurn("h", () -> done.add("second")));

    turns.inTurn(
        "h",
        () -> {
          Thread thread = Thread.ofPlatform().daemon().start(second);
          while (thread.getState() != Thread.State.WAITING && !second.isDone()) {
            Thread.onSpinWait();
          }
          return done.add("first");
        });

    assertThat(second.get()).isTrue();
    assertThat(done).containsExactly("first", "second");
  }

  @Test
  void othersDoNot() {
    turns.inTurn(
        "h",
        () -> turns.inTurn("other", () -> turns.inTurn("", () -> turns.inTurn("", this::note))));

    assertThat(done).containsExactly("none waited");
  }

  private boolean note() {
    return done.add("none waited");
  }
}
