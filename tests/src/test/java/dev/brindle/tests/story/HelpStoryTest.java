// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Somebody asks each command what it is for.
@Timeout(value = 15, unit = TimeUnit.MINUTES) // a slow machine builds that long
final class HelpStoryTest {

  @TempDir private Path state;

  @ParameterizedTest(name = "brindle {0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --help              | brindle lab
          lab --help          | brindle lab up
          lab up --help       | brindle lab up
          lab node kill -h    | brindle lab up
          node --help         | The daemon of this node
          node run --help     | Usage: brindle node run
          node status --help  | Usage: brindle node status
          speaker --help      | Usage: brindle speaker
          bgp --help          | Usage: brindle bgp
          cni --help          | Usage: brindle cni install
          get --help          | Usage: brindle get
          """)
  void helpIsNoError(String words, String said) throws Exception {
    BrindleCommand.Result result = new BrindleCommand(state).run(words.split(" ", -1)).ok();

    assertThat(result.out()).contains(said);
    assertThat(result.err()).as("not a word of the JVM's").isEmpty();
  }

  /// kubectl calls what it finds, with all words after the name.
  @ParameterizedTest(name = "{0}")
  @CsvSource({"kubectl brindle get --help", "kubectl-brindle get --help"})
  void kubectlFindsItsPlugin(String words) throws Exception {
    String[] command = words.split(" ", -1);
    assumeTrue(!command[0].equals("kubectl") || isInstalled("kubectl"), "no kubectl here");

    BrindleCommand.Result result =
        new BrindleCommand(state).runByLink("kubectl-brindle", command).ok();

    assertThat(result.out()).startsWith("Usage: kubectl brindle get ");
    assertThat(result.err()).isEmpty();
  }

  private static boolean isInstalled(String program) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  @ParameterizedTest(name = "brindle {0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          node run now   | brindle node run: 'now' is not a flag
          speaker        | --config
          lab exec       | use: brindle lab exec
          cni put        | brindle cni: expected install or uninstall
          got            | unknown command 'got'
          """)
  void wrongUseIs(String words, String said) throws Exception {
    BrindleCommand.Result result = new BrindleCommand(state).run(words.split(" ", -1));

    assertThat(result.code()).isNotZero();
    assertThat(result.err()).contains(said);
    assertThat(result.out()).isEmpty();
  }
}
