// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.speaker.Loopback.prefixes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerType;
import dev.brindle.bird.topology.SpeakerConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// We restart or drain, and BIRD in another namespace keeps its kernel's routes.
class RestartInteropTest {

  private static final String BIRD = "/usr/sbin/bird";
  private static final String BIRDC = "/usr/sbin/birdc";
  private static final int PORT = 1790;

  private final Neighbourhood neighbourhood = new Neighbourhood();

  @TempDir private Path directory;

  @BeforeEach
  void connect() throws IOException, InterruptedException {
    RouterProcess.assumeInstalled(BIRD, "bird2");
    neighbourhood.create();
  }

  @AfterEach
  void disconnect() throws IOException, InterruptedException {
    neighbourhood.remove();
  }

  private static SpeakerConfig config(IpAddress ours) {
    PeerConfig peer =
        PeerConfig.of(
                "bird",
                PeerType.NODE,
                Neighbourhood.THEIRS,
                new AsNumber(64512),
                new AsNumber(64513))
            .withPort(PORT)
            .withSource(Optional.of(ours))
            .withTiming(Loopback.TIMING);
    return Loopback.host(ours, new AsNumber(64512), PORT, prefixes("10.1.0.0/26"), peer);
  }

  private RouterProcess startBird() throws IOException {
    Files.writeString(
        directory.resolve("bird.conf"),
        """
        router id 198.51.100.2;
        log stderr all;
        protocol device { scan time 1; }
        protocol kernel { ipv4 { export where source = RTS_BGP; }; }
        protocol static { ipv4; route 10.2.0.0/26 blackhole; }
        protocol bgp ours {
          local 198.51.100.2 port %d as 64513;
          neighbor 198.51.100.1 port %d as 64512;
          direct;
          hold time 9;
          debug { states, events };
          connect delay time 1;
          connect retry time 1;
          error wait time 1, 2;
          graceful restart on;
          ipv4 { import all; export all; };
        }
        protocol bgp second {
          local 198.51.100.2 port %d as 64513;
          neighbor 198.51.100.3 port %d as 64512;
          direct;
          connect delay time 1;
          connect retry time 1;
          ipv4 { import all; export all; };
        }
        """
            .replace(
                "import all",
                "import filter { if (65535, 0) ~ bgp_community then bgp_local_pref = 0; accept; }")
            .formatted(PORT, PORT, PORT, PORT));
    return RouterProcess.start(
        directory,
        neighbourhood.there(
            List.of(BIRD, "-f", "-c", "bird.conf", "-s", "bird.ctl", "-P", "bird.pid")));
  }

  private List<String> birdc(String words) {
    return List.of(BIRDC, "-s", directory.resolve("bird.ctl").toString(), words);
  }

  private List<String> kernel() {
    return neighbourhood.there(List.of("ip", "route", "show"));
  }

  /// Starts ours and waits until BIRD has all of it, End-of-RIB included.
  private Speaker startOurs(RouterProcess bird) throws IOException, InterruptedException {
    Speaker speaker = startOurs(Neighbourhood.OURS);
    bird.askUntil("10.1.0.0/26 via 198.51.100.1", kernel());
    return speaker;
  }

  private static Speaker startOurs(IpAddress ours) throws InterruptedException {
    RecordingSink sink = new RecordingSink();
    Speaker speaker = Loopback.speaker(sink);
    speaker.start(config(ours));
    sink.await(routes -> routes.size() == 1);
    sink.awaitConverged(); // so that nothing of BIRD's is unread when we go
    Loopback.await(
        "established, and told",
        () ->
            speaker.report().peers().stream()
                .allMatch(it -> it.isEstablished() && it.advertised() == 1));
    return speaker;
  }

  @ParameterizedTest(name = "{0} restarts")
  @ValueSource(ints = {1, 2, 4})
  void restartsWithinTheRestartWindowLoseNoPacket(int restarts)
      throws IOException, InterruptedException {
    try (RouterProcess bird = startBird()) {
      Speaker ours = startOurs(bird);
      Path heard = directory.resolve("monitor");
      Process monitor = startMonitor(heard);
      try {
        awaitWord(heard, "192.0.2.98/32");
        for (int i = 0; i < restarts; i++) {
          ours.leave();
          bird.askUntilGone("Established", birdc("show protocols ours"));
          ours = startOurs(bird);
        }
        awaitWord(heard, "192.0.2.99/32"); // the last word, so that all before it has been heard

        assertThat(text(heard)).doesNotContain("10.1.0.0/26");
      } finally {
        monitor.destroyForcibly().waitFor();
        ours.close();
      }
      bird.askUntilGone("10.1.0.0/26", kernel());
    }
  }

  /// Until the monitor has told of this route.
  private void awaitWord(Path heard, String route) {
    List<String> change =
        neighbourhood.there(List.of("ip", "route", "replace", "blackhole", route));
    List<String> back = neighbourhood.there(List.of("ip", "route", "del", "blackhole", route));
    Loopback.await(
        "the monitor has heard of " + route,
        () -> {
          try {
            Neighbourhood.run(String.join(" ", change));
            Neighbourhood.run(String.join(" ", back));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
          }
          return text(heard).contains(route.substring(0, route.indexOf('/')));
        });
  }

  private Process startMonitor(Path heard) throws IOException {
    return new ProcessBuilder(neighbourhood.there(List.of("ip", "monitor", "route")))
        .redirectErrorStream(true)
        .redirectOutput(heard.toFile())
        .start();
  }

  @Test
  void whoDrainsIsLeftForTheOtherBeforeItGoes() throws IOException, InterruptedException {
    Neighbourhood.run("ip address add 198.51.100.3/24 dev near");
    try (RouterProcess bird = startBird();
        Speaker other = startOurs(IpAddress.parse("198.51.100.3"))) {
      Speaker ours = startOurs(Neighbourhood.OURS);
      bird.askUntil("10.1.0.0/26 via 198.51.100.1", kernel()); // the lower identifier
      Path heard = directory.resolve("monitor");
      Process monitor = startMonitor(heard);
      try {
        awaitWord(heard, "192.0.2.98/32");

        ours.drain();
        bird.askUntil("10.1.0.0/26 via 198.51.100.3", kernel());
        ours.close();
        bird.askUntilGone("Established", birdc("show protocols ours"));

        awaitWord(heard, "192.0.2.99/32");
        assertThat(text(heard)).doesNotContain("Deleted 10.1.0.0/26");
        assertThat(other.report().peers()).allMatch(PeerReport::isEstablished);
      } finally {
        ours.close();
        monitor.destroyForcibly().waitFor();
      }
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Taken from its peers for good, it is a goodbye, not a restart.
  @Test
  void aCloseTakesTheRoutesAlong() throws IOException, InterruptedException {
    try (RouterProcess bird = startBird()) {
      Speaker ours = startOurs(bird);
      ours.close();

      bird.askUntilGone("10.1.0.0/26", kernel());
    }
  }
}
