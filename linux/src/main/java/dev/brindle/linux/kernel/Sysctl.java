// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.kernel;

import java.util.Optional;

/// Settings under `/proc/sys`, of the namespace the kernel object belongs to.
public interface Sysctl {

  /// @param path below `/proc/sys`, such as `net/ipv4/conf/all/forwarding`
  /// @return the value without its newline; empty if there is no such setting
  Optional<String> read(String path);

  /// @throws KernelException ENOENT if there is no such setting
  void write(String path, String value);
}
