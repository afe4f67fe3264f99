// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.brindle.cni.plugin.PluginCall;
import dev.brindle.cni.plugin.PluginReply;
import dev.brindle.cni.plugin.SlotFiles;
import dev.brindle.cni.server.PluginClient.Ended;
import dev.brindle.linux.testing.Waiting;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// The real plugin in each of its forms, as a process of its own, against a server in this one.
@ParameterizedClass(name = "{0}")
@EnumSource(PluginClient.class)
class CniServerTest {

  private static final Function<byte[], PluginReply> ECHO = CniServerTest::echo;
  private static final byte[] NOISE =
      "this is no piece of any message at all".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path base;
  @Parameter private PluginClient client = PluginClient.JAVA;

  @BeforeEach
  void needsTheClient() {
    client.needed();
  }

  private static PluginReply echo(byte[] message) {
    PluginCall call = PluginCall.decode(message);
    String output = call.environment().get("CNI_CONTAINERID") + " " + call.input();
    return new PluginReply(call.input().startsWith("fail") ? 1 : 0, output);
  }

  @Test
  void carriesACallThereAndBack() throws Exception {
    try (CniServer _ = serve(ECHO)) {
      assertThat(plugin("ADD", "c1", "input ü")).isEqualTo(new Ended(0, "c1 input ü"));
      assertThat(plugin("DEL", "c2", "fail")).isEqualTo(new Ended(1, "c2 fail"));
    }
  }

  @Test
  void carriesMoreThanAPipeHolds() throws Exception {
    String long300k = "x".repeat(300_000);
    try (CniServer _ = serve(message -> PluginReply.success("length " + message.length))) {
      assertThat(plugin("ADD", "c1", long300k).output()).startsWith("length 3000");
    }
  }

  @Test
  void refusesWhatIsTooLong() throws Exception {
    try (CniServer _ = serve(ECHO)) {
      Ended ended = plugin("ADD", "c1", "x".repeat(1_100_000));

      assertThat(ended.exitCode()).isEqualTo(1);
      assertThat(ended.output()).contains("\"code\":7").contains("longer than 1048576 bytes");
    }
  }

