// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import dev.brindle.lab.host.Host;
import dev.brindle.linux.libc.JnrLibc;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// A machine of the cluster: beside its network, processes, host name and files of its own. It
/// reads the files of the real machine and writes to `/etc`, `/opt`, `/var` and `/run` go to
/// memory. All in it ends with it, and with this process. But for `/run`, what was written is
/// there again after a restart.
final class Machine implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String USUAL_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /// The first process; it ends when nobody holds the other end of its standard input.
  private static final String FIRST =
      """
      set -eu
      scratch=$1
      echo "$2" > /proc/sys/kernel/hostname
      mount --make-rprivate /
      for top in etc opt var; do
        mkdir -p "$scratch/$top" "$scratch/$top.work"
        mount -t overlay -o "lowerdir=/$top,upperdir=$scratch/$top,workdir=$scratch/$top.work" overlay "/$top"
      done
      mount -t tmpfs -o mode=755 run /run
      mkdir -p /run/netns /run/lock
      if [ $# -gt 2 ]; then
        shift 2
        umount -R /sys/fs/cgroup
        if [ "$1" = cgroup2 ]; then
          mount -t cgroup2 groups /sys/fs/cgroup
        else
          mount -t tmpfs -o mode=755 groups /sys/fs/cgroup
          for hierarchy; do
            mkdir "/sys/fs/cgroup/$hierarchy"
            mount -t cgroup -o "$hierarchy" groups "/sys/fs/cgroup/$hierarchy"
          done
        fi
      fi
      mount --make-rshared /
      echo ready
      exec cat > /dev/null
      """;

  private static final String JOIN =
      "for group; do [ \"$group\" != -- ] || break; echo 0 > \"$group/cgroup.procs\"; shift; done; shift; exec \"$@\"";

  private static final long MS_NOSUID = 2;
  private static final int MNT_DETACH = 2;

  private final Host host;
  private final Path disk;
  private final ControlGroups groups;
  private final Process holder;
  private final long first;

  private Machine(Host host, Path disk, ControlGroups groups, Process holder, long first) {
    this.host = host;
    this.disk = disk;
    this.groups = groups;
    this.holder = holder;
    this.first = first;
  }

  /// @param host with the network
  /// @param disk an empty directory, where the memory is mounted that what it writes goes to
  /// @param groups its own, which end with it
  static Machine start(Host host, Path disk, ControlGroups groups) {
    try {
      Files.createDirectories(disk);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    JnrLibc.get().mount("tmpfs", disk.toString(), "tmpfs", MS_NOSUID, "mode=755");
    return boot(host, disk, groups);
  }

  /// As when the power goes, and comes back. This one is of no use any more.
  ///
  /// @param network makes its network anew
  Machine restart(Supplier<Host> network, Supplier<ControlGroups> fresh) {
    end();
    return boot(network.get(), disk, fresh.get());
  }

  private static Machine boot(Host host, Path disk, ControlGroups groups) {
    try {
      List<String> line = new ArrayList<>(List.of("sh", "-ec", JOIN, "sh"));
      groups.directories().forEach(group -> line.add(group.toString()));
      line.addAll(List.of("--", "unshare", "--cgroup", "--mount", "--pid", "--uts"));
      line.addAll(List.of("--ipc", "--fork", "--kill-child", "--mount-proc", "sh", "-c", FIRST));
      line.addAll(List.of("sh", disk.toString(), host.name()));
      line.addAll(groups.hierarchies());
      Process holder =
          new ProcessBuilder(host.command(line))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      BufferedReader words = holder.inputReader();
      String said = words.readLine();
      if (!"ready".equals(said)) {
        throw new IllegalStateException(
            "machine %s is not made: it ended with %d".formatted(host.name(), holder.waitFor()));
      }
      long first = holder.toHandle().children().findFirst().orElseThrow().pid();
      groups.settle(List.of(holder.pid(), first));
      return new Machine(host, disk, groups, holder, first);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  String name() {
    return host.name();
  }

  /// A directory of its disk over which others can be laid, which `/var` is not.
  Path plainDisk(String name) {
    return disk.resolve(name);
  }

  Host host() {
    return host;
  }

  /// A file of the machine, as it is seen from here.
  Path file(String absolute) {
    return Path.of("/proc/%d/root%s".formatted(first, absolute));
  }

  void write(String absolute, String text) {
    try {
      Files.createDirectories(file(absolute).resolveSibling("."));
      Files.writeString(file(absolute), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A program under way.
  ///
  /// @param process that waits for the program
  record Running(Process process, Path log) {

    boolean isAlive() {
      return process.isAlive();
    }

    /// SIGKILL, to the program and all it started.
    void kill() {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      await();
    }

    /// SIGKILL to the program alone.
    void crash() {
      process.children().forEach(ProcessHandle::destroyForcibly);
      await();
    }

    /// SIGTERM.
    void end() {
      process.children().forEach(ProcessHandle::destroy);
      await();
    }

    private void await() {
      try {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
          throw new AssertionError("it does not end: " + log);
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    /// The end of what it wrote.
    String lastWords() {
      return Logs.end(log);
    }
  }

  /// Starts a program with a fresh environment; its output goes to the end of the log.
  Running start(List<String> command, Map<String, String> environment, Path log) {
    ProcessBuilder builder =
        builder(command, environment)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    try {
      return new Running(builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What came of a program.
  ///
  /// @param out standard output
  record Ended(int code, String out, String err) {

    Ended ok() {
      if (code != 0) {
        throw new AssertionError("exit code %d: %s%s".formatted(code, out, err));
      }
      return this;
    }
  }

  Ended run(List<String> command, Map<String, String> environment, String input) {
    try {
      Path complaints = Files.createTempFile("complaints", null);
      Process process = builder(command, environment).redirectError(complaints.toFile()).start();
      try (var words = process.outputWriter(StandardCharsets.UTF_8)) {
        words.write(input);
      } catch (IOException _) {
        // it has ended without reading all: its exit code says why
      }
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      String complaint = Files.readString(complaints);
      Files.delete(complaints);
      return new Ended(code, out, complaint);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Addresses that routes lead to by an interface.
  List<String> routesBy(String link) {
    Ended ended = run(List.of(Programs.path("ip"), "route", "show", "dev", link), Map.of(), "");
    return ended.out().lines().map(line -> line.replaceFirst(" .*", "")).toList();
  }

  private ProcessBuilder builder(List<String> command, Map<String, String> environment) {
    List<String> line =
        new ArrayList<>(List.of(Programs.path("nsenter"), "--target", Long.toString(first)));
    line.addAll(List.of("--cgroup", "--mount", "--pid", "--uts", "--ipc", "--net", "--"));
    line.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().clear();
    builder.environment().put("PATH", USUAL_PATH);
    builder.environment().put("HOME", "/root");
    builder.environment().putAll(environment);
    return builder;
  }

  /// As when the power goes.
  @Override
  public void close() {
    end();
    JnrLibc.get().unmount(disk.toString(), MNT_DETACH);
  }

  private void end() {
    holder.descendants().forEach(ProcessHandle::destroyForcibly);
    holder.destroyForcibly();
    holder.onExit().join();
    groups.close();
  }
}
