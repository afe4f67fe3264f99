// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import java.io.IOException;
import java.nio.file.Path;

/// mkfifo(3), which Java does not have.
@FunctionalInterface
public interface FifoMaker {

  /// Makes a FIFO that only its owner may open (mode 0600).
  ///
  /// @throws IOException if there is something at the path, or the directory is missing
  void make(Path path) throws IOException;
}
