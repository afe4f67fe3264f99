// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The daemon, started by the launcher with its own flags.
final class NodeProcess implements AutoCloseable {

  private static final double TICKS_PER_SECOND = 100;
  private static final double KIB_PER_MIB = 1024;
  private static final int UTIME = 11;
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);
  private static final URI READINESS = URI.create("http://127.0.0.1:9099/readiness");

  private final Process process;
  private final Path log;
  private final HttpClient http = HttpClient.newHttpClient();

  private NodeProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /// Begins; `awaitReady` ends when pods may come.
  static NodeProcess start(Path launcher, Map<String, String> variables, Path log) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(launcher.toString(), "node", "run")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(variables);
    return new NodeProcess(builder.start(), log);
  }

  void awaitReady() throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    String last = "";
    while (System.nanoTime() < end && process.isAlive()) {
      try {
        HttpResponse<String> answer =
            http.send(HttpRequest.newBuilder(READINESS).build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() == 200) {
          return;
        }
        last = answer.body().strip();
      } catch (IOException e) {
        last = String.valueOf(e.getMessage());
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    throw new IOException("the daemon does not get ready: %s\n%s".formatted(last, Files.readString(log)));
  }

  long pid() {
    return process.pid();
  }

  double cpuSeconds() throws IOException {
    String stat = Files.readString(Path.of("/proc/%d/stat".formatted(process.pid())));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[UTIME + 1])) / TICKS_PER_SECOND;
  }

  /// @param field of proc(5)'s status: `VmRSS`, `VmHWM`, `RssAnon`
  double mib(String field) throws IOException {
    String status = Files.readString(Path.of("/proc/%d/status".formatted(process.pid())));
    Matcher line = Pattern.compile("(?m)^%s:\\s*([0-9]+) kB$".formatted(field)).matcher(status);
    if (!line.find()) {
      throw new IOException("no " + field + " in " + status);
    }
    return Long.parseLong(line.group(1)) / KIB_PER_MIB;
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
