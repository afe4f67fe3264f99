// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.control;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/// `reload` and `confirm`.
final class ReloadCommands {

  private static final long LONGEST_CONFIRM = Duration.ofDays(1).toMillis();

  private final Optional<Reloading> file;

  /// @param file empty where there is none to be read again
  ReloadCommands(Optional<Reloading> file) {
    this.file = file;
  }

  /// A line for each thing that changes.
  void reload(ControlRequest request, ControlAnswer answer) throws ControlRefusal, IOException {
    request.allow(Set.of("confirmMillis"));
    Optional<Duration> confirm = Optional.empty();
    if (request.find("confirmMillis").isPresent()) {
      confirm = Optional.of(Duration.ofMillis(request.number("confirmMillis", 1, LONGEST_CONFIRM)));
    }
    ConcurrentLinkedQueue<String> said = new ConcurrentLinkedQueue<>();
    boolean isDone = reload(reloading(), confirm, said);
    List<String> lines = new ArrayList<>(said);
    for (String line : lines) {
      ObjectNode json = JsonNodeFactory.instance.objectNode().put("line", line);
      answer.line(json);
    }
    if (!isDone) {
      throw new ControlRefusal("not-reloaded", "nothing was applied", "");
    }
  }

  private static boolean reload(
      Reloading reloading, Optional<Duration> confirm, ConcurrentLinkedQueue<String> said)
      throws ControlRefusal {
    try {
      return reloading.reload(confirm, said::add);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new ControlRefusal("ending", "the daemon is about to end", "");
    }
  }

  void confirm(ControlRequest request) throws ControlRefusal {
    request.allow(Set.of());
    if (!reloading().confirm()) {
      throw new ControlRefusal(
          "nothing-to-confirm", "no reload waits to be confirmed", "perhaps it was undone already");
    }
  }

  private Reloading reloading() throws ControlRefusal {
    return file.orElseThrow(
        () ->
            new ControlRefusal(
                "no-file",
                "this daemon has no file to read again: it follows its datastore",
                "change the resources: brindle apply"));
  }
}
