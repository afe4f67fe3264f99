// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What must be taken back if a later step fails, last thing first.
final class Undo {

  private static final Logger LOG = LoggerFactory.getLogger(Undo.class);

  private final Deque<Step> steps = new ArrayDeque<>();

  /// @param what for the log, should undoing fail
  void remember(String what, Runnable undo) {
    steps.push(new Step(what, undo));
  }

  /// A step that fails does not stop the others: the runtime's DEL tries them all again.
  void run() {
    for (Step step : steps) {
      try {
        step.undo.run();
      } catch (RuntimeException e) {
        LOG.warn("could not undo '{}', DEL will: {}", step.what, e.getMessage());
      }
    }
  }

  private record Step(String what, Runnable undo) {}
}
