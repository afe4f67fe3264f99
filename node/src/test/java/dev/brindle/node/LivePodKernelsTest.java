// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.node.testing.Namespaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which paths lead to the namespace of this process.
class LivePodKernelsTest {

  private final LivePodKernels kernels = new LivePodKernels();

  @TempDir private Path directory;

  @Test
  void ourOwnByAnyName() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("pod"), Path.of("/proc/self/ns/net"));

    assertThat(kernels.isHost("/proc/self/ns/net")).isTrue();
    assertThat(kernels.isHost("/proc/%d/ns/net".formatted(ProcessHandle.current().pid()))).isTrue();
    assertThat(kernels.isHost(link.toString())).isTrue();
  }

  @Test
  void anotherKindOfNamespaceOrNoneIsNot() throws IOException {
    Path file = Files.createFile(directory.resolve("gone"));

    assertThat(kernels.isHost("/proc/self/ns/uts")).isFalse();
    assertThat(kernels.isHost(file.toString())).isFalse();
    assertThat(kernels.isHost(file + "/below")).isFalse();
    assertThat(kernels.isHost("/nowhere")).isFalse();
  }

  @Test
  void aPodsIsNot() {
    try (NetworkNamespace pod = Namespaces.create()) {
      assertThat(kernels.isHost(pod.path().toString())).isFalse();
      assertThat(pod.<Boolean>call(() -> kernels.isHost(pod.path().toString())))
          .as("also seen from a thread inside")
          .isFalse();
    }
  }
}
