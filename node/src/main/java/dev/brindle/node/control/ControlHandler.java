// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.control;

import java.io.IOException;

/// Answers requests, each on a thread of its own.
public interface ControlHandler {

  /// @throws ControlRefusal if it cannot be done, saying why
  /// @throws IOException if the caller is gone: nothing is left to do
  void answer(ControlRequest request, ControlAnswer answer) throws ControlRefusal, IOException;
}
