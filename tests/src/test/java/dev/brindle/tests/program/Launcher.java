// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.program;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/// `./brindle` as it is when somebody has run it before: it has built itself, and nobody waits for
/// another's build, as both would say so. Programs start faster by it than from classes.
public final class Launcher {

  private static final Path HOME =
      Path.of(System.getProperty("maven.multiModuleProjectDirectory", ".."))
          .toAbsolutePath()
          .normalize();

  private Launcher() {}

  /// @return what starts it
  public static Path path() {
    Build.await();
    return HOME.resolve("brindle");
  }

  /// The CNI plugin in Java, as kubelet would run it.
  public static Path javaPlugin() {
    Build.await();
    return HOME.resolve("target/bin/brindle-cni-java");
  }

  /// Once for all, before the first command.
  private static final class Build {

    private static final int CODE = run();

    private static void await() {
      if (CODE != 0) {
        throw new AssertionError("the first 'brindle version' ended with code " + CODE);
      }
    }

    private static int run() {
      List<String> command = List.of(HOME.resolve("brindle").toString(), "version", "--client");
      try {
        return new ProcessBuilder(command)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start()
            .waitFor();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while it built", e);
      }
    }
  }
}
