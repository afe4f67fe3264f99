// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.brindle.cni.plugin.PluginCall;
import dev.brindle.cni.plugin.PluginReply;
import dev.brindle.cni.plugin.SlotFiles;
import dev.brindle.cni.plugin.SlotMessages;
import dev.brindle.cni.protocol.CniVersion;
import dev.brindle.cni.server.PluginClient.Ended;
import dev.brindle.linux.testing.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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

/// What whoever starts the plugin may do to it: odd environments, files in the place of its input
/// and output, signals.
@ParameterizedClass(name = "{0}")
@EnumSource(PluginClient.class)
class PluginProcessTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CONFIGURATION = "{\"cniVersion\": \"1.0.0\", \"name\": \"n\"}";

  @TempDir private Path base;
  @Parameter private PluginClient client = PluginClient.JAVA;

  @BeforeEach
  void needsTheClient() {
    client.needed();
  }

  @Test
  void saysItsVersionsAsTheOthersDo() throws Exception {
    String versions = CniVersion.supportedJson();
    assertThat(run(Map.of("CNI_COMMAND", "VERSION"), "{}")).isEqualTo(new Ended(0, versions));
    assertThat(run(Map.of("CNI_COMMAND", "VERSION"), "{\"cniVersion\": \"0.4.0\"}"))
        .as("the version that was asked in")
        .isEqualTo(new Ended(0, versions.replaceFirst("1.1.0", "0.4.0")));
  }

  /// To the last character, so that nobody can tell which of them is installed.
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # story               | input                                        | version
          as usual              | {"cniVersion": "0.4.0", "name": "a"}         | 0.4.0
          at the end            | {"name":"a","cniVersion":"1.0.0"}            | 1.0.0
          broken off            | {"cniVersion":                               | 1.1.0
          nothing               | ``                                           | 1.1.0
          no string             | {"cniVersion": 1}                            | 1.1.0
          with a backslash      | {"cniVersion": "1\\0"}                       | 1\\\\0
          """)
  void claimsTheVersionOfTheConfiguration(String story, String input, String version)
      throws Exception {
    assertThat(run(Map.of("CNI_COMMAND", "PLUG"), input))
        .isEqualTo(
            new Ended(
                1,
                "{\"cniVersion\":\"%s\",\"code\":4,\"msg\":\"CNI_COMMAND is 'PLUG': expected one of [ADD, DEL, CHECK, GC, STATUS, VERSION]\",\"details\":\"\"}"
                    .formatted(version)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "A",
        "ADD ",
        "add",
        "ADD DEL",
        "GCC",
        "STATUSES",
        "a \"b\" \\ c\nd\u0001e",
        "%s%n"
      })
  void refusesACommandThatIsNone(String command) throws Exception {
    JsonNode error = error(run(Map.of("CNI_COMMAND", command), CONFIGURATION), 4);

    assertThat(error.path("msg").textValue())
        .isEqualTo(
            "CNI_COMMAND is '%s': expected one of [ADD, DEL, CHECK, GC, STATUS, VERSION]"
                .formatted(command));
  }

  @Test
  void refusesToGuessTheCommand() throws Exception {
    ProcessBuilder builder = client.builder(Map.of());
    builder.environment().remove("CNI_COMMAND");

    assertThat(PluginClient.ended(PluginClient.start(builder, "{}")).output())
        .contains("CNI_COMMAND is ''");
  }

  @Test
  void namesTheDirectoryThatIsUsualWhenNoneIsSaid() throws Exception {
    assumeTrue(
        System.getenv("BRINDLE_TEST_NAMESPACE") != null,
        "needs namespaces, to hide a daemon of this machine");
    String hidden = "mount -t tmpfs none /run && exec \"$0\" \"$@\"";
    ProcessBuilder builder =
        client.builder(
            Map.of("CNI_COMMAND", "STATUS", "BRINDLE_CNI_DIR", ""),
            "unshare",
            "--mount",
            "sh",
            "-c",
            hidden);

    assertThat(
            error(PluginClient.ended(PluginClient.start(builder, CONFIGURATION)), 50)
                .path("msg")
                .textValue())
        .isEqualTo(
            "the brindle node daemon is not running: there is no /run/brindle/cni/slot-0.lock");
  }

  @Test
  void namesWhatItCannotOpen() throws Exception {
    Files.createDirectories(directory().resolve("slot-0.lock"));
    assertThat(error(add(CONFIGURATION), 5).path("msg").textValue())
        .contains(directory() + "/slot-0.lock: Is a directory");

    String tooLong = "/" + "x/".repeat(2_100);
    Ended ended = run(Map.of("CNI_COMMAND", "ADD", "BRINDLE_CNI_DIR", tooLong), CONFIGURATION);
    assertThat(error(ended, 5).path("msg").textValue()).contains("File name too long");
  }

  @Test
  void aSlotThatIsNotThereYetIsADaemonThatStarts() throws Exception {
    FakeDaemon.open(directory()).close();
    Files.delete(new SlotFiles(directory()).in(0));

    assertThat(error(add(CONFIGURATION), 11).path("msg").textValue())
        .contains("there is no " + directory() + "/slot-0.in");
    assertThat(new SlotFiles(directory()).in(0)).doesNotExist();
  }

  @Test
  void aCallMayBeAMebibyteAndNoLonger() throws Exception {
    Map<String, String> variables = variables("ADD");
    int room = SlotMessages.MAX_REQUEST - toldName();
    for (Map.Entry<String, String> variable : variables.entrySet()) {
      if (variable.getKey().startsWith("CNI_")) {
        room -= variable.getKey().length() + 1 + variable.getValue().length() + 1;
      }
    }
    String most = "x".repeat(room - 1);
    try (CniServer _ = serve(message -> PluginReply.success("length " + message.length))) {
      assertThat(run(variables, most)).isEqualTo(new Ended(0, "length 1048576"));
      assertThat(error(run(variables, most + "x"), 7).path("msg").textValue())
          .isEqualTo("stdin and CNI_ variables are longer than 1048576 bytes");
      variables.put("CNI_ARGS", "y".repeat(100_000));
      error(run(variables, most), 7);
    }
  }

  /// The one in Java is told its name by the script that starts it.
  private int toldName() {
    String name = String.valueOf(Path.of(client.command().getFirst()).getFileName());
    return client == PluginClient.JAVA ? 0 : "CNI_PROGRAM=%s\0".formatted(name).length();
  }

  @Test
  void theNameThatItIsRunUnderGoesToTheDaemon() throws Exception {
    assumeTrue(client != PluginClient.JAVA, "a script tells it");
    Path link = base.resolve("calico-ipam");
    Files.createSymbolicLink(link, Path.of(client.command().getFirst()));
    var builder = new ProcessBuilder(link.toString());
    builder.environment().putAll(variables("ADD"));
    try (CniServer _ =
        serve(
            message ->
                PluginReply.success(
                    PluginCall.decode(message).environment().getOrDefault("CNI_PROGRAM", "")))) {
      assertThat(PluginClient.ended(PluginClient.start(builder, CONFIGURATION)).output())
          .isEqualTo("calico-ipam");
    }
  }

  /// The specification has a code of its own for that.
  @Test
  void statusWithoutADaemonIsNotAvailable() throws Exception {
    assertThat(error(run(variables("STATUS"), CONFIGURATION), 50).path("msg").textValue())
        .startsWith("the brindle node daemon is not running: ");
    error(run(variables("ADD"), CONFIGURATION), 11);
  }

  @Test
  void variablesAloneMayBeTooMuch() throws Exception {
    Map<String, String> variables = variables("ADD");
    for (int i = 0; i < 9; i++) {
      variables.put("CNI_X" + i, "y".repeat(125_000));
    }

    error(run(variables, CONFIGURATION), 7);
  }

  @Test
  void onlyVariablesOfTheSpecificationGoToTheDaemon() throws Exception {
    Map<String, String> variables = variables("ADD");
    variables.put("SECRET", "s");
    variables.put("CNI", "s");
    variables.put("CNI_ARGS", "A=b;C=d=e");
    try (CniServer _ =
        serve(
            message -> PluginReply.success(PluginCall.decode(message).environment().toString()))) {
      assertThat(run(variables, CONFIGURATION).output())
          .contains("CNI_COMMAND=ADD", "CNI_ARGS=A=b;C=d=e")
          .doesNotContain("SECRET", "CNI=", "BRINDLE");
    }
  }

  @Test
  void aDirectoryAsInputIsAnError() throws Exception {
    ProcessBuilder builder = client.builder(variables("ADD"), "sh", "-c", "exec \"$0\" \"$@\" </");

    assertThat(error(PluginClient.ended(builder.start()), 5).path("msg").textValue())
        .isEqualTo("standard input: Is a directory");
  }

  /// A JVM takes the lowest descriptor for a file of its own before it gets to us: there the shell
  /// that starts it sees to that.
  @Test
  void aClosedInputIsAnEmptyOne() throws Exception {
    assumeTrue(client != PluginClient.JAVA, "the launcher's script does it for the JVM");
    try (CniServer _ = serve(PluginProcessTest::echo)) {
      assertThat(
              PluginClient.ended(
                  client.builder(variables("ADD"), "sh", "-c", "exec \"$0\" <&-").start()))
          .isEqualTo(new Ended(0, "echo "));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {">&-", ">/dev/full"})
  void anAnswerThatCannotBeWrittenIsAFailure(String output) throws Exception {
    try (CniServer _ = serve(PluginProcessTest::echo)) {
      for (String command : new String[] {"ADD", "VERSION", "PLUG"}) {
        Process process =
            PluginClient.start(
                client.builder(
                    variables(command), "sh", "-c", "exec \"$0\" \"$@\" 2>/dev/null " + output),
                CONFIGURATION);
        assertThat(process.waitFor()).as(command).isEqualTo(1);
      }
    }
  }

  @Test
  void whoeverStopsListeningMakesItFailAndNotDie() throws Exception {
    var isThere = new CountDownLatch(1);
    var isDeaf = new CountDownLatch(1);
    try (CniServer _ =
        serve(
            message -> {
              isThere.countDown();
              await(isDeaf);
              return echo(message);
            })) {
      Process process = PluginClient.start(client.builder(variables("ADD")), CONFIGURATION);
      await(isThere);
      process.getInputStream().close();
      isDeaf.countDown();

      assertThat(process.waitFor()).as("not 128 + SIGPIPE").isEqualTo(1);
    }
  }

  /// The clock is set to 110 s; what it sends then is sent by hand here.
  @ParameterizedTest
  @ValueSource(strings = {"", "env --block-signal=ALRM", "env --ignore-signal=ALRM"})
  void endsWhenItsClockRunsOut(String wrapper) throws Exception {
    assumeTrue(client != PluginClient.JAVA, "it has a thread that counts the seconds");
    try (FakeDaemon daemon = FakeDaemon.open(directory())) {
      ProcessBuilder builder =
          wrapper.isEmpty()
              ? client.builder(variables("ADD"))
              : client.builder(variables("ADD"), wrapper.split(" ", -1));
      Process process = PluginClient.start(builder, CONFIGURATION);
      daemon.call();
      new ProcessBuilder("kill", "-ALRM", Long.toString(process.pid())).start().waitFor();

      JsonNode error = error(PluginClient.ended(process), 11);
      assertThat(error.path("msg").textValue())
          .isEqualTo("the brindle node daemon is not running: no answer within 110 s");
      assertThat(error.path("cniVersion").textValue()).isEqualTo("1.0.0");
    }
  }

  /// Also in line for a slot, and while the pipe is full.
  @Test
  void endsWhenItsClockRunsOutWhileItWaitsToWrite() throws Exception {
    assumeTrue(client != PluginClient.JAVA, "it has a thread that counts the seconds");
    try (FakeDaemon daemon = FakeDaemon.open(directory())) {
      Process writes = PluginClient.start(client.builder(variables("ADD")), "x".repeat(300_000));
      for (int i = 1; i < SlotFiles.SLOTS; i++) {
        Files.createSymbolicLink(
            new SlotFiles(directory()).lock(i), new SlotFiles(directory()).lock(0));
      }
      awaitStateOf(writes, "pipe_write");
      Process inLine = PluginClient.start(client.builder(variables("ADD")), CONFIGURATION);
      awaitStateOf(inLine, "fcntl_setlk");

      for (Process process : new Process[] {inLine, writes}) {
        new ProcessBuilder("kill", "-ALRM", Long.toString(process.pid())).start().waitFor();
        assertThat(PluginClient.ended(process).output()).contains("no answer within 110 s");
      }
      assertThat(daemon).isNotNull();
    }
  }

  /// Where in the kernel a process sleeps, if it says so.
  private static void awaitStateOf(Process process, String where) {
    Waiting.until(
        () -> "%s, it is in %s".formatted(where, stateOf(process)),
        () -> stateOf(process).contains(where));
  }

  private static String stateOf(Process process) {
    try {
      return Files.readString(Path.of("/proc/%d/wchan".formatted(process.pid())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Whatever it was about when it was killed, the next one finds a slot that works.
  @Test
  void oneThatIsKilledAtAnyMomentHarmsNobody() throws Exception {
    long seed = Long.getLong("fuzz.seed", 20_261_121L);
    var random = new Random(seed);
    boolean isSlow = client == PluginClient.JAVA;
    String large = "x".repeat(400_000);
    try (CniServer server = serve(PluginProcessTest::echo)) {
      for (int i = 0; i < (isSlow ? 12 : 100); i++) {
        Process victim = client.builder(variables("ADD")).start();
        Thread writer =
            Thread.ofVirtual()
                .start(
                    () -> {
                      try (var stdin = victim.getOutputStream()) {
                        stdin.write(large.getBytes(StandardCharsets.UTF_8));
                      } catch (IOException _) {
                        // it is dead already
                      }
                    });
        victim.waitFor(random.nextInt(isSlow ? 300_000 : 10_000), TimeUnit.MICROSECONDS);
        victim.destroyForcibly().waitFor();
        writer.join();
        assertThat(add("next" + i))
            .as("seed %d, round %d", seed, i)
            .isEqualTo(new Ended(0, "echo next" + i));
      }
      assertThat(server.problems()).isEmpty();
    }
  }

  private static PluginReply echo(byte[] message) {
    return PluginReply.success("echo " + PluginCall.decode(message).input());
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(120, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode error(Ended ended, int code) throws IOException {
    JsonNode error = JSON.readTree(ended.output());
    assertThat(ended.exitCode()).as(ended.output()).isEqualTo(1);
    assertThat(error.path("code").intValue()).as(ended.output()).isEqualTo(code);
    return error;
  }

  private Path directory() {
    return base.resolve("cni");
  }

  private CniServer serve(Function<byte[], PluginReply> calls) throws IOException {
    return CniServer.start(
        new SlotFiles(directory()),
        CniServerHolder::makeFifo,
        (message, _) -> calls.apply(message));
  }

  private Ended add(String input) throws Exception {
    return run(variables("ADD"), input);
  }

  private Map<String, String> variables(String command) {
    return new HashMap<>(Map.of("CNI_COMMAND", command, "BRINDLE_CNI_DIR", directory().toString()));
  }

  private Ended run(Map<String, String> variables, String input) throws Exception {
    return PluginClient.ended(PluginClient.start(client.builder(variables), input));
  }
}
