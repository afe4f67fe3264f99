// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.KubernetesEndpointSlice;
import dev.brindle.api.resource.KubernetesEndpointSlice.Endpoint;
import dev.brindle.api.resource.KubernetesService;
import dev.brindle.api.resource.KubernetesService.TrafficPolicy;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import dev.brindle.bird.speaker.Speaker;
import dev.brindle.datastore.memory.MemoryDatastore;
import dev.brindle.linux.live.LiveKernel;
import dev.brindle.linux.testing.FakeKernel;
import dev.brindle.linux.testing.Waiting;
import dev.brindle.node.bgp.KernelRouteSink;
import dev.brindle.node.settings.NodeSettingsReader;
import dev.brindle.node.testing.Namespaces;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Services as a router outside sees them: BIRD.
class ServiceRoutesInteropTest {

  private static final String BIRD = "/usr/sbin/bird";
  private static final int PORT = 11_792;
  private static final int THEIR_PORT = 11_793;
  private static final int LOOPBACK = 1;
  private static final String WHOLES = "10.96.0.0/12 198.51.100.0/24";
  private static final Pattern PREFIX = Pattern.compile("(?m)^(\\d+(?:\\.\\d+){3}/\\d+)\\s");

  @TempDir private Path base;
  private final KernelRouteSink sink = new KernelRouteSink(new FakeKernel());
  private final Speaker speaker =
      new Speaker(sink, InstantSource.system(), new SplittableRandom(1));
  private final MemoryDatastore datastore = new MemoryDatastore();
  private final ServiceWatch services = new ServiceWatch(datastore, Map.of());
  private final BgpDriver driver =
      new BgpDriver(
          NodeSettingsReader.read(
              Map.of("NODENAME", "n1"), new NodeSettingsReader.HostNames("", "")),
          speaker,
          sink,
          services,
          _ -> {});
  private final AtomicInteger news = new AtomicInteger();
  private Optional<Process> bird = Optional.empty();

  @BeforeEach
  void startBird() throws IOException {
    assumeTrue(Files.isExecutable(Path.of(BIRD)), "needs BIRD 2 (package bird2)");
    Namespaces.loopback();
    try (LiveKernel live = LiveKernel.open()) {
      live.links().addAddress(LOOPBACK, address("203.0.113.1/24"));
      live.links().addAddress(LOOPBACK, address("203.0.113.2/24"));
    }
    Path config =
        Files.writeString(
            base.resolve("bird.conf"),
            """
            router id 203.0.113.2;
            protocol device {}
            protocol bgp {
              local 203.0.113.2 port %d as 65001;
              neighbor 203.0.113.1 port %d as 64512;
              multihop;
              connect delay time 1;
              connect retry time 1;
              error wait time 1, 1;
              ipv4 { import all; export none; };
            }
            """
                .formatted(THEIR_PORT, PORT));
    bird =
        Optional.of(
            new ProcessBuilder(
                    BIRD,
                    "-f",
                    "-c",
                    config.toString(),
                    "-s",
                    base.resolve("ctl").toString(),
                    "-P",
                    base.resolve("pid").toString())
                .redirectErrorStream(true)
                .redirectOutput(base.resolve("bird.log").toFile())
                .start());
  }

  private static InterfaceAddress address(String text) {
    return InterfaceAddress.tryParse(text).orElseThrow();
  }

  @AfterEach
  void end() throws InterruptedException {
    services.close();
    speaker.close();
    sink.close();
    if (bird.isPresent()) {
      bird.get().destroyForcibly().waitFor();
    }
    datastore.close();
  }

  /// A service for which only nodes with an endpoint may answer is announced by those; the networks
  /// are by all.
  @Test
  void aServiceIsAnnouncedWhileThisNodeHasAnEndpointOfIt() {
    services.onNews(news::incrementAndGet);
    datastore.create(service());
    datastore.create(slice(true));

    Waiting.until("services are read", () -> driver.attempt(resources("")).isEmpty());
    awaitRoutes(WHOLES + " 10.96.0.7/32 198.51.100.7/32");

    int before = news.get();
    Resource stored = datastore.get(slice(false).key()).orElseThrow();
    datastore.update(slice(false).withMetadata(stored.metadata()));
    Waiting.until("news of the slice", () -> news.get() > before);
    assertThat(driver.attempt(resources(""))).isEmpty();
    awaitRoutes(WHOLES);

    assertThat(
            driver.attempt(
                resources("node.kubernetes.io/exclude-from-external-load-balancers: 'true'")))
        .isEmpty();
    awaitRoutes("");
  }

  private static List<Resource> resources(String label) {
    return List.of(
        BgpDriverTest.resource(
            "Node", "n1, labels: {%s}".formatted(label), "{bgp: {ipv4Address: 203.0.113.1/24}}"),
        BgpDriverTest.resource(
            "BGPConfiguration",
            "default",
            "{listenPort: %d, nodeToNodeMeshEnabled: false,".formatted(PORT)
                + " serviceClusterIPs: [{cidr: 10.96.0.0/12}],"
                + " serviceLoadBalancerIPs: [{cidr: 198.51.100.0/24}]}"),
        BgpDriverTest.resource(
            "BGPPeer", "tor", "{peerIP: '203.0.113.2:%d', asNumber: 65001}".formatted(THEIR_PORT)));
  }

  private static KubernetesService service() {
    return new KubernetesService(
        Metadata.named("shop", "web"),
        new KubernetesService.Spec(
            KubernetesService.Type.LOAD_BALANCER,
            List.of(IpAddress.parse("10.96.0.7")),
            List.of(),
            Optional.empty(),
            List.of(IpAddress.parse("198.51.100.7")),
            Optional.of(TrafficPolicy.LOCAL),
            List.of(IpFamily.IPV4)));
  }

  private static KubernetesEndpointSlice slice(boolean isReady) {
    return new KubernetesEndpointSlice(
        Metadata.named("shop", "web-1"),
        new KubernetesEndpointSlice.Spec(
            "web",
            IpFamily.IPV4,
            List.of(new Endpoint(List.of(IpAddress.parse("10.0.0.1")), isReady, "n1")),
            List.of()));
  }

  private void awaitRoutes(String expected) {
    Set<String> wanted = expected.isEmpty() ? Set.of() : Set.of(expected.split(" ", -1));
    Waiting.until(() -> "BIRD has " + wanted + ": " + routes(), () -> routes().equals(wanted));
  }

  private Set<String> routes() {
    try {
      Process birdc =
          new ProcessBuilder("birdc", "-s", base.resolve("ctl").toString(), "show", "route")
              .redirectErrorStream(true)
              .start();
      String said = new String(birdc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      birdc.waitFor();
      return PREFIX.matcher(said).results().map(it -> it.group(1)).collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
