// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.bgp;

import java.io.Serial;

/// No speaker answers. The message says where it was looked for, and what to do.
final class NoDaemonException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  NoDaemonException(String message) {
    super(message);
  }
}
