// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import dev.brindle.linux.kernel.Kernel;
import java.util.concurrent.Executor;

/// Opens kernels. The caller closes them.
public interface PodKernels {

  /// Of the namespace the daemon works in.
  Kernel ofHost();

  /// Of a pod.
  ///
  /// @param namespacePath such as `/run/netns/pod1`
  /// @throws dev.brindle.linux.kernel.KernelException ENOENT if there is no such namespace
  Kernel ofPod(String namespacePath);

  /// Whether a path leads to the namespace the daemon works in, by whatever name. A path that
  /// leads nowhere does not.
  boolean isHost(String namespacePath);

  /// Where work is done while its caller does other work. It need not be elsewhere.
  default Executor beside() {
    return Runnable::run;
  }
}
