// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor;

import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.live.LiveKernel;
import java.nio.file.Path;

/// The machine that is looked at.
///
/// @param kernel of its network namespace
/// @param root of its file system, as seen from here
record Place(LiveKernel kernel, Path root) implements AutoCloseable {

  static Place here(Path root) {
    return new Place(LiveKernel.in(NetworkNamespace.current(JnrLibc.get())), root);
  }

  NetworkNamespace namespace() {
    return kernel.namespace();
  }

  @Override
  public void close() {
    kernel.close();
  }
}
