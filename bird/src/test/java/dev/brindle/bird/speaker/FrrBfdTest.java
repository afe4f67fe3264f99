// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.bird.bfd.BfdState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// BFD with FRR's bfdd and BGP with its bgpd, in another namespace.
class FrrBfdTest {

  private static final Path DAEMONS = Path.of("/usr/lib/frr");
  private static final String VTYSH = "/usr/bin/vtysh";

  private final Neighbourhood neighbourhood = new Neighbourhood();
  private final Speaker speaker = Loopback.speaker(new RecordingSink());
  private final List<RouterProcess> running = new ArrayList<>();

  @TempDir private Path directory;

  @BeforeEach
  void connect() throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(DAEMONS.resolve("bfdd")), "no bfdd: install frr");
    OwnNetwork.assumeSeveralUsers("FRR");
    neighbourhood.create();
    letEverybodyIn(directory);
  }

  @AfterEach
  void close() throws IOException, InterruptedException {
    speaker.close();
    running.forEach(RouterProcess::close);
    neighbourhood.remove();
  }

  /// The daemons run as a user of their own.
  private static void letEverybodyIn(Path place) throws IOException {
    Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  private RouterProcess start(String daemon, String config, String... more) throws IOException {
    Path home = Files.createDirectory(directory.resolve(daemon));
    letEverybodyIn(home);
    Files.writeString(home.resolve("conf"), config);
    List<String> command = new ArrayList<>();
    command.add(DAEMONS.resolve(daemon).toString());
    command.addAll(List.of("-f", "conf", "-P", "0"));
    command.addAll(List.of("-i", home.resolve("pid").toString()));
    command.addAll(List.of("-z", directory.resolve("zserv").toString()));
    command.addAll(List.of("--vty_socket", directory.toString()));
    command.addAll(List.of(more));
    RouterProcess process = RouterProcess.start(home, neighbourhood.there(command));
    running.add(process);
    return process;
  }

  /// FRR 8 has a control socket, and its place has to be one where the daemon may write.
  private String[] ownControlSocket() throws IOException, InterruptedException {
    return RouterProcess.hasOption(DAEMONS.resolve("bfdd").toString(), "--bfdctl")
        ? new String[] {"--bfdctl", directory.resolve("bfdctl").toString()}
        : new String[0];
  }

  private List<String> vtysh(String daemon, String words) {
    return List.of(VTYSH, "-d", daemon, "--vty_socket", directory.toString(), "-c", words);
  }

  private PeerReport peer() {
    return speaker.report().peers().getFirst();
  }

  @Test
  void aLostPathEndsTheSessionAndBgpdHearsWhy() throws IOException, InterruptedException {
    RouterProcess zebra = start("zebra", "hostname frr\n");
    zebra.askUntil("frr", vtysh("zebra", "show running-config"));
    RouterProcess bfdd = start("bfdd", "hostname frr\n", ownControlSocket());
    bfdd.askUntil("frr", vtysh("bfdd", "show running-config"));
    RouterProcess bgpd =
        start(
            "bgpd",
            """
            router bgp 64513
             bgp router-id 198.51.100.2
             no bgp ebgp-requires-policy
             neighbor 198.51.100.1 remote-as 64512
             neighbor 198.51.100.1 port %1$d
             neighbor 198.51.100.1 bfd 3 300 300
            """
                .formatted(BfdInteropTest.PORT),
            "-p",
            Integer.toString(BfdInteropTest.PORT));
    speaker.start(
        BfdInteropTest.config(Neighbourhood.OURS, Neighbourhood.THEIRS, BfdInteropTest.FAST));

    Loopback.await("BGP", () -> peer().isEstablished());
    Loopback.await("BFD", () -> peer().bfd().orElseThrow().state() == BfdState.UP);
    Loopback.await(
        "the agreed time",
        () -> peer().bfd().orElseThrow().detectionTime().equals(BfdInteropTest.DETECTION));
    bgpd.askUntil("Status: Up", vtysh("bgpd", "show bgp neighbors 198.51.100.1"));

    bfdd.pause();
    Loopback.await("BGP down", () -> !peer().isEstablished());

    assertThat(peer().reason()).contains("BFD lost the path", "detection time expired");
    bgpd.askUntil("Cease/BFD Down", vtysh("bgpd", "show bgp neighbors 198.51.100.1"));
    bfdd.resume();
    Loopback.await("again", () -> peer().isEstablished());
    Loopback.await("BFD", () -> peer().bfd().orElseThrow().state() == BfdState.UP);
  }
}
