// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.control;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/// A daemon whose file can be read again.
public interface Reloading {

  /// Returns when it was read and applied, or refused.
  ///
  /// @param confirm undo it unless `confirm` comes within that time; empty for what the daemon was
  ///     started with
  /// @param line is shown each thing that changes, or what is wrong
  /// @return whether what the file says holds now
  boolean reload(Optional<Duration> confirm, Consumer<String> line) throws InterruptedException;

  /// The last reload is to stay.
  ///
  /// @return false if none waits for that
  boolean confirm();
}
