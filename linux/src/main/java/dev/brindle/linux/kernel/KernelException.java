// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.kernel;

import java.io.Serial;

/// The kernel said no. The message says to what.
public sealed class KernelException extends RuntimeException permits NftRefusedException {

  @Serial private static final long serialVersionUID = 1L;

  private final Errno errno;

  /// @param what the thing that was tried, such as `add route 10.0.0.0/26`
  public KernelException(String what, Errno errno) {
    super(text(what, errno));
    this.errno = errno;
  }

  /// @param detail what the kernel itself said (extended acknowledgement), may be empty
  public KernelException(String what, Errno errno, String detail) {
    super(detail.isEmpty() ? text(what, errno) : "%s (%s)".formatted(text(what, errno), detail));
    this.errno = errno;
  }

  private static String text(String what, Errno errno) {
    return "%s: %s".formatted(what, errno);
  }

  public Errno errno() {
    return errno;
  }
}
