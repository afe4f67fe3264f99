// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl;

import dev.brindle.ctl.client.ClientException;
import dev.brindle.ctl.command.UndoCommand;
import dev.brindle.ctl.command.UndoKeeperStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Another process of this program, in a session of its own: neither Ctrl-C, nor the end of the
/// terminal, nor the end of this process reaches it.
final class DetachedKeeper implements UndoKeeperStart {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long LOOK_MILLIS = 20;
  private static final List<String> JVM =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xmx128m",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  private final Map<String, String> environment;
  private final Stores stores;

  DetachedKeeper(Map<String, String> environment, Stores stores) {
    this.environment = Map.copyOf(environment);
    this.stores = stores;
  }

  @Override
  public String start(String id, String configFile) {
    Path log = directory().resolve("unconfirmed-%s.log".formatted(id));
    try {
      Files.createDirectories(log.getParent());
      Files.writeString(log, "");
      ProcessBuilder builder =
          new ProcessBuilder(command(id, configFile))
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      builder.environment().clear();
      builder.environment().putAll(environment);
      Process process = builder.start();
      awaitReady(process, log);
      return log.toString();
    } catch (IOException e) {
      throw new ClientException(
          "nothing was applied: no process could be started that would undo it (setsid, of"
              + " util-linux): "
              + e.getMessage());
    }
  }

  private Path directory() {
    return Optional.ofNullable(environment.get("XDG_STATE_HOME"))
        .filter(text -> !text.isBlank())
        .map(Path::of)
        .orElseGet(() -> Path.of(System.getProperty("user.home"), ".local", "state"))
        .resolve("brindle");
  }

  private List<String> command(String id, String configFile) {
    List<String> command = new ArrayList<>(List.of("setsid"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM);
    command.add("-Dbrindle.program=" + System.getProperty("brindle.program", "brindle"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(Calicoctl.class.getName());
    command.addAll(stores.sameStore());
    command.addAll(List.of("undo", id, UndoCommand.KEEP, "-c", configFile));
    return command;
  }

  /// It says so in its log: a pipe would break when we end.
  private static void awaitReady(Process process, Path log) throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!Files.readString(log).contains(UndoCommand.READY)) {
      if (!process.isAlive() || System.nanoTime() > end) {
        process.destroy();
        throw new ClientException(
            "nothing was applied: the process that would undo it does not work: %s"
                .formatted(Files.readString(log).strip()));
      }
      try {
        Thread.sleep(LOOK_MILLIS);
      } catch (InterruptedException e) {
        process.destroy();
        Thread.currentThread().interrupt();
        throw new ClientException("nothing was applied: interrupted");
      }
    }
  }
}
