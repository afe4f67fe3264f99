// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.libc.Libc;
import dev.brindle.linux.libc.NetlinkSocket.Buffers;
import dev.brindle.linux.libc.NetlinkSocket.Family;
import dev.brindle.linux.libc.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/// In a container that is not privileged: `/proc/sys` is read-only, and the host's `net` is mounted
/// elsewhere.
@EnabledIfEnvironmentVariable(
    named = "BRINDLE_TEST_NAMESPACE",
    matches = "1",
    disabledReason = "needs a mount namespace of its own")
class MountedSysctlTest {

  private static final String SETTING = "net/ipv4/conf/lo/route_localnet";

  private final Libc libc = JnrLibc.get();

  @TempDir private Path directory;

  @BeforeEach
  void mount() throws Exception {
    Path net = Files.createDirectories(directory.resolve("net"));
    run("mount", "--bind", "/proc/sys/net", net.toString());
  }

  private static void run(String... words) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(words).inheritIO().start();
    assertThat(process.waitFor()).as(String.join(" ", words)).isZero();
  }

  private LiveSysctl in(NetworkNamespace namespace, String networks) {
    var socket = new LazySocket(libc, namespace, Family.ROUTE, Buffers.LARGEST);
    return new LiveSysctl(libc, namespace, socket, networks);
  }

  /// A thread that entered another network namespace meets that one's settings here too.
  @Test
  void eachNamespaceHasItsOwn() throws Exception {
    String mounted = directory + "/";
    try (NetworkNamespace pod = NetworkNamespace.create(libc);
        NetworkNamespace own = NetworkNamespace.current(libc)) {
      in(pod, mounted).write(SETTING, "1");

      assertThat(in(pod, mounted).read(SETTING)).contains("1");
      assertThat(in(pod, "/proc/sys/").read(SETTING)).contains("1");
      assertThat(in(own, mounted).read(SETTING)).contains("0");
    } finally {
      run("umount", directory.resolve("net").toString());
    }
  }

  @Test
  void aRefusalNamesTheCure() throws Exception {
    Path net = directory.resolve("net");
    run("mount", "-o", "remount,bind,ro", net.toString());
    try (NetworkNamespace pod = NetworkNamespace.create(libc)) {
      LiveSysctl sysctl = in(pod, directory + "/");

      assertThatThrownBy(() -> sysctl.write(SETTING, "1"))
          .isInstanceOf(KernelException.class)
          .extracting(e -> ((KernelException) e).errno())
          .isEqualTo(Errno.EROFS);
      assertThatThrownBy(() -> sysctl.write(SETTING, "1"))
          .hasMessageContaining("set net/ipv4/conf/lo/route_localnet to 1: EROFS")
          .hasMessageContaining("mount the host's /proc/sys/net at /host/proc/sys/net");
    } finally {
      run("umount", net.toString());
    }
  }
}
