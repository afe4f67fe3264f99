// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import dev.brindle.cni.protocol.CniCommand;
import dev.brindle.cni.protocol.CniError;
import dev.brindle.cni.protocol.CniException;

/// The plugin that called us: runs others where it runs, on the host, with its environment, and
/// waits for the answer.
public interface Delegates {

  /// For calls that nobody made: there is no host to run anything on.
  Delegates NONE =
      (type, _, _) -> {
        throw new CniException(
            CniError.Code.GENERAL, "plugin '%s' cannot be run: no plugin called".formatted(type));
      };

  /// Waits until it has ended.
  ///
  /// @param type its name
  /// @param input what it gets on standard input; empty for what the calling plugin got
  /// @throws CniException code 11 if the plugin that called is gone
  Outcome run(String type, CniCommand command, String input);

  /// The number of the call, which grows from call to call of all plugins on this machine; 0 for
  /// one that no plugin made.
  default long call() {
    return 0;
  }

  /// Has something done once the call is answered, for which nobody should wait: at once, if nobody
  /// does.
  default void afterwards(Runnable work) {
    work.run();
  }

  /// @param exitCode 128 and the signal's number if it was killed; `NOT_RUN` if there was none
  /// @param output what it said, or why it could not be run
  record Outcome(int exitCode, String output) {

    public static final int NOT_RUN = 255;
    static final int KILLED = 137;
  }
}
