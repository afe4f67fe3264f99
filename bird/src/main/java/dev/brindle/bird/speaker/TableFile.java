// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.mrt.MrtPeer;
import dev.brindle.bird.mrt.MrtRecord;
import dev.brindle.bird.mrt.MrtWriter;
import dev.brindle.bird.rib.Path;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttributes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// All paths of a moment as an MRT file (TABLE_DUMP_V2): each as its import filter left it. When
/// each came is not known; the time of the file stands for it.
final class TableFile {

  private static final String VIEW = "";

  private final Instant now;
  private final SpeakerReport report;
  private final List<MrtPeer> peers = new ArrayList<>();
  private final Map<String, Integer> numbers = new HashMap<>();

  private TableFile(Instant now, SpeakerReport report) {
    this.now = now;
    this.report = report;
    peers.add(
        new MrtPeer(report.identifier(), IpAddress.ofIpv4(0), report.as())); // what is our own
  }

  /// The file is there whole, or not at all.
  static void write(
      Instant now, SpeakerReport report, List<RouteReport> routes, java.nio.file.Path file)
      throws IOException {
    TableFile table = new TableFile(now, report);
    routes.forEach(route -> route.paths().forEach(table::number));
    java.nio.file.Path part = file.resolveSibling(file.getFileName() + ".part");
    ByteBuf bytes = Unpooled.buffer();
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part))) {
      table.write(new MrtRecord.Index(now, report.identifier(), VIEW, table.peers), bytes, out);
      for (int i = 0; i < routes.size(); i++) {
        table.write(table.rib(i, routes.get(i)), bytes, out);
      }
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(part);
      throw e;
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private void write(MrtRecord item, ByteBuf bytes, OutputStream out) throws IOException {
    bytes.clear();
    MrtWriter.write(item, bytes);
    bytes.readBytes(out, bytes.readableBytes());
  }

  private int number(Path path) {
    if (path.source().isLocal()) {
      return 0;
    }
    return numbers.computeIfAbsent(
        path.source().name(),
        name -> {
          AsNumber as =
              report.peers().stream()
                  .filter(it -> it.name().equals(name))
                  .map(PeerReport::as)
                  .findFirst()
                  .orElse(report.as());
          peers.add(new MrtPeer(path.source().identifier(), path.source().address(), as));
          return peers.size() - 1;
        });
  }

  private MrtRecord rib(long sequence, RouteReport route) {
    List<MrtRecord.Entry> entries = new ArrayList<>();
    for (Path path : route.paths()) {
      entries.add(new MrtRecord.Entry(number(path), now, complete(route, path.attributes())));
    }
    return new MrtRecord.Rib(now, sequence, route.prefix(), entries);
  }

  /// What is our own has no next hop; a record must have one.
  private PathAttributes complete(RouteReport route, PathAttributes attributes) {
    return attributes.nextHop().isPresent()
        ? attributes
        : attributes.with(NextHop.of(Monitoring.ourNextHop(route.prefix(), report.identifier())));
  }
}
