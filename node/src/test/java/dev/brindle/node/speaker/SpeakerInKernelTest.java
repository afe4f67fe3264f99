// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.linux.kernel.RouteNews;
import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.live.LiveKernel;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteChange;
import dev.brindle.linux.model.RouteOwner;
import dev.brindle.linux.testing.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `brindle speaker` with `kernel: true` as a process, in a namespace with a link to another where
/// BIRD tells two routes.
class SpeakerInKernelTest {

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String BIRD = "/usr/sbin/bird";
  private static final List<String> TOLD = List.of("10.50.1.0/24", "10.50.2.0/24");

  private static final String SPEAKER =
      """
      asn: 64512
      routerId: 192.0.2.1
      kernel: true
      neighbors:
        - {address: 192.0.2.2, asn: 65001, passive: true, gracefulRestart: {time: 120s}}
      """;

  private static final String NEIGHBOUR =
      """
      router id 192.0.2.2;
      protocol device {}
      protocol static {
        ipv4;
        route 10.50.1.0/24 blackhole;
        route 10.50.2.0/24 blackhole;
      }
      protocol bgp {
        local 192.0.2.2 as 65001;
        neighbor 192.0.2.1 as 64512;
        connect delay time 1;
        connect retry time 1;
        error wait time 1, 1;
        ipv4 { import all; export all; };
      }
      """;

  @TempDir private Path directory;
  private final List<Process> started = new ArrayList<>();
  private LiveKernel near;
  private LiveKernel far;

  @BeforeEach
  void twoHosts() throws IOException {
    assumeTrue(
        JnrLibc.get().effectiveUser() == 0,
        "needs root, of the machine or of a user namespace (unshare -Urnm)");
    assumeTrue(Files.isExecutable(Path.of(BIRD)), "needs BIRD 2 (package bird2)");
    near = LiveKernel.in(NetworkNamespace.create(JnrLibc.get()));
    far = LiveKernel.in(NetworkNamespace.create(JnrLibc.get()));
    String there = far.namespace().path().toString();
    near.links().createVeth("eth0", Optional.empty(), 1500, 0, "eth0", Optional.empty(), there);
    up(near, "192.0.2.1/24");
    up(far, "192.0.2.2/24");
    Path config = Files.writeString(directory.resolve("bird.conf"), NEIGHBOUR);
    String socket = directory.resolve("bird.ctl").toString();
    start(far, "bird", BIRD, "-f", "-c", config.toString(), "-s", socket);
    Files.writeString(directory.resolve("speaker.yaml"), SPEAKER);
  }

  @AfterEach
  void end() {
    started.forEach(Process::destroyForcibly);
    started.forEach(process -> process.onExit().join());
    for (LiveKernel kernel : new LiveKernel[] {near, far}) {
      if (kernel != null) {
        kernel.close();
      }
    }
  }

  private static void up(LiveKernel kernel, String address) {
    int index = kernel.links().find("eth0").orElseThrow().index();
    kernel.links().setUp(index, true);
    kernel.links().addAddress(index, InterfaceAddress.parse(address));
  }

  /// A child is where the thread is that starts it.
  private Process start(LiveKernel where, String log, String... command) {
    Process process =
        where
            .namespace()
            .call(
                () ->
                    new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve(log).toFile())
                        .start());
    started.add(process);
    return process;
  }

  private Process speaker(String log, String... before) {
    List<String> command = new ArrayList<>(List.of(before));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(SpeakerMain.class.getName());
    command.addAll(List.of("--config", directory.resolve("speaker.yaml").toString()));
    return start(near, log, command.toArray(String[]::new));
  }

  private List<String> inKernel() {
    return near.routes().list(IpFamily.IPV4).stream()
        .filter(route -> route.owner().equals(RouteOwner.BIRD))
        .filter(route -> route.metric() == 1024)
        .map(route -> route.destination().toString())
        .sorted()
        .toList();
  }

  private void await(List<String> routes, String log) throws IOException {
    BooleanSupplier isThere = () -> inKernel().equals(routes);
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!isThere.getAsBoolean() && System.nanoTime() < end) {
      LockSupport.parkNanos(5_000_000);
    }
    assertThat(inKernel()).as(Files.readString(directory.resolve(log))).isEqualTo(routes);
  }

  @Test
  void routesOutliveAKillAndGoWithTheSpeaker() throws Exception {
    Process first = speaker("first");
    await(TOLD, "first");

    first.destroyForcibly();
    assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(inKernel()).isEqualTo(TOLD);

    Route stale =
        Route.via(
                Cidr.parse("10.99.0.0/24"),
                RouteOwner.BIRD,
                IpAddress.parse("192.0.2.2"),
                "eth0",
                false)
            .withMetric(1024);
    assertThat(near.routes().apply(List.of(new RouteChange.Add(stale)))).isEmpty();
    List<RouteNews> news = new CopyOnWriteArrayList<>();
    try (AutoCloseable _ = near.routes().watch(news::add)) {
      Process second = speaker("second");
      await(TOLD, "second");
      Waiting.until("news of routes", () -> !news.isEmpty());
      assertThat(news)
          .as("nobody says the stale one again; the others are taken over without a touch")
          .containsExactly(new RouteNews.Went(stale));

      second.destroy();
      assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(inKernel()).isEmpty();
    }
  }

  @Test
  void withoutTheRightToWriteRoutesItSaysWhatToDo() throws Exception {
    Path setpriv = Path.of("/usr/bin/setpriv");
    assumeTrue(Files.isExecutable(setpriv), "needs setpriv (package util-linux)");

    Process process = speaker("weak", setpriv.toString(), "--bounding-set", "-net_admin");

    assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(Files.readString(directory.resolve("weak")))
        .contains("EPERM")
        .contains("run it as root or with CAP_NET_ADMIN, or set kernel to false");
  }
}
