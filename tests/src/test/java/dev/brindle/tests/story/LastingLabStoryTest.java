// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Somebody brings a lab up, looks around, breaks something, and takes it down.
@Timeout(value = 15, unit = TimeUnit.MINUTES) // a slow machine builds that long
final class LastingLabStoryTest {

  private static final Pattern FRIEND = Pattern.compile("pod +friend +([0-9.]+)");

  @TempDir private Path state;
  private BrindleCommand brindle = new BrindleCommand(Path.of("/"));

  /// With all the time that building takes, so that it is in nobody's way later.
  @BeforeAll
  static void build(@TempDir Path builder) throws Exception {
    new BrindleCommand(builder).run("--help").ok();
  }

  @BeforeEach
  void user() throws Exception {
    BrindleCommand.needNamespaces();
    brindle = new BrindleCommand(state);
  }

  @AfterEach
  void nothingStays() throws Exception {
    brindle.run("lab", "down");
  }

  @Test
  void killedDaemonLosesNoPacketAndDownLeavesNothing() throws Exception {
    List<String> mounts = mountsOfLabs();
    brindle.run("lab", "up", "--nodes", "2", "--pods", "1").ok();
    String status = brindle.run("lab", "status").ok().out();
    assertThat(status).contains("3 of 3 BGP sessions");
    assertThat(processesOfTheLab()).as("while it is up").isNotEmpty();
    assertThat(brindle.run("lab", "exec", "router", "--", "brindle", "bgp", "summary").ok().out())
        .contains("2 of 2 neighbors up");

    BrindleCommand.Running ping = ping(address(status), 120);
    brindle.run("lab", "node", "kill", "node1").ok();
    brindle.run("lab", "node", "kill", "node2").ok();

    assertThat(brindle.end(ping).ok().out()).contains("120 packets transmitted, 120 received");

    brindle.run("lab", "down").ok();
    assertThat(processesOfTheLab()).isEmpty();
    assertThat(state.resolve("brindle-lab")).doesNotExist();
    assertThat(mountsOfLabs()).isEqualTo(mounts);
  }

  /// Not even for a moment, in which the one packet that comes would be lost.
  @Test
  void killedDaemonsTakeNoRouteOutOfTheKernel() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/sbin/ip")), "no ip (iproute2) to watch routes");
    brindle.run("lab", "up", "--nodes", "2", "--pods", "1").ok();
    String status = brindle.run("lab", "status").ok().out();
    List<Watch> watches = List.of(watch("node1"), watch("node2"));
    for (Watch watch : watches) {
      await(() -> watch.hears("10.99.0.0/16"), "routes are watched");
    }

    for (Watch watch : watches) {
      brindle.run("lab", "node", "kill", watch.node()).ok();
    }
    await(() -> starts("node1") == 2 && starts("node2") == 2, "both run again");
    await(
        () -> brindle.run("lab", "status").ok().out().contains("3 of 3 BGP sessions"),
        "all sessions");
    brindle.end(ping(address(status), 60)).ok(); // what is stale would go meanwhile

