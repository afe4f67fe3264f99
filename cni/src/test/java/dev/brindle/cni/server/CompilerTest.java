// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.cni.server.PluginClient.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How the plugin in C is made, or is not.
class CompilerTest {

  private static final Path SOURCE = Path.of("src/main/c/brindle-cni.c");
  private static final Path DELEGATE = Path.of("src/main/c/delegate.c");

  @TempDir private Path base;

  @Test
  void saysThatThereIsNoCompiler() throws Exception {
    Ended ended = build(Map.of("PATH", "/nonexistent", "CC", "tcc -O3"));

    assertThat(ended.exitCode()).isEqualTo(3);
    assertThat(ended.output()).startsWith("no C compiler (cc, gcc or clang, with the C library's");
    assertThat(base).isEmptyDirectory();
  }

  @Test
  void passesOverACompilerThatMakesNoProgram() throws Exception {
    PluginClient.C.needed();

    assertThat(build(Map.of("CC", "false"))).isEqualTo(new Ended(0, ""));
    assertThat(base.resolve("plugin")).isExecutable();
    assertThat(base.resolve("plugin.new")).doesNotExist();
  }

  /// What makes it worth having beside the one in Java is that it can be read at one sitting: what
  /// carries calls, and beside it what runs other plugins.
  @Test
  void itIsAHundredLinesAtMost() throws Exception {
    assertThat(Files.readAllLines(SOURCE)).hasSizeLessThanOrEqualTo(100);
    assertThat(Files.readAllLines(DELEGATE)).hasSizeLessThanOrEqualTo(50);
    assertThat(Files.readAllLines(SOURCE))
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(120));
  }

  private Ended build(Map<String, String> variables) throws Exception {
    var builder =
        new ProcessBuilder(
                List.of("/bin/sh", "src/main/c/build", base.resolve("plugin").toString()))
            .redirectErrorStream(true);
    builder.environment().putAll(variables);
    return PluginClient.ended(PluginClient.start(builder, ""));
  }
}
