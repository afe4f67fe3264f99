// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.program;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.lab.host.Host;
import dev.brindle.lab.router.RibText;
import dev.brindle.lab.router.RouterPart;
import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.kernel.RouteTable.RouteFailure;
import dev.brindle.linux.model.LinkAddress;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteChange;
import dev.brindle.linux.model.RouteOwner;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Puts into the kernel what a router without kernel routes of its own has learnt.
///
/// GoBGP writes routes only through FRR's zebra, and OpenBGPD not at all on Linux. Without this, a
/// lab with them would show sessions and no traffic. Their tables are read every half second.
final class RibMirror {

  private static final Duration PAUSE = Duration.ofMillis(500);

  /// `RTPROT_BGP` of rtnetlink.h: not ours, as these are not our speaker's.
  private static final RouteOwner OWNER = new RouteOwner(186);

  private final Host router;
  private final TableReader table;
  private final Map<Cidr, Route> installed = new HashMap<>();

  private RibMirror(Host router, TableReader table) {
    this.router = router;
    this.table = table;
  }

  /// Reads a daemon's table.
  @FunctionalInterface
  private interface TableReader {
    Map<Cidr, IpAddress> read() throws IOException, InterruptedException;
  }

  static RibMirror gobgp(Host router, Path program, RouterPart part) {
    return new RibMirror(
        router,
        () -> {
          Map<Cidr, IpAddress> all = new TreeMap<>();
          for (IpFamily family : IpFamily.values()) {
            String afi = family == IpFamily.IPV4 ? "ipv4" : "ipv6";
            for (Cidr network : part.announced()) {
              if (network.family() == family) {
                run(router, program, "global", "rib", "add", network.toString(), "-a", afi);
                all.putAll(RibText.gobgp(run(router, program, "global", "rib", "-a", afi, "-j")));
              }
            }
          }
          return all;
        });
  }

  static RibMirror openBgpd(Host router, Path program, Path socket) {
    return new RibMirror(
        router,
        () -> RibText.openBgpd(run(router, program, "-s", socket.toString(), "-j", "show", "rib")));
  }

  private static String run(Host router, Path program, String... words)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(words));
    return CommandLine.run(router.command(command), Map.of());
  }

  void start() {
    Thread.ofVirtual().name("kernel routes of the router").start(this::follow);
  }

  private void follow() {
    try {
      while (true) {
        try {
          install(table.read());
        } catch (IOException | ProgramFailure | IllegalArgumentException _) {
          // the daemon is not up yet, or gone: its routes stay as they are until it can be asked
        }
        Await.pause(PAUSE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void install(Map<Cidr, IpAddress> wanted) {
    List<RouteChange> changes = new ArrayList<>();
    wanted.forEach(
        (destination, gateway) ->
            device(gateway)
                .map(device -> Route.via(destination, OWNER, gateway, device, false))
                .filter(route -> !route.equals(installed.get(destination)))
                .ifPresent(route -> changes.add(new RouteChange.Put(route))));
    installed.forEach(
        (destination, route) -> {
          if (!wanted.containsKey(destination)) {
            changes.add(new RouteChange.Remove(route));
          }
        });
    List<RouteChange> refused =
        router.kernel().routes().apply(changes).stream().map(RouteFailure::change).toList();
    for (RouteChange change : changes) {
      switch (change) {
        case RouteChange.Put(Route route) when !refused.contains(change) ->
            installed.put(route.destination(), route);
        case RouteChange.Add(_), RouteChange.Put(_) -> {}
        case RouteChange.Remove(Route route) -> installed.remove(route.destination());
      }
    }
  }

  /// The interface on whose network a gateway is.
  private Optional<String> device(IpAddress gateway) {
    Kernel kernel = router.kernel();
    for (LinkAddress each : kernel.links().addresses()) {
      if (each.address().cidr().contains(gateway)) {
        return kernel.links().list().stream()
            .filter(link -> link.index() == each.link())
            .map(link -> link.name())
            .findFirst();
      }
    }
    return Optional.empty();
  }
}
