// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The controllers, started by the launcher with its own flags.
final class ControllersProcess implements AutoCloseable {

  private static final double TICKS_PER_SECOND = 100;
  private static final double KIB_PER_MIB = 1024;
  private static final int UTIME = 11;
  private static final Pattern TOTAL = Pattern.compile("(?m)^Total +[0-9]+ +([0-9]+)");

  private final Process process;
  private final HttpClient http = HttpClient.newHttpClient();

  private ControllersProcess(Process process) {
    this.process = process;
  }

  static ControllersProcess start(Path launcher, Map<String, String> variables, Path log) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(launcher.toString(), "controllers")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(variables);
    return new ControllersProcess(builder.start());
  }

  /// What the health port says; empty while nobody listens.
  String readiness() throws InterruptedException {
    return page(9095, "/readiness");
  }

  /// The sum of a metric's samples; less than nothing while nobody says it.
  double metric(String name) throws InterruptedException {
    String text = page(9094, "/metrics");
    Pattern sample = Pattern.compile("(?m)^%s(?:\\{[^}]*})? ([0-9.E+]+)$".formatted(Pattern.quote(name)));
    Matcher found = sample.matcher(text);
    double sum = 0;
    boolean isSaid = false;
    while (found.find()) {
      sum += Double.parseDouble(found.group(1));
      isSaid = true;
    }
    return isSaid ? sum : -1;
  }

  private String page(int port, String path) throws InterruptedException {
    if (!process.isAlive()) {
      throw new IllegalStateException("the controllers have ended");
    }
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(port, path)))
              .timeout(Duration.ofSeconds(30))
              .build();
      return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException _) {
      return ""; // not yet
    }
  }

  double cpuSeconds() throws IOException {
    String stat = Files.readString(Path.of("/proc/%d/stat".formatted(process.pid())));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[UTIME + 1])) / TICKS_PER_SECOND;
  }

  /// @param field of proc(5)'s status: `VmRSS`, `VmHWM`
  double mib(String field) throws IOException {
    String status = Files.readString(Path.of("/proc/%d/status".formatted(process.pid())));
    Matcher line = Pattern.compile("(?m)^%s:\\s*([0-9]+) kB$".formatted(field)).matcher(status);
    if (!line.find()) {
      throw new IOException("no " + field + " in " + status);
    }
    return Long.parseLong(line.group(1)) / KIB_PER_MIB;
  }

  /// What of the heap is in use after a collection.
  double liveMib() throws IOException, InterruptedException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Process asked =
        new ProcessBuilder(jcmd.toString(), Long.toString(process.pid()), "GC.class_histogram").start();
    String said = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    asked.waitFor();
    Matcher total = TOTAL.matcher(said);
    if (!total.find()) {
      throw new IOException("jcmd: " + said);
    }
    return Long.parseLong(total.group(1)) / KIB_PER_MIB / KIB_PER_MIB;
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
