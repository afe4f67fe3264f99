// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import dev.brindle.cni.server.PodKernels;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.live.LiveKernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/// The running kernel, seen from this process's namespace and from pods'.
final class LivePodKernels implements PodKernels {

  private static final Path OWN = Path.of("/proc/self/ns/net");

  /// Their threads end when nothing was to be done for a minute.
  static final Executor BESIDE =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("cni-pair-", 0).factory());

  private final HostKernels host = new HostKernels(LiveKernel::open);

  @Override
  public Kernel ofHost() {
    return host.lend();
  }

  @Override
  public Executor beside() {
    return BESIDE;
  }

  /// The file of a namespace that is gone is as good as no file.
  @Override
  public Kernel ofPod(String namespacePath) {
    try {
      return LiveKernel.open(Path.of(namespacePath));
    } catch (IllegalArgumentException e) {
      throw new KernelException(
          "open namespace " + namespacePath, Errno.ENOENT, String.valueOf(e.getMessage()));
    }
  }

  @Override
  public boolean isHost(String namespacePath) {
    return isSame(OWN, Path.of(namespacePath));
  }

  /// Whether two paths lead to one namespace, by device and inode. A path that cannot be followed
  /// leads nowhere: whoever opens it then is told why.
  static boolean isSame(Path one, Path other) {
    try {
      return Files.isSameFile(one, other);
    } catch (IOException _) {
      return false;
    }
  }
}
