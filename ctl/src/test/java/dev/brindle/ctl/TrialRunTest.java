// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrialRunTest {

  private final ByteArrayOutputStream told = new ByteArrayOutputStream();

  @Test
  void runsAllCommandsOneAfterAnother() {
    assertThat(run("version\t--client", "convert\t--help")).isZero();
    assertThat(told.toString(StandardCharsets.UTF_8)).contains("Client Version").contains("Usage:");
  }

  @Test
  void goesOnAfterOneThatFailsAndRemembersIt() {
    assertThat(run("no-such-command", "version\t--client")).isNotZero();
    assertThat(told.toString(StandardCharsets.UTF_8))
        .contains("unknown command")
        .contains("Client Version");
  }

  private int run(String... lines) {
    PrintStream stream = new PrintStream(told, true, StandardCharsets.UTF_8);
    return TrialRun.run(List.of(lines), stream, stream);
  }
}
