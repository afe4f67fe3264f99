// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// A BGP daemon of someone else, as an ordinary process on loopback.
final class RouterProcess implements AutoCloseable {

  private final Process process;
  private final Path log;

  private RouterProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /// Skips the test where a daemon is not there.
  static void assumeInstalled(String binary, String debianPackage) {
    assumeTrue(
        Files.isExecutable(Path.of(binary)),
        binary + " is not there: install the Debian package " + debianPackage);
  }

  static RouterProcess start(Path directory, List<String> command) throws IOException {
    Path log = directory.resolve("log");
    return new RouterProcess(
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start(),
        log);
  }

  /// Runs a command of the daemon's own client, which gets no answer of a daemon that hangs.
  ///
  /// @return the answer, attributes named as by BIRD 2 where BIRD 3 names them otherwise
  static String ask(List<String> command) throws IOException, InterruptedException {
    List<String> bounded = new ArrayList<>(List.of("timeout", "30"));
    bounded.addAll(command);
    Process client = new ProcessBuilder(bounded).redirectErrorStream(true).start();
    String answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    client.waitFor();
    return answer.replace("\tbgp_path:", "\tBGP.as_path:").replace("\tbgp_", "\tBGP.");
  }

  /// Whether this version of the daemon has the option.
  static boolean hasOption(String daemon, String option) throws IOException, InterruptedException {
    return ask(List.of(daemon, "--help")).contains(option);
  }

  /// Asks again until the answer has the text: other daemons send no event.
  String askUntil(String text, List<String> command) throws IOException, InterruptedException {
    return askUntil(it -> it.contains(text), text, command);
  }

  /// Asks again until the answer is right.
  ///
  /// @param text what is wanted of it
  String askUntil(Predicate<String> isRight, String text, List<String> command)
      throws IOException, InterruptedException {
    return askUntil("no '%s' in".formatted(text), isRight, command);
  }

  void askUntilGone(String text, List<String> command) throws IOException, InterruptedException {
    askUntilNot(text, command);
  }

  /// @return the answer without the text
  String askUntilNot(String text, List<String> command) throws IOException, InterruptedException {
    return askUntil("still '%s' in".formatted(text), it -> !it.contains(text), command);
  }

  private String askUntil(String complaint, Predicate<String> isRight, List<String> command)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + Loopback.PATIENCE.toNanos();
    String answer = ask(command);
    while (!isRight.test(answer)) {
      if (System.nanoTime() > end || process.waitFor(50, TimeUnit.MILLISECONDS)) {
        throw new AssertionError(
            "%s: %s%nlog: %s".formatted(complaint, answer, Files.readString(log)));
      }
      answer = ask(command);
    }
    return answer;
  }

  /// It hears and says nothing any more.
  void pause() throws IOException, InterruptedException {
    ask(List.of("kill", "-STOP", Long.toString(process.pid())));
  }

  void resume() throws IOException, InterruptedException {
    ask(List.of("kill", "-CONT", Long.toString(process.pid())));
  }

  String log() throws IOException {
    return Files.readString(log);
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join(); // its ports and files are free for the next one
  }
}
