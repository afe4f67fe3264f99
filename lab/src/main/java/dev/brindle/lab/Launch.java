// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// Starts the supervisor in namespaces of its own.
final class Launch {

  /// Names the file in which the supervisor notes what it loads, for an ahead-of-time cache.
  private static final String RECORD = "brindle.lab.record";

  private static final int GRACE_SECONDS = 5;

  private Launch() {}

  /// Runs the tour and gives its exit code. However we end, the tour ends too: its standard input
  /// is a pipe of ours.
  static int tour(List<String> options, Path directory, boolean keep)
      throws IOException, InterruptedException {
    boolean withUser = Namespaces.needUser();
    Process process =
        new ProcessBuilder(command(List.of(), withUser, "tour", directory, options))
            .redirectInput(ProcessBuilder.Redirect.PIPE)
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Thread hook =
        new Thread(
            () -> {
              end(process);
              if (!keep) {
                WorkDirectory.delete(directory);
              }
            });
    Runtime.getRuntime().addShutdownHook(hook);
    int code = process.waitFor();
    Killed.said(code).ifPresent(System.err::println);
    return code;
  }

  /// Starts a lab that stays, and shows its progress until it is up. Until then it ends with us:
  /// its standard input is a pipe of ours, on which it is told that it may stay.
  ///
  /// @return whether it is
  static boolean stay(List<String> options, Path directory, LabLock lock, PrintStream out)
      throws IOException, InterruptedException {
    boolean withUser = Namespaces.needUser();
    // a session of its own: what ends our terminal does not end the lab
    Process process =
        new ProcessBuilder(command(List.of("setsid"), withUser, "stay", directory, options))
            .redirectError(directory.resolve("supervisor.log").toFile())
            .start();
    AtomicBoolean isAbandoned = new AtomicBoolean();
    Thread hook =
        new Thread(
            () -> {
              isAbandoned.set(true);
              abandon(process, lock);
            });
    Runtime.getRuntime().addShutdownHook(hook);
    try (BufferedReader progress =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = progress.readLine(); line != null; line = progress.readLine()) {
        if (line.equals(Supervisor.READY)) {
          LabFile.write(directory, new LabFile.Running(supervisor(process), withUser));
          if (!remove(hook)) {
            return false;
          }
          process.getOutputStream().write(Supervisor.STAY);
          process.getOutputStream().close();
          return true;
        }
        out.println(line);
      }
    }
    int code = process.waitFor();
    if (isAbandoned.get() || !remove(hook)) {
      return false;
    }
    Killed.said(code).ifPresent(out::println);
    out.print(Files.readString(directory.resolve("supervisor.log")));
    out.println("logs and configuration are in %s until the next lab".formatted(directory));
    return false;
  }

  /// The wrapper's only child.
  private static long supervisor(Process wrapper) {
    return wrapper
        .children()
        .findFirst()
        .map(ProcessHandle::pid)
        .orElseThrow(() -> new IllegalStateException("the lab has ended right after its start"));
  }

  /// @return false if it runs already, because we are told to end
  private static boolean remove(Thread hook) {
    try {
      return Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      return false;
    }
  }

  private static void abandon(Process process, LabLock lock) {
    end(process);
    try (lock) {
      lock.deleteDirectory();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void end(Process process) {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private static List<String> command(
      List<String> before, boolean withUser, String mode, Path directory, List<String> options)
      throws IOException {
    List<String> words = new ArrayList<>(before);
    words.addAll(Namespaces.fresh(withUser));
    words.addAll(Namespaces.LOOPBACK_FIRST);
    words.addAll(ourselves(directory));
    words.addAll(List.of(LabMain.SUPERVISE, mode, directory.toString()));
    words.addAll(options);
    return words;
  }

  /// The words that started this JVM, up to the main class: the supervisor is started the same way.
  private static List<String> ourselves(Path directory) throws IOException {
    String line = Files.readString(Path.of("/proc/self/cmdline"), StandardCharsets.UTF_8);
    List<String> words = List.of(line.split("\0", -1));
    int main = words.indexOf(LabMain.class.getName());
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    if (main < 0) {
      return List.of(
          java,
          "--enable-native-access=ALL-UNNAMED",
          "-cp",
          System.getProperty("java.class.path"),
          LabMain.class.getName());
    }
    List<String> again = new ArrayList<>(List.of(java));
    Optional.ofNullable(System.getProperty(RECORD))
        .ifPresent(
            file -> again.addAll(List.of("-XX:AOTMode=record", "-XX:AOTConfiguration=" + file)));
    again.addAll(words.subList(1, main));
    // what a library unpacks there stays behind if we are killed that moment
    again.addAll(List.of("-Djava.io.tmpdir=" + directory, LabMain.class.getName()));
    return again;
  }
}
