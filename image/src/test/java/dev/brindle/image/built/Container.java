// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image.built;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.image.Commands;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Runs the image's programs by runc: read-only, with what the image says of user and environment,
/// in the network namespace of the tests.
final class Container {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final int PATIENCE_SECONDS = 90;

  private final BuiltImage image;
  private final Path state;
  private final List<String> capabilities = new ArrayList<>();
  private final List<String> writable = new ArrayList<>(List.of("/tmp"));
  private final List<String> environment = new ArrayList<>();
  private boolean isRoot;

  Container(BuiltImage image, Path state) {
    this.image = image;
    this.state = state;
    image.config().path("config").path("Env").forEach(it -> environment.add(it.asText()));
  }

  /// @param output both outputs, one after the other as they came
  record Ended(int exitCode, String output) {}

  static void assumeRunc() {
    assumeTrue(System.getenv("BRINDLE_TEST_NAMESPACE") != null, "needs a network namespace");
    try {
      Commands.run(Path.of("/"), Map.of(), List.of("runc", "--version"));
    } catch (IOException e) {
      assumeTrue(false, "needs runc (Debian: apt-get install runc): " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  Container with(String variable) {
    environment.add(variable);
    return this;
  }

  Container asRoot(String... allowed) {
    isRoot = true;
    capabilities.addAll(List.of(allowed));
    return this;
  }

  Container writing(String... directories) {
    writable.addAll(List.of(directories));
    return this;
  }

  Ended run(String... words) throws IOException, InterruptedException {
    Path log = Files.createTempFile(state, "log", "");
    Process process = start(log, words);
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroy();
      throw new AssertionError("does not end: " + Files.readString(log));
    }
    return new Ended(process.exitValue(), Files.readString(log));
  }

  /// It ends by SIGTERM, which runc hands on.
  Process start(Path log, String... words) throws IOException {
    String id = "brindle-%d-%d".formatted(ProcessHandle.current().pid(), COUNT.incrementAndGet());
    Path bundle = Files.createDirectories(state.resolve(id));
    Files.write(
        bundle.resolve("config.json"), config(words).toString().getBytes(StandardCharsets.UTF_8));
    return new ProcessBuilder(
            "runc",
            "--root",
            state.resolve("runc").toString(),
            "run",
            "--bundle",
            bundle.toString(),
            id)
        .redirectInput(Path.of("/dev/null").toFile())
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private ObjectNode config(String... words) {
    ObjectNode config = JSON.createObjectNode();
    config.put("ociVersion", "1.0.2");
    config.putObject("root").put("path", image.root().toString()).put("readonly", true);
    ObjectNode process = config.putObject("process");
    process.put("terminal", false).put("cwd", "/").put("noNewPrivileges", true);
    String[] user = image.config().path("config").path("User").asText().split(":", -1);
    process
        .putObject("user")
        .put("uid", isRoot ? 0 : Integer.parseInt(user[0]))
        .put("gid", isRoot ? 0 : Integer.parseInt(user[1]));
    ArrayNode args = process.putArray("args");
    List<String> given = List.of(words);
    if (!given.getFirst().startsWith("/")) {
      image.config().path("config").path("Entrypoint").forEach(args::add);
    }
    given.forEach(args::add);
    environment.forEach(process.putArray("env")::add);
    ObjectNode sets = process.putObject("capabilities");
    for (String set : List.of("bounding", "effective", "permitted")) {
      capabilities.forEach(sets.putArray(set)::add);
    }
    ArrayNode mounts = config.putArray("mounts");
    mount(mounts, "/proc", "proc", List.of());
    mount(mounts, "/dev", "tmpfs", List.of("nosuid", "mode=755", "size=64k"));
    for (String directory : writable) {
      mount(mounts, directory, "tmpfs", List.of("nosuid", "nodev", "mode=1777"));
    }
    ArrayNode namespaces = config.putObject("linux").putArray("namespaces");
    for (String type : List.of("pid", "ipc", "uts", "mount")) {
      namespaces.addObject().put("type", type);
    }
    return config;
  }

  private static void mount(ArrayNode mounts, String where, String type, List<String> options) {
    ObjectNode mount = mounts.addObject();
    mount.put("destination", where).put("type", type).put("source", type);
    options.forEach(mount.putArray("options")::add);
  }
}
