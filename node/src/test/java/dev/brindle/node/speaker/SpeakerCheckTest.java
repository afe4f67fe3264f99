// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// `brindle speaker --config FILE --check` as a process.
class SpeakerCheckTest {

  @TempDir private Path directory;
  private Path config;

  @BeforeEach
  void nameAPassword() throws IOException {
    config =
        Files.writeString(
            directory.resolve("speaker.yaml"),
            """
            asn: 64512
            routerId: 192.0.2.1
            neighbors:
              - address: 192.0.2.2
                asn: internal
                password:
                  file: %s
            """
                .formatted(directory.resolve("key")));
  }

  private record Said(int exitCode, String text) {}

  private Said check() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                SpeakerMain.class.getName(),
                "--config",
                config.toString(),
                "--check")
            .redirectErrorStream(true)
            .start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Said(process.waitFor(), text);
  }

  @Test
  void aFileWhosePasswordIsNotThereIsNotFine() throws Exception {
    assertThat(check())
        .isEqualTo(
            new Said(
                1,
                """
                %1$s: line 7: neighbors[0].password.file: password file %2$s is not there; without \
                it this neighbor gets no session
                %1$s is not fine: see above
                """
                    .formatted(config, directory.resolve("key"))));
  }

  @Test
  void withItsPasswordItIsFine() throws Exception {
    Files.writeString(directory.resolve("key"), "secret");

    assertThat(check())
        .isEqualTo(
            new Said(0, config + " is fine: 1 neighbor, 0 filters, no routes for the kernel\n"));
  }

  /// It has nothing to say to people: where only loopback is there, it warned of that at each
  /// start.
  @Test
  void nettySaysNothingOfHardwareAddresses() {
    assertThat(LoggerFactory.getLogger("io.netty.util.internal.MacAddressUtil").isWarnEnabled())
        .isFalse();
    assertThat(LoggerFactory.getLogger("io.netty.channel.DefaultChannelId").isWarnEnabled())
        .isTrue();
  }
}
