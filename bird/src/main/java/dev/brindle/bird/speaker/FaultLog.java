// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.wire.AttributeFault;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/// What is wrong with a peer's attributes: some of it is said each minute, the rest counted, so
/// that who sends nothing else fills no log. On the speaker's thread.
final class FaultLog {

  static final Duration MINUTE = Duration.ofMinutes(1);
  static final int MOST = 10;

  private final Later later;
  private final Consumer<String> log;
  private long untold;
  private int told;

  /// @param log takes what comes after `BGP peer NAME sent `
  FaultLog(Later later, Consumer<String> log) {
    this.later = later;
    this.log = log;
  }

  void add(List<AttributeFault> faults) {
    for (AttributeFault fault : faults) {
      if (told == MOST) {
        untold++;
      } else {
        if (told == 0) {
          var _ = later.after(MINUTE, this::over);
        }
        told++;
        log.accept(fault.toString());
      }
    }
  }

  private void over() {
    if (untold > 0) {
      log.accept("%d more attributes with something wrong within a minute".formatted(untold));
    }
    told = 0;
    untold = 0;
  }
}
