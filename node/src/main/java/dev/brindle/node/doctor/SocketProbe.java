// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor;

import dev.brindle.linux.model.Link;
import dev.brindle.node.doctor.check.PortCheck.Listener;
import dev.brindle.node.doctor.check.PortCheck.Need;
import dev.brindle.node.doctor.check.SocketLines;
import dev.brindle.node.doctor.check.SocketLines.Waiting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Who waits for callers at ports that we need.
final class SocketProbe {

  private static final Path TABLES = Path.of("/proc/thread-self/net");

  private SocketProbe() {}

  /// @param isLive whether the daemon runs: it may be out of our sight
  static List<Listener> look(Place place, List<Need> needs, boolean isLive) {
    List<Listener> found = new ArrayList<>();
    for (String protocol : List.of("tcp", "udp")) {
      List<Waiting> waiting =
          waiting(place, protocol).stream()
              .filter(
                  each ->
                      needs.stream()
                          .anyMatch(
                              need ->
                                  need.protocol().equals(protocol) && need.port() == each.port()))
              .toList();
      Map<Long, Processes.Owner> owners =
          waiting.isEmpty()
              ? Map.of()
              : Processes.owners(waiting.stream().map(Waiting::inode).collect(Collectors.toSet()));
      waiting.forEach(each -> found.add(listener(place, protocol, each, owners, isLive)));
    }
    return found;
  }

  private static Listener listener(
      Place place,
      String protocol,
      Waiting waiting,
      Map<Long, Processes.Owner> owners,
      boolean isLive) {
    Optional<Processes.Owner> owner = Optional.ofNullable(owners.get(waiting.inode()));
    boolean isOurs =
        owner
            .map(Processes.Owner::isDaemon)
            .orElseGet(() -> isLive || (protocol.equals("udp") && isVxlan(place, waiting.port())));
    return new Listener(
        protocol,
        waiting.address().toString(),
        waiting.port(),
        owner.map(Processes.Owner::name).orElse(""),
        isOurs);
  }

  /// The kernel itself listens for the interfaces of an earlier daemon.
  private static boolean isVxlan(Place place, int port) {
    return place.kernel().links().list().stream()
        .anyMatch(
            link ->
                link.name().startsWith("vxlan")
                    && link.name().endsWith(".calico")
                    && link.kind() instanceof Link.Kind.Vxlan vxlan
                    && vxlan.port() == port);
  }

  private static List<Waiting> waiting(Place place, String protocol) {
    return place
        .namespace()
        .call(
            () -> {
              List<Waiting> all = new ArrayList<>();
              for (String file : List.of(protocol, protocol + "6")) {
                Path table = TABLES.resolve(file);
                if (Files.exists(table)) {
                  all.addAll(SocketLines.read(protocol, Files.readAllLines(table)));
                }
              }
              return all;
            });
  }
}
