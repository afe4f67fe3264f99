// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.bird.session.SessionTimer;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Real time, but no test of it: one timer is the clock of the others. When the last one rings,
/// what was to ring before it has.
class SessionTimersTest {

  private final EventExecutor executor = new DefaultEventExecutor();
  private final List<SessionTimer> rung = Collections.synchronizedList(new ArrayList<>());
  private final SessionTimers timers = new SessionTimers(executor, rung::add);

  @AfterEach
  void close() {
    executor.shutdownGracefully().awaitUninterruptibly();
  }

  /// `hold 20`: set to ring in 20 ms; `hold -`: stopped; `-`: all are stopped. SEND_HOLD is set
  /// last, and rings last.
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "hold 20,                                 HOLD",
    "hold 20 keepalive 10,                    KEEPALIVE HOLD",
    "hold 20 hold -,                          ''",
    "hold 20 hold - hold 30,                  HOLD",
    "hold 20 keepalive 20 hold -,             KEEPALIVE",
    "hold 60000 hold 20,                      HOLD",
    "hold 20 hold 60000,                      ''",
    "hold 20 hold 60000 hold 30,              HOLD",
    "hold 60000 hold 20 hold 60000,           ''",
    "hold 20 -,                               ''",
    "hold 20 keepalive 10 - keepalive 30,     KEEPALIVE",
    "hold 10 hold 20 hold 30,                 HOLD"
  })
  void ringsOnceAndOnlyIfItIsSet(String steps, String expected) {
    executor.submit(() -> perform(List.of(steps.split(" ", -1)))).syncUninterruptibly();

    Loopback.await("the last one", () -> rung.contains(SessionTimer.SEND_HOLD));
    List<SessionTimer> all = new ArrayList<>();
    for (String name : expected.split(" ", -1)) {
      if (!name.isEmpty()) {
        all.add(SessionTimer.valueOf(name));
      }
    }
    all.add(SessionTimer.SEND_HOLD);
    assertThat(rung).isEqualTo(all);
  }

  private void perform(List<String> steps) {
    for (int i = 0; i < steps.size(); ) {
      if (steps.get(i).equals("-")) {
        timers.stopAll();
        i++;
        continue;
      }
      SessionTimer timer = steps.get(i).equals("hold") ? SessionTimer.HOLD : SessionTimer.KEEPALIVE;
      String time = steps.get(i + 1);
      if (time.equals("-")) {
        timers.stop(timer);
      } else {
        timers.set(timer, Duration.ofMillis(Long.parseLong(time)));
      }
      i += 2;
    }
    timers.set(SessionTimer.SEND_HOLD, Duration.ofMillis(200));
  }
}
