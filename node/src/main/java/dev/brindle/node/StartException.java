// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import java.io.Serial;

/// The node cannot start. The message says what is wrong, where, and what to do.
public final class StartException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  StartException(String message) {
    super(message);
  }

  StartException(String message, Throwable cause) {
    super(message, cause);
  }
}
