// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.netlink;

import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;

/// The kernel refused one message of several.
///
/// @param index which, from 0
/// @param detail what the kernel said about it, may be empty
public record Refusal(int index, Errno errno, String detail) {

  public KernelException asException(String what) {
    return new KernelException(what, errno, detail);
  }
}
