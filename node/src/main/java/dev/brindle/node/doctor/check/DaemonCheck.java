// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor.check;

import java.util.List;

/// The daemon of this node, by its own word.
public final class DaemonCheck {

  private DaemonCheck() {}

  /// What its socket says.
  public sealed interface Word {

    /// There is no socket.
    record NotThere() implements Word {}

    record Silent(String why) implements Word {}

    /// @param problems why it is not ready, and what does not work
    record Says(List<String> problems) implements Word {

      public Says {
        problems = List.copyOf(problems);
      }
    }
  }

  public static List<Finding> of(Word word) {
    return switch (word) {
      case Word.NotThere() ->
          List.of(Finding.ok(Check.DAEMON, "none runs yet: this is a look before the start"));
      case Word.Silent(var why) -> List.of(Symptom.DAEMON_SILENT.at(why));
      case Word.Says(var problems) ->
          Finding.orOk(
              problems.stream().map(Symptom.DAEMON_NOT_READY::at).toList(),
              Check.DAEMON,
              "it runs and is ready");
    };
  }
}
