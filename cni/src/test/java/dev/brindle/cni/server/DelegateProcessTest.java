// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.cni.plugin.PluginReply;
import dev.brindle.cni.plugin.SlotFiles;
import dev.brindle.cni.protocol.CniCommand;
import dev.brindle.cni.protocol.CniException;
import dev.brindle.cni.server.Delegates.Outcome;
import dev.brindle.cni.server.PluginClient.Ended;
import dev.brindle.linux.testing.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The plugin in each of its forms when the daemon has it run another: which one, with what, and
/// what comes back. The others are shell scripts here.
@ParameterizedClass(name = "{0}")
@EnumSource(PluginClient.class)
class DelegateProcessTest {

  private static final String INPUT = "{\"cniVersion\": \"1.0.0\"}";

  @TempDir private Path base;
  @Parameter private PluginClient client = PluginClient.JAVA;

  @BeforeEach
  void needsTheClient() {
    client.needed();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # story                      | script                                     | input | exit code | output
          our own input                | cat                                        | ``    | 0         | {"cniVersion": "1.0.0"}
          another input                | cat                                        | other | 0         | other
          the command it is to do      | printf "$CNI_COMMAND $CNI_CONTAINERID $OTHER" | ``    | 0         | DEL c1 beside
          an error                     | printf no; exit 1                          | ``    | 1         | no
          what it says to the log      | printf why >&2; exit 3                     | ``    | 3         | ``
          nothing read                 | exec 0<&-; exit 0                          | ``    | 0         | ``
          a signal                     | kill -9 $$                                 | ``    | 137       | ``
          """)
  void runsWhatIsAskedFor(String story, String script, String input, int exitCode, String output)
      throws Exception {
    plugin("second", "other", script);

    assertThat(outcome("other", CniCommand.DEL, input)).isEqualTo(new Outcome(exitCode, output));
  }

  @Test
  void takesTheFirstThereIsAndCanBeExecuted() throws Exception {
    plugin("second", "other", "echo second");
    Files.createDirectories(base.resolve("first/other"));
    assertThat(outcome("other", CniCommand.ADD, "").output()).isEqualTo("second\n");

    Files.delete(base.resolve("first/other"));
    plugin("first", "other", "echo first");
    assertThat(outcome("other", CniCommand.ADD, "").output()).isEqualTo("first\n");

    Files.setPosixFilePermissions(
        base.resolve("first/other"), PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(outcome("other", CniCommand.ADD, "").output()).isEqualTo("second\n");
  }

  @Test
  void saysWhyNoneCouldBeRun() throws Exception {
    assertThat(outcome("other", CniCommand.ADD, ""))
        .isEqualTo(new Outcome(Outcome.NOT_RUN, "No such file or directory"));

    plugin("first", "other", "");
    Files.writeString(base.resolve("first/other"), "#!/nonexistent/interpreter\n");
    Outcome outcome = outcome("other", CniCommand.ADD, "");
    assertThat(outcome.exitCode()).isEqualTo(Outcome.NOT_RUN);
    assertThat(outcome.output()).contains("No such file or directory");
  }

  @Test
  void carriesALongInputAndCutsALongAnswer() throws Exception {
    plugin("first", "other", "wc -c");
    assertThat(ask("x".repeat(900_000), host -> host.run("other", CniCommand.ADD, "")).output())
        .isEqualTo("900000\n");

    plugin("first", "other", "head -c 100000 /dev/zero | tr '\\0' y");
    assertThat(outcome("other", CniCommand.ADD, "").output()).isEqualTo("y".repeat(32_767));
  }

  @Test
  void runsOneAfterTheOther() throws Exception {
    plugin("first", "one", "echo $CNI_COMMAND >>" + base.resolve("log"));
    plugin("first", "two", "exit 1");
    Ended ended =
        call(
            INPUT,
            host -> {
              host.run("one", CniCommand.ADD, "");
              host.run("two", CniCommand.ADD, "");
              host.run("one", CniCommand.DEL, "");
              return new PluginReply(7, "done");
            });

    assertThat(ended).isEqualTo(new Ended(7, "done"));
    assertThat(base.resolve("log")).hasContent("ADD\nDEL\n");
  }

  /// The clock is set to 40 s; what it sends then is sent by hand here.
  @Test
  void oneThatHangsIsKilledWithAllThatItStarted() throws Exception {
    assumeTrue(client != PluginClient.JAVA, "it has a thread that counts the seconds");
    Path pids = base.resolve("pids");
    plugin(
        "first",
        "other",
        "sleep 1000 & echo $PPID $$ $! >%1$s.new; mv %1$s.new %1$s; wait".formatted(pids));
    try (CniServer _ =
        serve(host -> PluginReply.success(host.run("other", CniCommand.ADD, "") + ""))) {
      Process process = PluginClient.start(client.builder(variables()), INPUT);
      List<Long> started = awaitPids(pids);
      new ProcessBuilder("kill", "-ALRM", started.getFirst().toString()).start().waitFor();

      assertThat(PluginClient.ended(process))
          .isEqualTo(new Ended(0, new Outcome(137, "").toString()));
      awaitEnd(started.subList(1, 3));
    }
  }

  /// As a runtime does that waited too long: the other dies too, whoever called next is served, and
  /// the daemon knows.
  @ParameterizedTest(name = "somebody calls at once: {0}")
  @ValueSource(booleans = {true, false})
  void isMissedWhenItIsKilled(boolean isFollowed) throws Exception {
    Path pids = base.resolve("pids");
    plugin(
        "first",
        "hangs",
        "echo $PPID $$ >%1$s.new; mv %1$s.new %1$s; exec sleep 1000".formatted(pids));
    plugin("first", "quick", "echo quick");
    List<String> errors = Collections.synchronizedList(new ArrayList<>());
    try (CniServer _ =
        serve(
            host -> {
              String type = errors.isEmpty() && !Files.exists(pids) ? "hangs" : "quick";
              try {
                return PluginReply.success(host.run(type, CniCommand.ADD, "").output());
              } catch (CniException e) {
                errors.add(e.error().message());
                return PluginReply.failure(e.error().message());
              }
            })) {
      Process victim = PluginClient.start(client.builder(variables()), INPUT);
      List<Long> started = awaitPids(pids);
      victim.destroyForcibly().waitFor();
      if (!isFollowed) {
        Waiting.until(() -> "the daemon looks for it", () -> !errors.isEmpty());
      }

      assertThat(PluginClient.ended(PluginClient.start(client.builder(variables()), INPUT)))
          .isEqualTo(new Ended(0, "quick\n"));
      Waiting.until(() -> "the daemon misses it", () -> !errors.isEmpty());
      assertThat(errors)
          .containsExactly("the plugin that called ended before plugin 'hangs' had done its ADD");
      if (client == PluginClient.JAVA) {
        ProcessHandle.of(started.get(1)).ifPresent(ProcessHandle::destroyForcibly);
      }
      awaitEnd(started.subList(1, 2));
    }
  }

  @Test
  void nothingOfOursIsOpenInIt() throws Exception {
    plugin("first", "other", "ls -l /proc/$$/fd");

    assertThat(outcome("other", CniCommand.ADD, "").output())
        .contains("pipe:")
        .doesNotContain(base.resolve("cni").toString());
  }

  private static List<Long> awaitPids(Path file) {
    Waiting.until(() -> "the plugin runs", () -> Files.exists(file));
    try {
      return List.of(Files.readString(file).strip().split(" ")).stream()
          .map(Long::valueOf)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void awaitEnd(List<Long> processes) {
    for (long process : processes) {
      Waiting.until(
          () -> "the end of %d".formatted(process),
          () -> !ProcessHandle.of(process).map(ProcessHandle::isAlive).orElse(false));
    }
  }

  private void plugin(String directory, String name, String script) throws IOException {
    Path file = base.resolve(directory).resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Outcome outcome(String type, CniCommand command, String input) throws Exception {
    return ask(INPUT, host -> host.run(type, command, input));
  }

  private Outcome ask(String input, Function<Delegates, Outcome> asked) throws Exception {
    List<Outcome> outcomes = new ArrayList<>();
    Ended ended =
        call(
            input,
            host -> {
              outcomes.add(asked.apply(host));
              return PluginReply.success("");
            });
    assertThat(ended).isEqualTo(new Ended(0, ""));
    return outcomes.getFirst();
  }

  private Ended call(String input, Function<Delegates, PluginReply> answer) throws Exception {
    try (CniServer _ = serve(answer)) {
      return PluginClient.ended(PluginClient.start(client.builder(variables()), input));
    }
  }

  private CniServer serve(Function<Delegates, PluginReply> answer) throws IOException {
    return CniServer.start(
        new SlotFiles(base.resolve("cni")),
        CniServerHolder::makeFifo,
        (_, host) -> answer.apply(host));
  }

  private Map<String, String> variables() {
    return Map.of(
        "CNI_COMMAND",
        "ADD",
        "CNI_CONTAINERID",
        "c1",
        "OTHER",
        "beside",
        "CNI_PATH",
        "%s:%s".formatted(base.resolve("first"), base.resolve("second")),
        "BRINDLE_CNI_DIR",
        base.resolve("cni").toString());
  }
}