    for (Watch watch : watches) {
      await(
          () -> watch.hears("10.98.0.0/16") && !watch.running().process().isAlive(),
          "the watch ends");
      assertThat(brindle.end(watch.running()).out()).doesNotContain("Deleted");
    }
  }

  private long starts(String node) throws IOException {
    try (Stream<String> lines = Files.lines(state.resolve("brindle-lab/" + node + ".log"))) {
      return lines.filter(line -> line.contains(node + " runs after")).count();
    }
  }

  /// SIGKILL: nobody outside can clean up.
  @Test
  void aLabWhoseUpIsKilledEndsAndLeavesNothing() throws Exception {
    BrindleCommand.Running up = brindle.start("lab", "up", "--nodes", "2", "--pods", "1");
    await(() -> Files.exists(state.resolve("brindle-lab/node1.log")), "the daemons start");

    up.process().destroyForcibly().waitFor();

    await(() -> processesOfTheLab().isEmpty(), "the lab ends");
    brindle.end(up);
    assertThat(state).as("no directory, no lock").isEmptyDirectory();
    assertThat(brindle.run("lab", "down").ok().out()).isEqualTo("there is no lab\n");
    assertThat(brindle.run("lab", "status").code()).isEqualTo(2);
  }

  @Test
  void aSecondUpLeavesTheFirstAlone() throws Exception {
    BrindleCommand.Running first = brindle.start("lab", "up", "--nodes", "1", "--pods", "1");
    await(() -> Files.exists(state.resolve("brindle-lab/node1.log")), "the daemon starts");

    BrindleCommand.Result second = brindle.run("lab", "up", "--nodes", "1", "--pods", "1");
    assertThat(second.code()).isEqualTo(2);
    assertThat(second.err()).contains("another command brings the lab up or down just now");
    assertThat(brindle.run("lab", "down").code()).isEqualTo(2);

    brindle.end(first).ok();
    assertThat(brindle.run("lab", "status").ok().out()).contains("node1");
    assertThat(brindle.run("lab", "up").err()).contains("a lab is up already");
  }

  /// Until something is so.
  private static void await(Callable<Boolean> condition, String what) throws Exception {
    long end = System.nanoTime() + Duration.ofMinutes(3).toNanos();
    while (!condition.call()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
  }

  /// Until there is news of the route 10.98.0.0/16, and something after it.
  private Watch watch(String node) throws IOException {
    String script = "timeout 300 ip monitor route | sed -u '/10\\.98\\.0\\.0/q'";
    return new Watch(
        brindle,
        node,
        brindle.start("lab", "exec", node, "--", "sh", "-c", script),
        new AtomicInteger());
  }

  /// Who writes down what happens to the routes of a node.
  private record Watch(
      BrindleCommand brindle, String node, BrindleCommand.Running running, AtomicInteger metric) {

    /// Makes news of a route, and says whether there was any.
    boolean hears(String route) throws Exception {
      String another = Integer.toString(metric.incrementAndGet());
      String order = "ip route add blackhole %s metric %s".formatted(route, another);
      brindle.run("lab", "exec", node, "--", "sh", "-c", order).ok();
      return Files.readString(running.out()).contains(route);
    }
  }

  @Test
  void cutCableStopsTrafficAndHealedOneLetsItPass() throws Exception {
    brindle.run("lab", "up", "--nodes", "2", "--pods", "1", "--router", "none").ok();
    String friend = address(brindle.run("lab", "status").ok().out());
    brindle.end(ping(friend, 1)).ok();

    brindle.run("lab", "link", "cut", "node2").ok();
    assertThat(brindle.end(ping(friend, 1)).code()).isNotZero();

    brindle.run("lab", "link", "heal", "node2").ok();
    // a healed cable is not asked for twice: the neighbour may have to be found anew
    assertThat(brindle.end(ping(friend, 20)).out()).contains("bytes from " + friend);
  }

  private BrindleCommand.Running ping(String to, int count) throws IOException {
    return brindle.start(
        "lab",
        "exec",
        "server",
        "--",
        "ping",
        "-n",
        "-i",
        "0.05",
        "-W",
        "2",
        "-c",
        Integer.toString(count),
        to);
  }

  private static String address(String status) {
    Matcher matcher = FRIEND.matcher(status);
    assertThat(matcher.find()).as(status).isTrue();
    return matcher.group(1);
  }

  /// Their command lines or environments name the work directory.
  private List<String> processesOfTheLab() throws IOException {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes
          .filter(process -> process.getFileName().toString().matches("[0-9]+"))
          .map(process -> text(process.resolve("cmdline")) + text(process.resolve("environ")))
          .filter(text -> text.contains(state.resolve("brindle").toString()))
          .toList();
    }
  }

  /// What others mount meanwhile is no business of ours.
  private static List<String> mountsOfLabs() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
        .filter(line -> line.matches(".*(brindle|netns/(node1|node2|router|server)).*"))
        .toList();
  }

  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).replace('\0', ' ');
    } catch (IOException _) {
      return ""; // it has ended, or is not ours to look at
    }
  }
}
