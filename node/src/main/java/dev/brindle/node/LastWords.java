// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What happens when a thread ends by an exception that nobody expected: a part of the node is gone
/// for good, so the process ends and is started anew. What is in the kernel stays, as after a kill.
final class LastWords implements Thread.UncaughtExceptionHandler {

  /// Not 1: that is a start that was refused.
  static final int EXIT_CODE = 2;

  private static final Logger LOG = LoggerFactory.getLogger(LastWords.class);

  private final IntConsumer exit;
  private volatile boolean isEnding;

  /// @param exit ends the process at once
  LastWords(IntConsumer exit) {
    this.exit = exit;
  }

  /// Of this process, for all its threads from now on.
  static LastWords install() {
    LastWords words = new LastWords(Runtime.getRuntime()::halt);
    Thread.setDefaultUncaughtExceptionHandler(words);
    return words;
  }

  /// The node is being ended: what falls over now changes nothing.
  void ending() {
    isEnding = true;
  }

  @Override
  public void uncaughtException(Thread thread, Throwable fault) {
    if (isEnding) {
      LOG.warn("thread '{}' ended by {} while the node ends", thread.getName(), fault.toString());
      return;
    }
    try {
      LOG.error(
          "thread '{}' has ended by {}: the daemon ends, what is in the kernel stays; this is a fault of brindle's, please report it",
          thread.getName(),
          fault.toString(),
          fault);
    } finally {
      exit.accept(EXIT_CODE);
    }
  }
}
