// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import dev.brindle.datastore.group.GroupCommit;
import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.kernel.KernelException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// Deletes interfaces of the host. The kernel takes some 20 ms for each time it is asked, during
/// which it does nothing else with interfaces; so what many calls want gone while it is busy goes
/// the next time, all at once. Safe for many threads.
final class Departures {

  private final PodKernels kernels;
  private final GroupCommit<String, Optional<KernelException>> waiting =
      new GroupCommit<>("deletion of interfaces", new ReentrantLock(), this::deleteAll);

  Departures(PodKernels kernels) {
    this.kernels = kernels;
  }

  /// It is no error if the interface is gone.
  ///
  /// @throws KernelException why this one is still there
  void delete(String hostInterface) {
    waiting
        .commit(hostInterface)
        .ifPresent(
            failure -> {
              throw failure;
            });
  }

  /// @return why each of them is still there
  private List<Optional<KernelException>> deleteAll(List<String> names) {
    try (Kernel host = kernels.ofHost()) {
      if (names.size() > 1) {
        try {
          host.links().deleteAll(names.stream().distinct().toList());
          return names.stream().map(_ -> Optional.<KernelException>empty()).toList();
        } catch (KernelException _) {
          // which of them, and why?
        }
      }
      return names.stream().map(each -> deleteAlone(host, each)).toList();
    }
  }

  private static Optional<KernelException> deleteAlone(Kernel host, String name) {
    try {
      host.links().delete(name);
      return Optional.empty();
    } catch (KernelException e) {
      return Optional.of(e);
    }
  }
}
