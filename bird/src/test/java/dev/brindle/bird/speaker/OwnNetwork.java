// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.api.net.IpAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A network namespace of our own with hosts on its loopback interface: 192.0.2.N and 2001:db8::N.
/// The build starts the tests in one; there, and only there, loopback is down at first.
final class OwnNetwork {

  private static final boolean IS_OURS = prepare();

  private OwnNetwork() {}

  /// Brings loopback up where that has not been done.
  static boolean isThere() {
    return IS_OURS;
  }

  static void assumeThere() {
    assumeTrue(
        IS_OURS,
        "no network namespace of our own, or no ip(8): run this with Maven, as root or where users"
            + " may have namespaces, with the package iproute2");
  }

  /// `/proc/self/uid_map` has lines of first user inside, first user outside, number of users.
  static void assumeSeveralUsers(String daemon) throws IOException {
    boolean isOneUser =
        Files.readAllLines(Path.of("/proc/self/uid_map")).stream()
            .allMatch(line -> line.strip().endsWith(" 1"));
    assumeTrue(
        !isOneUser,
        daemon
            + " runs as a user of its own, and the user namespace of an ordinary user has but one:"
            + " run this test as root");
  }

  static IpAddress ipv4(int host) {
    return IpAddress.parse("192.0.2." + host);
  }

  static IpAddress ipv6(int host) {
    return IpAddress.parse("2001:db8::" + host);
  }

  private static boolean prepare() {
    if (System.getenv("BRINDLE_TEST_NAMESPACE") == null) {
      return false;
    }
    try {
      ip("link", "set", "lo", "up");
      for (int host = 1; host <= 9; host++) {
        ip("address", "add", ipv4(host) + "/24", "dev", "lo");
        ip("address", "add", ipv6(host) + "/64", "dev", "lo", "nodad");
      }
      return true;
    } catch (IOException e) {
      return false; // no ip(8) here
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while bringing loopback up", e);
    }
  }

  private static void ip(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(words));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException("%s: %s".formatted(String.join(" ", command), output));
    }
  }
}
