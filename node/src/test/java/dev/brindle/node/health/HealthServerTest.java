// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.brindle.felix.agent.AgentReport;
import dev.brindle.felix.settings.Settings;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.live.LiveKernel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthServerTest {

  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  private static final AgentReport AGENT =
      new AgentReport(
          false,
          false,
          Optional.empty(),
          List.of(),
          List.of(),
          Optional.empty(),
          Map.of(),
          new AgentReport.Counters(0, 0, 0, 0, Duration.ZERO, Duration.ZERO, 0),
          Settings.DEFAULTS,
          0);

  @Test
  void whoIsReadySaysWhatIsMissing() throws Exception {
    try (HealthServer server = HealthServer.listen(ANY_PORT)) {
      server.answer(List::of, List::of, () -> List.of("felix: services are not known"));

      assertThat(get(server.port(), "/readiness"))
          .isEqualTo("200 ready\nfelix: services are not known\n");
    }
  }

  @Test
  void saysWhyNot() throws Exception {
    var readiness =
        new Readiness(
            Map.of("felix", () -> List.of(), "bgp", () -> List.of("no session with n2", "nor n3")));
    try (HealthServer server = HealthServer.start(ANY_PORT, List::of, readiness::obstacles)) {
      assertThat(get(server.port(), "/liveness")).isEqualTo("200 alive\n");
      assertThat(get(server.port(), "/readiness"))
          .isEqualTo("503 bgp: no session with n2\nbgp: nor n3\n");
    }
  }

  @Test
  void aPartThatFallsOverIsAReasonToo() throws Exception {
    Supplier<List<String>> broken =
        () -> {
          throw new IllegalStateException("gone");
        };
    var readiness = new Readiness(Map.of("bgp", broken, "felix", () -> List.of("starts")));
    try (HealthServer server = HealthServer.start(ANY_PORT, broken, readiness::obstacles)) {
      assertThat(get(server.port(), "/readiness"))
          .isEqualTo(
              "503 bgp: does not answer: java.lang.IllegalStateException: gone\nfelix: starts\n");
      assertThat(get(server.port(), "/liveness"))
          .isEqualTo("503 cannot be told: java.lang.IllegalStateException: gone\n");
    }
  }

  @Test
  void metricsThatCannotBeCollectedAreAnError() throws Exception {
    Supplier<AgentReport> broken =
        () -> {
          throw new IllegalStateException("gone");
        };
    var metrics = new Metrics(Optional::empty, broken, () -> 7, () -> 2L);
    try (MetricsServer server = MetricsServer.start(ANY_PORT, metrics.registry())) {
      assertThat(get(server.port(), "/metrics")).startsWith("500 ");
    }
  }

  @Test
  void aStatusThatCannotBeToldEndsNothing(@TempDir Path directory) throws Exception {
    Path path = directory.resolve("status.sock");
    List<String> answers = new ArrayList<>(List.of("{}"));
    try (StatusSocket _ = StatusSocket.start(path, answers::removeFirst)) {
      assertThat(ask(path)).isEqualTo("{}\n");
      assertThat(ask(path)).as("there is none").isEmpty();
      answers.add("{}");
      assertThat(ask(path)).isEqualTo("{}\n");
    }
  }

  @Test
  void aSocketThatCannotBeIsNamed(@TempDir Path directory) {
    Path path = directory.resolve("a-long-name".repeat(20)).resolve("status.sock");

    assertThatIOException()
        .isThrownBy(() -> StatusSocket.start(path, () -> ""))
        .withMessageContaining("cannot listen on %s for node status: ".formatted(path))
        .withMessageContaining("set BRINDLE_RUN_DIR");
  }

  private static String ask(Path path) throws Exception {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(path));
      ByteBuffer answer = ByteBuffer.allocate(100);
      while (channel.read(answer) >= 0) {
        assertThat(answer.hasRemaining()).isTrue();
      }
      return new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void saysWhichPortIsTaken() throws Exception {
    try (HealthServer first = HealthServer.start(ANY_PORT, List::of, List::of)) {
      var taken = new InetSocketAddress(InetAddress.getLoopbackAddress(), first.port());
      assertThatIOException()
          .isThrownBy(() -> HealthServer.start(taken, List::of, List::of))
          .withMessageContaining("cannot listen on")
          .withMessageContaining(Integer.toString(first.port()));
    }
  }

  @Test
  void showsMetrics() throws Exception {
    var metrics = new Metrics(Optional::empty, () -> AGENT, () -> 7, () -> 2L);
    try (MetricsServer server = MetricsServer.start(ANY_PORT, metrics.registry())) {
      assertThat(get(server.port(), "/metrics"))
          .startsWith("200 ")
          .contains("bgp_kernel_routes 7.0", "felix_resync_state 1.0")
          .contains("cni_reserve_pods_abandoned_total 2.0");
    }
  }

  @Test
  void answersOnItsSocket(@TempDir Path directory) throws Exception {
    Path path = directory.resolve("run/status.sock");
    Files.createDirectories(path.getParent());
    Files.writeString(path, "left by an earlier daemon");
    try (StatusSocket _ = StatusSocket.start(path, () -> "{\"peers\":[]}");
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(path));
      ByteBuffer answer = ByteBuffer.allocate(100);
      while (channel.read(answer) >= 0) {
        assertThat(answer.hasRemaining()).isTrue();
      }
      assertThat(new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8))
          .isEqualTo("{\"peers\":[]}\n");
    }
    assertThat(path).doesNotExist();
  }

  /// A new namespace has its loopback interface down.
  @BeforeEach
  void raiseLoopback() {
    try (LiveKernel kernel = LiveKernel.open()) {
      kernel.links().setUp(1, true);
    } catch (KernelException e) {
      Assumptions.assumeTrue(
          e.errno().equals(Errno.EPERM), "cannot raise the loopback interface: " + e.getMessage());
    }
  }

  private static String get(int port, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(port, path))).build();
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      return response.statusCode() + " " + response.body();
    }
  }
}
