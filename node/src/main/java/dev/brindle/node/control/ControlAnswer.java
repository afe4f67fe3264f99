// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/// Where an answer goes, line by line.
public interface ControlAnswer {

  /// Waits while the caller does not read.
  ///
  /// @throws IOException if the caller is gone, or has not read for too long
  void line(ObjectNode line) throws IOException;

  /// Lines are sent together; these now.
  void flush() throws IOException;
}
