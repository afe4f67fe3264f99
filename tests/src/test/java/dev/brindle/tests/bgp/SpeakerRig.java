// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.bgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.live.LiveKernel;
import dev.brindle.tests.program.Launcher;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/// `brindle speaker` and BIRD as processes, and commands to them, in a network namespace with
/// loopback. We are 127.0.0.1, AS 64512; BIRD is 127.0.0.2, AS 65001.
final class SpeakerRig implements AutoCloseable {

  private static final String BIRD = "/usr/sbin/bird";
  private static final long PATIENCE_SECONDS = 90;

  private final Path base;
  private final NetworkNamespace host;
  private final List<Process> processes = new ArrayList<>();

  private SpeakerRig(Path base, NetworkNamespace host) {
    this.base = base;
    this.host = host;
  }

  /// @param base for all files
  static SpeakerRig make(Path base) {
    NetworkNamespace host;
    try {
      host = NetworkNamespace.create(JnrLibc.get());
    } catch (KernelException e) {
      assumeTrue(
          !e.errno().equals(Errno.EPERM),
          () -> "needs to be root of a namespace: " + e.getMessage());
      throw e;
    }
    try (LiveKernel kernel = LiveKernel.in(NetworkNamespace.open(JnrLibc.get(), host.path()))) {
      kernel.links().setUp(1, true);
    }
    return new SpeakerRig(base, host);
  }

  Path control() {
    return base.resolve("c");
  }

  void write(String file, String text) throws IOException {
    Files.writeString(base.resolve(file), text);
  }

  /// Runs it on `speaker.yaml`.
  Process speaker(String... more) {
    List<String> command = java("-Xmx200m", "dev.brindle.node.speaker.SpeakerMain");
    command.addAll(List.of("--config", "speaker.yaml", "--control", control().toString()));
    command.addAll(Arrays.asList(more));
    return start("speaker.log", command);
  }

  /// Runs BIRD.
  ///
  /// @param routes what it tells, each `route 10.0.0.0/24 blackhole;`
  Process bird(String routes) throws IOException {
    assumeTrue(
        Files.isExecutable(Path.of(BIRD)),
        BIRD + " is not there: install the Debian package bird2");
    write(
        "bird.conf",
        """
        router id 127.0.0.2;
        protocol device {}
        protocol static { ipv4; %s }
        protocol bgp ours {
          local 127.0.0.2 port 1791 as 65001;
          neighbor 127.0.0.1 port 1790 as 64512;
          multihop;
          connect delay time 1;
          connect retry time 1;
          error wait time 1, 1;
          ipv4 { import all; export all; next hop address 192.0.2.2; };
        }
        """
            .formatted(routes));
    return start(
        "bird.log", List.of(BIRD, "-f", "-c", "bird.conf", "-s", "bird.ctl", "-P", "bird.pid"));
  }

  /// What BIRD says to a command.
  String birdc(String command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(BIRD + "c", "-s", "bird.ctl", command)
            .directory(base.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    return said;
  }

  /// Asks BIRD until the answer is as wanted.
  void awaitBird(Predicate<String> isWanted, String command)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    String said = birdc(command);
    while (!isWanted.test(said)) {
      assertThat(System.nanoTime()).as(said).isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
      said = birdc(command);
    }
  }

  private Process start(String log, List<String> command) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(base.toFile())
            .redirectErrorStream(true)
            .redirectOutput(base.resolve(log).toFile());
    // a process is started by a thread of its own here, so it is born in the thread's namespace
    Process process = host.call(builder::start);
    processes.add(process);
    return process;
  }

  String log(String file) throws IOException {
    return Files.readString(base.resolve(file));
  }

  /// What a command left behind.
  record Said(int exitCode, String out, String err) {}

  /// A connection from 127.0.0.2 to the speaker, as soon as it listens.
  Socket call() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      try {
        return host.call(
            () -> new Socket("127.0.0.1", 1790, InetAddress.ofLiteral("127.0.0.2"), 0));
      } catch (IllegalStateException e) {
        if (!(e.getCause() instanceof ConnectException) || System.nanoTime() - deadline > 0) {
          throw e;
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      }
    }
  }

  /// `brindle bgp ...` against the speaker; what it says is in the file when it has ended.
  int bgpTo(Path out, String... words) throws IOException, InterruptedException {
    List<String> command = commandLine(words);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(base.resolve("to.err").toFile());
    builder.environment().put("BRINDLE_CONTROL", control().toString());
    return builder.start().waitFor();
  }

  /// `brindle bgp ...` against the speaker.
  Said bgp(String... words) throws IOException, InterruptedException {
    List<String> command = commandLine(words);
    Path out = Files.createTempFile(base, "out", "");
    Path err = Files.createTempFile(base, "err", "");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("BRINDLE_CONTROL", control().toString());
    Process process = builder.start();
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    return new Said(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  /// Asks until the answer is as wanted.
  Said await(Predicate<Said> isWanted, String... words) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    Said said = bgp(words);
    while (!isWanted.test(said)) {
      assertThat(System.nanoTime())
          .as("%s%nspeaker: %s", said, log("speaker.log"))
          .isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
      said = bgp(words);
    }
    return said;
  }

  /// What Prometheus is told.
  String metrics(int port) throws IOException {
    try (Socket socket = host.call(() -> new Socket(InetAddress.ofLiteral("127.0.0.1"), port))) {
      socket
          .getOutputStream()
          .write("GET /metrics HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static List<String> commandLine(String... words) {
    List<String> command = new ArrayList<>(List.of(Launcher.path().toString(), "bgp"));
    command.addAll(Arrays.asList(words));
    return command;
  }

  private static List<String> java(String heap, String main) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            heap,
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            main));
    return command;
  }

  @Override
  public void close() {
    processes.forEach(Process::destroyForcibly);
    processes.forEach(process -> process.onExit().join());
    host.close();
  }
}
