// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.wire.AttributeFault;
import dev.brindle.bird.wire.Message.Update;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

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

  void add(Update update) {
    for (AttributeFault fault : update.faults()) {
      if (told == MOST) {
        untold++;
      } else {
        if (told == 0) {
          var _ = later.after(MINUTE, this::over);
        }
        told++;
        log.accept(fault + whose(update));
      }
    }
  }

  /// The prefixes that it is about, by the first of them.
  private static String whose(Update update) {
    List<Cidr> prefixes =
        Stream.concat(
                update.announced().stream().flatMap(it -> it.prefixes().stream()),
                update.withdrawn().stream())
            .toList();
    return switch (prefixes.size()) {
      case 0 -> "";
      case 1 -> ", of " + prefixes.getFirst();
      default -> ", of %s and %d more".formatted(prefixes.getFirst(), prefixes.size() - 1);
    };
  }

  private void over() {
    if (untold > 0) {
      log.accept("%d more attributes with something wrong within a minute".formatted(untold));
    }
    told = 0;
    untold = 0;
  }
}
