// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.system;

import dev.brindle.ctl.client.ClientException;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// What some commands say, one file each, in one archive. A command that fails or hangs leaves what
/// it said, and why there is not more, and stops nothing.
public final class DiagnosticsBundle {

  private final Path parent;
  private final Path directory;
  private final Duration patience;

  /// @param parent a new directory of its own
  /// @param name of the directory in the archive
  /// @param patience for one command
  public DiagnosticsBundle(Path parent, String name, Duration patience) {
    this.parent = parent;
    this.directory = parent.resolve(name);
    this.patience = patience;
  }

  /// Runs a command; its output and errors go to a file, whose name may have directories.
  ///
  /// @return whether it went well
  public boolean run(String file, List<String> command) throws InterruptedException {
    Path path = directory.resolve(file);
    try {
      Files.createDirectories(path.getParent());
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(path.toFile())
              .start();
      try {
        return isWell(process, path, command);
      } finally {
        process.destroyForcibly().waitFor();
      }
    } catch (IOException e) {
      note(path, "%s: %s".formatted(String.join(" ", command), e.getMessage()));
      return false;
    }
  }

  private boolean isWell(Process process, Path path, List<String> command)
      throws InterruptedException {
    if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      note(path, "%s: ended after %s".formatted(String.join(" ", command), patience));
      return false;
    }
    if (process.exitValue() != 0) {
      note(path, "%s: exit code %d".formatted(String.join(" ", command), process.exitValue()));
    }
    return process.exitValue() == 0;
  }

  private static void note(Path path, String text) {
    try {
      Files.createDirectories(path.getParent());
      Files.writeString(
          path, "# " + text + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new ClientException("cannot write diagnostics: " + e.getMessage());
    }
  }

  /// The lines that a command wrote; none if it did not run.
  public List<String> lines(String file) {
    try {
      Path path = directory.resolve(file);
      return Files.isReadable(path) ? Files.readAllLines(path) : List.of();
    } catch (IOException _) {
      return List.of(); // what is no text says nothing
    }
  }

  /// @throws ClientException if there is no archive afterwards
  public void pack(Path archive) throws InterruptedException {
    boolean isPacked =
        run(
            "packing.log",
            List.of(
                "tar",
                "-czf",
                archive.toString(),
                "-C",
                parent.toString(),
                directory.getFileName().toString()));
    if (!isPacked) {
      throw new ClientException(
          "cannot pack %s: %s".formatted(archive, String.join(" ", lines("packing.log"))));
    }
  }

  /// Removes all but the archive.
  public void clean() {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
      Files.delete(parent);
    } catch (DirectoryNotEmptyException _) {
      return; // the archive is in there
    } catch (IOException e) {
      throw new ClientException("cannot remove %s: %s".formatted(directory, e.getMessage()));
    }
  }
}
