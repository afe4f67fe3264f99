// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// An init container puts the plugin on a host, and a later one takes it away.
@Timeout(value = 15, unit = TimeUnit.MINUTES) // a slow machine builds that long
final class CniInstallStoryTest {

  @TempDir private Path state;
  @TempDir private Path host;

  @Test
  void whatIsInstalledAnswersTheRuntime() throws Exception {
    Path programs = Files.createDirectories(host.resolve("opt/cni/bin"));
    Path configs = Files.createDirectories(host.resolve("etc/cni/net.d"));
    var brindle = new BrindleCommand(state);
    String root = "BRINDLE_HOST_ROOT=" + host;

    BrindleCommand.Result installed = brindle.runWith(root, "cni", "install");
    assumeTrue(
        !installed.err().contains("client in Java"),
        "the plugin was built without a C compiler, and runs on this machine only");
    installed.ok();

    assertThat(configs.resolve("10-calico.conflist")).content().contains("\"type\" : \"calico\"");
    for (String name : new String[] {"calico", "calico-ipam"}) {
      assertThat(version(programs.resolve(name))).contains("supportedVersions").contains("1.0.0");
    }

    brindle.runWith(root, "cni", "uninstall").ok();
    assertThat(programs).isEmptyDirectory();
    assertThat(configs).isEmptyDirectory();
  }

  private static String version(Path plugin) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(plugin.toString());
    builder.redirectInput(Path.of("/dev/null").toFile());
    builder.environment().put("CNI_COMMAND", "VERSION");
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("exit code; it said %s", said).isZero();
    return said;
  }
}
