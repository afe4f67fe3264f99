// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.kernel;

import java.io.Serial;

/// The kernel said no. The message says to what.
public final class KernelException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  private final Errno errno;

  /// @param what the thing that was tried, such as `add route 10.0.0.0/26`
  public KernelException(String what, Errno errno) {
    super("%s: %s".formatted(what, errno));
    this.errno = errno;
  }

  /// @param detail what the kernel itself said (extended acknowledgement)
  public KernelException(String what, Errno errno, String detail) {
    super("%s: %s (%s)".formatted(what, errno, detail));
    this.errno = errno;
  }

  public Errno errno() {
    return errno;
  }
}
