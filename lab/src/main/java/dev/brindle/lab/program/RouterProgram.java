// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.program;

import dev.brindle.lab.host.Host;
import dev.brindle.lab.router.BirdConfig;
import dev.brindle.lab.router.BrindleConfig;
import dev.brindle.lab.router.FrrConfig;
import dev.brindle.lab.router.GobgpConfig;
import dev.brindle.lab.router.OpenBgpdConfig;
import dev.brindle.lab.router.RouterPart;
import dev.brindle.lab.topology.RouterKind;
import dev.brindle.linux.libc.JnrLibc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The BGP speaker of the router, started with a configuration of its own making and nothing of the
/// machine's.
public final class RouterProgram {

  private static final long MS_BIND = 4096;
  private static final Path RUN = Path.of("/run/router");

  private final Host router;
  private final Workplace workplace;
  private final RouterPart part;
  private final List<Process> processes = new ArrayList<>();

  private RouterProgram(Host router, Workplace workplace, RouterPart part) {
    this.router = router;
    this.workplace = workplace;
    this.part = part;
  }

  /// @throws IllegalArgumentException if the program is not installed
  public static RouterProgram start(
      RouterKind kind, Host router, Workplace workplace, RouterPart part, Installation installation)
      throws IOException, InterruptedException {
    Files.createDirectories(RUN);
    RouterProgram program = new RouterProgram(router, workplace, part);
    switch (kind) {
      case BRINDLE -> program.startBrindle(installation);
      case BIRD -> program.startBird();
      case FRR -> program.startFrr();
      case GOBGP -> program.startGobgp();
      case OPENBGPD -> program.startOpenBgpd();
      case NONE -> {}
    }
    return program;
  }

  private void startBrindle(Installation installation) throws IOException {
    Path config = workplace.write("router.yaml", BrindleConfig.of(part));
    Files.createDirectories(workplace.run(router.name()));
    processes.add(
        router.start(
            List.of(
                installation.launcher().toString(),
                "speaker",
                "--config",
                config.toString(),
                "--control",
                // where 'brindle bgp' looks on this machine
                workplace.run(router.name()).resolve("speaker").toString()),
            Map.of("BRINDLE_JAVA_OPTS", Workplace.javaOptions()),
            workplace.log("router")));
  }

  private void startBird() throws IOException {
    Path config = workplace.write("bird.conf", BirdConfig.of(part));
    start(
        Installation.router(RouterKind.BIRD).toString(),
        "-f",
        "-c",
        config.toString(),
        "-s",
        RUN.resolve("bird.ctl").toString(),
        "-P",
        RUN.resolve("bird.pid").toString());
  }

  /// zebra holds the kernel's routes and bgpd speaks; both as the user that runs the lab, who has
  /// to be in the group frrvty for that: here, in our own mount namespace, root is.
  private void startFrr() throws IOException, InterruptedException {
    Path bgpd = Installation.router(RouterKind.FRR);
    Path groups = workplace.write("group", "root:x:0:\nfrr:x:0:\nfrrvty:x:0:root\n");
    JnrLibc.get().mount(groups.toString(), "/etc/group", "none", MS_BIND, "");
    Path socket = RUN.resolve("zserv.api");
    startFrrDaemon(bgpd.resolveSibling("zebra"), FrrConfig.zebra(), socket);
    Await.until(
        () -> Files.exists(socket) ? Optional.empty() : failed().or(() -> Optional.of("no zebra")));
    startFrrDaemon(bgpd, FrrConfig.bgpd(part), socket);
  }

  private void startFrrDaemon(Path program, String config, Path socket) throws IOException {
    String name = String.valueOf(program.getFileName());
    start(
        program.toString(),
        "-u",
        "root",
        "-g",
        "root",
        "-f",
        workplace.write(name + ".conf", config).toString(),
        "-i",
        RUN.resolve(name + ".pid").toString(),
        "-z",
        socket.toString(),
        "--vty_socket",
        RUN.toString(),
        "-P",
        "0");
  }

  private void startGobgp() throws IOException, InterruptedException {
    Path daemon = Installation.router(RouterKind.GOBGP);
    Path config = workplace.write("gobgpd.toml", GobgpConfig.of(part));
    start(daemon.toString(), "-f", config.toString(), "-t", "toml", "--pprof-disable");
    RibMirror.gobgp(router, daemon.resolveSibling("gobgp"), part).start();
  }

  private void startOpenBgpd() throws IOException, InterruptedException {
    Path daemon = Installation.router(RouterKind.OPENBGPD);
    // its processes that listen lock themselves in here
    Files.createDirectories(Path.of("/run/openbgpd"));
    Path socket = RUN.resolve("bgpd.sock");
    Path config = workplace.write("bgpd.conf", OpenBgpdConfig.of(part, socket.toString()));
    // it refuses a configuration that others may read
    Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-------"));
    start(daemon.toString(), "-d", "-f", config.toString());
    RibMirror.openBgpd(router, daemon.resolveSibling("bgpctl"), socket).start();
  }

  private void start(String... words) throws IOException {
    processes.add(router.start(List.of(words), Map.of(), workplace.log("router")));
  }

  /// Why it does not work; empty as long as its processes live.
  public Optional<String> failed() {
    return processes.stream()
        .filter(process -> !process.isAlive())
        .findFirst()
        .map(
            process ->
                "the router's program has ended with exit code %d, see %s"
                    .formatted(process.exitValue(), workplace.log("router")));
  }
}
