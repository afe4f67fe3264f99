// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import java.io.Serial;

/// Why the reserve is of no help to a pod while the store is away. For people.
final class ReserveException extends Exception {

  @Serial private static final long serialVersionUID = 1L;

  ReserveException(String message) {
    super(message);
  }
}
