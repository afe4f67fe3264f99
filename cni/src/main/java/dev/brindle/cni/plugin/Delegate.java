// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.plugin;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Runs another plugin, as the daemon asked: on the host, where such programs are at home.
/// `delegate.c` is the same program.
final class Delegate implements Runnable {

  /// In the place of an exit code: the daemon asks for this, or is told that it could not be.
  static final int CODE = 255;

  private static final long SECONDS = 40;

  private static volatile @Nullable Process running;

  private final Process process;

  private Delegate(Process process) {
    this.process = process;
  }

  static boolean isWanted(byte[] answer) {
    return (answer[0] & 0xff) == CODE;
  }

  /// Runs it to its end, which is after 40 s at most.
  ///
  /// @param answer the daemon's: `CODE`, the plugin's name, its command and its input, or nothing
  ///     for our own, with a 0 at the end of the first two
  /// @return one byte, its exit code, and what it said; `CODE` and why if it could not be run
  static byte[] run(byte[] answer, byte[] input, Map<String, String> environment) {
    String[] words =
        new String(answer, 1, answer.length - 1, StandardCharsets.UTF_8).split("\0", 3);
    boolean isOwn = words.length > 2 && !words[2].isEmpty();
    byte[] given = isOwn ? words[2].getBytes(StandardCharsets.UTF_8) : input;
    String program = program(words[0], environment.getOrDefault("CNI_PATH", ""));
    if (program.isEmpty()) {
      return told(CODE, "No such file or directory".getBytes(StandardCharsets.UTF_8));
    }
    ProcessBuilder builder = new ProcessBuilder(program);
    builder.environment().put("CNI_COMMAND", words.length > 1 ? words[1] : "");
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    try {
      Process process = builder.start();
      running = process;
      Thread clock = new Thread(new Delegate(process));
      clock.setDaemon(true);
      clock.start();
      write(process, given);
      byte[] said = read(process);
      return told(process.waitFor(), said);
    } catch (IOException e) {
      return told(CODE, String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return told(CODE, new byte[0]);
    } finally {
      running = null;
    }
  }

  /// In the first directory that has it; empty if none has.
  private static String program(String type, String directories) {
    for (String directory : directories.split(":", -1)) {
      File file = new File(directory, type);
      if (!directory.isEmpty() && file.isFile() && file.canExecute()) {
        return file.getPath();
      }
    }
    return "";
  }

  private static void write(Process process, byte[] input) {
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write(input);
    } catch (IOException _) {
      return; // it ended without reading all of it; its answer says why
    }
  }

  private static byte[] read(Process process) throws IOException {
    try (InputStream stdout = process.getInputStream()) {
      return stdout.readNBytes(SlotMessages.MAX_REPLY - 1);
    }
  }

  private static byte[] told(int exitCode, byte[] said) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(said.length + 1);
    bytes.write(exitCode);
    bytes.writeBytes(said);
    return bytes.toByteArray();
  }

  /// Ends the one that runs, and what it started.
  static void end() {
    Process process = running;
    if (process != null) {
      Iterator<ProcessHandle> children = process.descendants().iterator();
      while (children.hasNext()) {
        children.next().destroyForcibly();
      }
      process.destroyForcibly();
    }
  }

  /// The clock.
  @Override
  public void run() {
    try {
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        end();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
