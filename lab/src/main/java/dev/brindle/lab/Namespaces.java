// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// How to get into namespaces of our own, by unshare(1) and nsenter(1) of util-linux.
///
/// A JVM has many threads from its first moment, and the kernel gives a user namespace only to a
/// process that has one. So unshare(1) makes the namespaces and then becomes our JVM.
///
/// Root needs no user namespace, and without one it may run routers that change their user.
final class Namespaces {

  /// Brings `lo` up before it becomes the program that follows: a JVM that finds no IPv6 address at
  /// its start believes for ever that there is no IPv6. `/sys` shows the new namespace from then.
  static final List<String> LOOPBACK_FIRST =
      List.of(
          "sh",
          "-c",
          "{ mount -t sysfs sysfs /sys && echo 9 >/sys/class/net/lo/flags; } 2>/dev/null"
              + " || ip link set lo up; exec \"$@\"",
          "sh");

  private static final int PATIENCE_SECONDS = 10;

  private Namespaces() {}

  static boolean needUser() {
    return !"root".equals(System.getProperty("user.name"));
  }

  /// Whether there is but one user in the namespaces we make: in a user namespace of our own, or in
  /// the one that a root is in already.
  static boolean hasOneUser() throws IOException {
    return needUser() || mapsOneUser(Files.readAllLines(Path.of("/proc/self/uid_map")));
  }

  /// @param map lines of first user inside, first user outside, number of users
  static boolean mapsOneUser(List<String> map) {
    return map.size() <= 1 && map.stream().allMatch(line -> line.strip().endsWith(" 1"));
  }

  /// Words to put before a program that shall be the first process of fresh namespaces. If this
  /// wrapper is killed, so is the program.
  static List<String> fresh(boolean withUser) {
    List<String> words = new ArrayList<>();
    if (withUser) {
      // first, alone: devices of a network namespace belong to who root was when it was made
      words.addAll(List.of("unshare", "--user", "--map-root-user", "--"));
    }
    words.addAll(
        List.of(
            "unshare",
            "--mount",
            "--net",
            "--ipc",
            "--uts",
            "--pid",
            "--fork",
            "--kill-child",
            "--mount-proc",
            "--"));
    return words;
  }

  /// Words to put before a program that shall run on a machine of a running lab.
  static List<String> enter(LabFile.Running lab, String host) {
    List<String> words =
        new ArrayList<>(List.of("nsenter", "--target=" + lab.supervisor(), "--mount", "--pid"));
    words.addAll(List.of("--ipc", "--uts"));
    if (lab.hasUser()) {
      words.addAll(List.of("--user", "--preserve-credentials"));
    }
    words.addAll(List.of("--", "nsenter", "--net=/run/netns/" + host, "--"));
    return words;
  }

  /// @throws IllegalArgumentException saying what to change, if the system refuses
  static void check(boolean withUser) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(fresh(withUser));
    words.add("true");
    Process process;
    try {
      process = new ProcessBuilder(words).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "unshare is not installed; on Debian: apt-get install util-linux", e);
    }
    process.getOutputStream().close();
    String said =
        new String(process.getInputStream().readNBytes(4096), StandardCharsets.UTF_8).strip();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalArgumentException("unshare does not end: " + String.join(" ", words));
    }
    if (process.exitValue() != 0) {
      throw new IllegalArgumentException(
          refusal(
              said,
              withUser,
              setting("kernel/unprivileged_userns_clone"),
              setting("kernel/apparmor_restrict_unprivileged_userns"),
              setting("user/max_user_namespaces")));
    }
  }

  /// What to tell the user.
  ///
  /// @param said by unshare(1)
  /// @param clone the value of the setting of that name, or empty if the kernel has none
  static String refusal(String said, boolean withUser, String clone, String apparmor, String most) {
    String what = "cannot make namespaces: %s.%n".formatted(said);
    if (!withUser) {
      return what
          + "This root has no CAP_SYS_ADMIN, as in a container: give the container that capability";
    }
    String cure =
        clone.equals("0")
            ? "sysctl kernel.unprivileged_userns_clone=1"
            : apparmor.equals("1")
                ? "sysctl kernel.apparmor_restrict_unprivileged_userns=0"
                : most.equals("0") ? "sysctl user.max_user_namespaces=15000" : "";
    return cure.isEmpty()
        ? what + "This system does not let you; use: sudo brindle lab"
        : what
            + "Let everybody make them by '%s' as root, or use: sudo brindle lab".formatted(cure);
  }

  private static String setting(String name) {
    try {
      return Files.readString(Path.of("/proc/sys", name)).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