  @Test
  void letsOnlyItsOwnerIn() throws Exception {
    try (CniServer _ = serve(ECHO)) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory())))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void answersManyAtOnce() throws Exception {
    var allThere = new CountDownLatch(SlotFiles.SLOTS);
    Function<byte[], PluginReply> waiting =
        message -> {
          allThere.countDown();
          awaitAll(allThere);
          return echo(message);
        };
    try (CniServer _ = serve(waiting)) {
      List<Process> processes = new ArrayList<>();
      for (int i = 0; i < 2 * SlotFiles.SLOTS; i++) {
        processes.add(start("ADD", "c" + i, "input"));
      }
      for (int i = 0; i < processes.size(); i++) {
        assertThat(PluginClient.ended(processes.get(i)))
            .isEqualTo(new Ended(0, "c" + i + " input"));
      }
    }
  }

  private static void awaitAll(CountDownLatch latch) {
    try {
      assertThat(latch.await(120, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Else the plugin would wait for it, and here for ever.
  @Test
  void whatMayWaitIsDoneAfterTheAnswer() throws Exception {
    var isAnswered = new CountDownLatch(1);
    var isDone = new CountDownLatch(1);
    BiFunction<byte[], Delegates, PluginReply> calls =
        (message, host) -> {
          host.afterwards(
              () -> {
                awaitAll(isAnswered);
                isDone.countDown();
              });
          return echo(message);
        };
    try (CniServer _ =
        CniServer.start(new SlotFiles(directory()), CniServerHolder::makeFifo, calls)) {
      assertThat(plugin("ADD", "c1", "input")).isEqualTo(new Ended(0, "c1 input"));
      assertThat(isDone.getCount()).isEqualTo(1);
      isAnswered.countDown();
      awaitAll(isDone);
    }
  }

  @Test
  void aSlotThatIsLostIsSaid() throws Exception {
    Function<byte[], PluginReply> broken =
        _ -> {
          throw new IllegalStateException("the test wanted this");
        };
    try (CniServer server = serve(broken)) {
      assertThat(server.problems()).isEmpty();

      assertThat(plugin("ADD", "c1", "input").exitCode()).isEqualTo(1);

      Waiting.until("a problem", () -> !server.problems().isEmpty());
      assertThat(server.problems())
          .containsExactly(
              "1 of %d slots are out of service, a restart of the daemon brings them back"
                  .formatted(SlotFiles.SLOTS));
    }
  }

  @Test
  void saysThatTheDaemonIsAway() throws Exception {
    Ended never = plugin("ADD", "c1", "{\"cniVersion\": \"0.4.0\"}");
    serve(ECHO).close();
    Ended stopped = plugin("DEL", "c1", "{}");

    assertThat(never.exitCode()).isEqualTo(1);
    assertThat(never.output())
        .contains("\"cniVersion\":\"0.4.0\"", "\"code\":11", "daemon is not running: there is no ");
    assertThat(stopped.exitCode()).isEqualTo(1);
    assertThat(stopped.output())
        .contains("\"code\":11", "daemon is not running: nobody answers in " + directory());
  }

  @Test
  void answersVersionWithoutADaemon() throws Exception {
    assertThat(plugin("VERSION", "", "{}").output()).contains("\"supportedVersions\":[\"0.1.0\"");
  }

  @Test
  void refusesAnUnknownCommand() throws Exception {
    Ended ended = plugin("PLUG", "c1", "{}");

    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.output()).contains("\"code\":4", "CNI_COMMAND is 'PLUG'");
  }

  @Test
  void aPluginThatDiedLeavesItsSlotUsable() throws Exception {
    var entered = new CountDownLatch(1);
    var dead = new CountDownLatch(1);
    Function<byte[], PluginReply> calls =
        message -> {
          PluginCall call = PluginCall.decode(message);
          if (call.input().equals("slow")) {
            entered.countDown();
            awaitAll(dead);
            return PluginReply.success("stale ".repeat(5_000));
          }
          return echo(message);
        };
    try (CniServer _ = serve(calls)) {
      Process victim = start("ADD", "c1", "slow");
      assertThat(entered.await(60, TimeUnit.SECONDS)).isTrue();
      victim.destroyForcibly().waitFor();
      dead.countDown();
      for (int i = 0; i < 3; i++) {
        assertThat(plugin("ADD", "c" + i, "next")).isEqualTo(new Ended(0, "c" + i + " next"));
      }
    }
  }

  @Test
  void noiseInASlotIsThrownAway() throws Exception {
    try (CniServer _ = serve(ECHO)) {
      try (var in = new FileOutputStream(new SlotFiles(directory()).in(0).toFile())) {
        in.write(NOISE);
      }
      assertThat(plugin("ADD", "c0", "after noise")).isEqualTo(new Ended(0, "c0 after noise"));
      try (var in = new FileOutputStream(new SlotFiles(directory()).in(0).toFile())) {
        in.write(
            FakeDaemon.piece(
                FakeDaemon.MAGIC,
                1,
                Integer.MIN_VALUE,
                0,
                10,
                "0123456789".getBytes(StandardCharsets.UTF_8)));
      }
      assertThat(plugin("ADD", "c1", "after noise")).isEqualTo(new Ended(0, "c1 after noise"));
    }
  }

  /// The slot is at a call while the noise and another's call come.
  @Test
  void aCallRightBehindNoiseIsAnswered() throws Exception {
    var entered = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    Function<byte[], PluginReply> calls =
        message -> {
          entered.countDown();
          awaitAll(goOn);
          return echo(message);
        };
    try (CniServer _ = serve(calls)) {
      Process victim = start("ADD", "c0", "first");
      assertThat(entered.await(60, TimeUnit.SECONDS)).isTrue();
      victim.destroyForcibly().waitFor();
      try (var in = new FileOutputStream(new SlotFiles(directory()).in(0).toFile())) {
        in.write(NOISE);
      }
      Process next = start("ADD", "c1", "behind noise");
      Waiting.until("the call is in the slot", () -> hasMoreThan(NOISE.length));
      goOn.countDown();
      assertThat(PluginClient.ended(next)).isEqualTo(new Ended(0, "c1 behind noise"));
    }
  }

  @Test
  void aSecondDaemonIsRefused() throws Exception {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                CniServerHolder.class.getName(),
                directory().toString())
            .start();
    try {
      assertThat((char) other.getInputStream().read()).isEqualTo('.');
      assertThatIOException()
          .isThrownBy(() -> serve(ECHO))
          .withMessageContaining("is a brindle node daemon running here already?");
      // and when it is killed in the middle of a call, the plugin hears of it at once
      Process call = start("ADD", "c1", "hang");
      assertThat((char) other.getInputStream().read()).isEqualTo('!');
      other.destroyForcibly().waitFor();
      assertThat(PluginClient.ended(call).output())
          .contains("\"code\":11", "it ended during the call");
      try (CniServer _ = serve(ECHO)) {
        assertThat(plugin("ADD", "c2", "again")).isEqualTo(new Ended(0, "c2 again"));
      }
    } finally {
      other.destroyForcibly();
    }
  }

  @Test
  void aFileInAFifosPlaceIsReplaced() throws Exception {
    serve(ECHO).close();
    Path in = new SlotFiles(directory()).in(0);
    Files.delete(in);
    Files.writeString(in, "no FIFO");

    assertThat(plugin("ADD", "c1", "input").output()).contains("\"code\":11");
    try (CniServer _ = serve(ECHO)) {
      assertThat(plugin("ADD", "c2", "input")).isEqualTo(new Ended(0, "c2 input"));
    }
  }

  private boolean hasMoreThan(int bytes) {
    try (var fifo = new RandomAccessFile(new SlotFiles(directory()).in(0).toFile(), "rw");
        var in = new FileInputStream(fifo.getFD())) {
      return in.available() > bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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

  private Ended plugin(String command, String container, String input) throws Exception {
    return PluginClient.ended(start(command, container, input));
  }

  private Process start(String command, String container, String input) throws Exception {
    return PluginClient.start(
        client.builder(
            Map.of(
                "BRINDLE_CNI_DIR", directory().toString(),
                "CNI_COMMAND", command,
                "CNI_CONTAINERID", container)),
        input);
  }
}
