// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import java.io.Serial;

/// We cannot be called where the configuration says. The message names address, port and cure.
public final class ListenException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  ListenException(String message, Throwable cause) {
    super(message, cause);
  }
}
