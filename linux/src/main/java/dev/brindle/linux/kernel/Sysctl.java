// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.kernel;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// Settings under `/proc/sys`, of the namespace the kernel object belongs to.
public interface Sysctl {

  /// @param path below `/proc/sys`, such as `net/ipv4/conf/all/forwarding`
  /// @return the value without its newline; empty if there is no such setting
  Optional<String> read(String path);

  /// @throws KernelException ENOENT if there is no such setting
  void write(String path, String value);

  /// Sets several, in order. One that fails does not stop the others.
  ///
  /// @param values by path
  /// @return failures by path
  default Map<String, KernelException> writeAll(SequencedMap<String, String> values) {
    Map<String, KernelException> failures = new HashMap<>();
    values.forEach(
        (path, value) -> {
          try {
            write(path, value);
          } catch (KernelException e) {
            failures.put(path, e);
          }
        });
    return failures;
  }
}
