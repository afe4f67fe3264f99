// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.program;

import dev.brindle.lab.host.Host;
import dev.brindle.lab.probe.LocalHttp;
import dev.brindle.lab.topology.LabReport.NodeUse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The daemon of one node: a process that is started again when it ends, as kubelet does, unless it
/// is not wanted any more.
public final class NodeDaemon implements AutoCloseable {

  private static final int HEALTH_PORT = 9099;
  private static final int METRICS_PORT = 9091;
  private static final int OK = 200;
  private static final double TICKS_PER_SECOND = 100;
  private static final double KIB_PER_MIB = 1024;
  private static final int UTIME = 11;
  private static final int STIME = 12;

  private final Host host;
  private final List<String> command;
  private final Map<String, String> environment;
  private final Path log;

  /// Changes of the environment, by who made them.
  private final Map<String, Map<String, String>> changes = new LinkedHashMap<>();

  private final Set<String> holders = new HashSet<>();
  private Map<String, String> startedWith;
  private Process process;
  private boolean isWanted = true;
  private boolean mayRestart = true;

  private NodeDaemon(Host host, List<String> command, Map<String, String> environment, Path log)
      throws IOException {
    this.host = host;
    this.command = command;
    this.environment = environment;
    this.log = log;
    this.startedWith = environment;
    this.process = host.start(command, environment, log);
  }

  static NodeDaemon start(
      Host host, List<String> command, Map<String, String> environment, Path log)
      throws IOException {
    NodeDaemon daemon = new NodeDaemon(host, command, environment, log);
    Thread.ofVirtual().name("keeper of " + host.name()).start(daemon::keepUp);
    return daemon;
  }

  public String name() {
    return host.name();
  }

  public Path log() {
    return log;
  }

  private void keepUp() {
    try {
      while (true) {
        Process current = current();
        current.waitFor();
        synchronized (this) {
          while (isWanted && process.equals(current) && !restartSoon()) {
            wait();
          }
          if (!isWanted) {
            return;
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// A program that ends at once is started again every second, not more often.
  private boolean restartSoon() throws InterruptedException {
    if (!mayRestart) {
      return false;
    }
    long due = System.nanoTime() + Duration.ofSeconds(1).toNanos();
    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      wait(left / 1_000_000, (int) (left % 1_000_000));
      if (!isWanted || !mayRestart) {
        return false;
      }
    }
    try {
      startedWith = environment();
      process = host.start(Rights.limited(command, startedWith), startedWith, log);
      return true;
    } catch (IOException e) {
      mayRestart = false;
      throw new UncheckedIOException(e);
    }
  }

  private synchronized Process current() {
    return process;
  }

  /// SIGKILL.
  ///
  /// @param restart whether it is to come back
  public synchronized void kill(boolean restart) {
    mayRestart = restart;
    process.destroyForcibly();
    notifyAll();
  }

  /// What it is configured by, from its next start on.
  public synchronized Map<String, String> environment() {
    Map<String, String> all = new TreeMap<>(environment);
    changes.values().forEach(all::putAll);
    return all;
  }

  /// Configures it otherwise from its next start on. One that runs goes on as it is.
  ///
  /// @param who may take that back
  public synchronized void configure(String who, Map<String, String> change) {
    changes.put(who, Map.copyOf(change));
  }

  /// Takes a change back. A daemon that was started with it is started anew.
  public synchronized void configureBack(String who) {
    changes.remove(who);
    if (holders.isEmpty() && !startedWith.equals(environment())) {
      kill(true);
    }
  }

  /// SIGKILL, and it does not come back while anybody holds it.
  public synchronized void hold(String who) {
    holders.add(who);
    kill(false);
  }

  /// It comes back unless somebody else holds it.
  public synchronized void release(String who) {
    if (holders.remove(who) && holders.isEmpty()) {
      kill(true);
    }
  }

  public synchronized boolean isAlive() {
    return process.isAlive();
  }

  /// Why it is not ready; empty if it is.
  public Optional<String> notReady() {
    if (!isAlive()) {
      return Optional.of("the daemon has ended with exit code %d, see %s".formatted(exit(), log));
    }
    try {
      LocalHttp.Reply reply = LocalHttp.get(host, HEALTH_PORT, "/readiness");
      return reply.status() == OK
          ? Optional.empty()
          : Optional.of("%d %s".formatted(reply.status(), reply.body().strip()));
    } catch (IOException e) {
      return Optional.of("readiness: " + e.getMessage());
    }
  }

  private synchronized int exit() {
    return process.exitValue();
  }

  /// The daemon's figures in Prometheus' text form; empty if it gives none now.
  public String metrics() {
    try {
      LocalHttp.Reply reply = LocalHttp.get(host, METRICS_PORT, "/metrics");
      return reply.status() == OK ? reply.body() : "";
    } catch (IOException e) {
      return "";
    }
  }

  /// What it costs so far, from proc(5).
  public NodeUse use() {
    try {
      Path proc = Path.of("/proc/" + current().pid());
      double rss =
          Files.readAllLines(proc.resolve("status")).stream()
              .filter(line -> line.startsWith("VmRSS:"))
              .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")))
              .findFirst()
              .orElse(0);
      String stat = Files.readString(proc.resolve("stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      double ticks = Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME]);
      return new NodeUse(name(), rss / KIB_PER_MIB, ticks / TICKS_PER_SECOND);
    } catch (IOException e) {
      return new NodeUse(name(), 0, 0); // it has ended meanwhile
    }
  }

  /// SIGTERM. The daemon leaves in its own time: `awaitEnd`.
  @Override
  public synchronized void close() {
    isWanted = false;
    process.destroy();
    notifyAll();
  }

  /// Waits until the daemon has ended; one that does not within the time is killed.
  public void awaitEnd(Duration atMost) throws InterruptedException {
    Process last = current();
    if (!last.waitFor(atMost)) {
      last.destroyForcibly().waitFor();
    }
  }
}
