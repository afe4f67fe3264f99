// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.mrt.MrtPeer;
import dev.brindle.bird.mrt.MrtRecord;
import dev.brindle.bird.mrt.MrtWriter;
import dev.brindle.bird.rib.Path;
import dev.brindle.bird.session.Agreement;
import dev.brindle.bird.table.ListedPath;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerTerms;
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
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// All paths as an MRT file (TABLE_DUMP_V2): each as its import filter left it. They are looked at
/// a page at a time, so it is a view over some seconds. When each path came is not known; the time
/// of the file stands for it.
final class TableFile {

  private static final String VIEW = "";
  private static final int UNKNOWN = -1;

  private final Instant now;
  private final SpeakerReport report;
  private final List<MrtPeer> peers = new ArrayList<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<String, Set<Family>> addPath = new HashMap<>();
  private final ByteBuf bytes = Unpooled.buffer();
  private long sequence;

  private TableFile(Instant now, SpeakerReport report) {
    this.now = now;
    this.report = report;
    peers.add(
        new MrtPeer(report.identifier(), IpAddress.ofIpv4(0), report.as())); // what is our own
    report.peers().forEach(this::add);
  }

  /// Its identifier is known while it has a session.
  private void add(PeerReport peer) {
    Optional<PeerTerms> terms = peer.details().agreement().map(Agreement::terms);
    IpAddress identifier = terms.map(PeerTerms::identifier).orElse(IpAddress.ofIpv4(0));
    numbers.put(peer.name(), peers.size());
    peers.add(new MrtPeer(identifier, peer.address(), peer.as()));
    terms.ifPresent(it -> addPath.put(peer.name(), it.addPath().received()));
  }

  /// The file is there whole, or not at all.
  static void write(
      Instant now,
      SpeakerReport report,
      Function<RouteCursor, RoutePage> pages,
      java.nio.file.Path file)
      throws IOException {
    java.nio.file.Path part = KeptFiles.part(file);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part))) {
      new TableFile(now, report).write(pages, out);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(part);
      throw e;
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private void write(Function<RouteCursor, RoutePage> pages, OutputStream out) throws IOException {
    write(new MrtRecord.Index(now, report.identifier(), VIEW, peers), out);
    Optional<RouteCursor> cursor = Optional.of(RouteCursor.START);
    while (cursor.isPresent()) {
      RoutePage page = pages.apply(cursor.get());
      for (RoutePage.Entry route : page.entries()) {
        write(route, false, out);
        write(route, true, out);
      }
      cursor = page.next();
    }
  }

  /// Those paths that have identifiers, or those that have none. Whoever came since the index was
  /// written is not in it.
  private void write(RoutePage.Entry route, boolean hasPathIds, OutputStream out)
      throws IOException {
    Family family = Family.of(route.prefix().family());
    List<MrtRecord.Entry> entries = new ArrayList<>();
    for (ListedPath listed : route.paths()) {
      Path path = listed.path();
      String name = path.source().name();
      int number = path.source().isLocal() ? 0 : numbers.getOrDefault(name, UNKNOWN);
      boolean hasId = path.pathId() != 0 || addPath.getOrDefault(name, Set.of()).contains(family);
      if (hasId == hasPathIds && number != UNKNOWN) {
        PathAttributes attributes = complete(route.prefix(), path.attributes());
        entries.add(new MrtRecord.Entry(number, now, attributes, path.pathId()));
      }
    }
    if (!entries.isEmpty()) {
      write(new MrtRecord.Rib(now, sequence++, route.prefix(), entries, hasPathIds), out);
    }
  }

  private void write(MrtRecord item, OutputStream out) throws IOException {
    bytes.clear();
    MrtWriter.write(item, bytes);
    bytes.readBytes(out, bytes.readableBytes());
  }

  /// What is our own has no next hop; a record must have one.
  private PathAttributes complete(Cidr prefix, PathAttributes attributes) {
    return attributes.nextHop().isPresent()
        ? attributes
        : attributes.with(NextHop.of(Monitoring.ourNextHop(prefix, report.identifier())));
  }
}
