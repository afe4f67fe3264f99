// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.api.resource.Resource;
import dev.brindle.bird.speaker.PeerReport;
import dev.brindle.bird.speaker.Speaker;
import dev.brindle.datastore.memory.MemoryDatastore;
import dev.brindle.linux.testing.FakeKernel;
import dev.brindle.linux.testing.Waiting;
import dev.brindle.node.bgp.KernelRouteSink;
import dev.brindle.node.settings.NodeSettingsReader;
import dev.brindle.node.testing.Namespaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A BGPPeer whose password stands in a Secret, and BIRD that has it.
class BgpSecretInteropTest {

  private static final String BIRD = "/usr/sbin/bird";
  private static final int PORT = 11_790;
  private static final int THEIR_PORT = 11_791;

  @TempDir private Path base;
  private final KernelRouteSink sink = new KernelRouteSink(new FakeKernel());
  private final Speaker speaker =
      new Speaker(sink, InstantSource.system(), new SplittableRandom(1));
  private Optional<Process> bird = Optional.empty();

  @BeforeEach
  void startBird() throws IOException {
    assumeTrue(Files.isExecutable(Path.of(BIRD)), "needs BIRD 2 (package bird2)");
    Namespaces.loopback();
    Path config =
        Files.writeString(
            base.resolve("bird.conf"),
            """
            router id 127.0.0.2;
            protocol device {}
            protocol bgp {
              local 127.0.0.2 port %d as 65001;
              neighbor 127.0.0.1 port %d as 64512;
              multihop;
              password "s3cret";
              connect delay time 1;
              connect retry time 1;
              error wait time 1, 1;
              ipv4 { import all; export all; };
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

  @AfterEach
  void end() throws InterruptedException {
    speaker.close();
    sink.close();
    if (bird.isPresent()) {
      bird.get().destroyForcibly().waitFor();
    }
  }

  private BgpDriver driver() {
    return new BgpDriver(
        NodeSettingsReader.read(
            Map.of("NODENAME", "n1", SecretFiles.VARIABLE, base.resolve("secrets").toString()),
            new NodeSettingsReader.HostNames("", "")),
        speaker,
        sink,
        new ServiceWatch(new MemoryDatastore(), Map.of()),
        _ -> {});
  }

  private static List<Resource> resources() {
    return List.of(
        BgpDriverTest.resource("Node", "n1", "{bgp: {ipv4Address: 127.0.0.1/32}}"),
        BgpDriverTest.resource(
            "BGPConfiguration",
            "default",
            "{listenPort: %d, nodeToNodeMeshEnabled: false}".formatted(PORT)),
        BgpDriverTest.resource(
            "BGPPeer",
            "tor",
            "{peerIP: '127.0.0.2:%d', asNumber: 65001,".formatted(THEIR_PORT)
                + " password: {secretKeyRef: {name: tor, key: password}}}"));
  }

  private void await(Predicate<PeerReport> isWanted) {
    Waiting.until(
        () -> "the peer as wanted: " + speaker.report().peers(),
        () -> isWanted.test(speaker.report().peers().getFirst()));
  }

  @Test
  void thereIsASessionWithTheSecretAndNoneWithout() throws IOException {
    BgpDriver driver = driver();
    assertThat(driver.attempt(resources())).isEmpty();
    assertThat(speaker.report().peers().getFirst().reason())
        .startsWith("BGPPeer tor wants the password in Secret 'tor', key 'password': ")
        .endsWith("secrets/tor/password is not there");
    assertThat(driver.hasOtherSecrets()).isFalse();

    Path secret = Files.createDirectories(base.resolve("secrets/tor")).resolve("password");
    Files.writeString(secret, "s3cret");
    assertThat(driver.hasOtherSecrets()).isTrue();
    assertThat(driver.attempt(resources())).isEmpty();
    await(PeerReport::isEstablished);

    Files.delete(secret);
    assertThat(driver.attempt(resources())).isEmpty();
    await(peer -> !peer.isEstablished() && peer.reason().contains("is not there"));
  }
}
