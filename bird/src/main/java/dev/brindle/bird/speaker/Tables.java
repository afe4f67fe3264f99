// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.rib.Choice;
import dev.brindle.bird.rib.LocRib;
import dev.brindle.bird.rib.Path;
import dev.brindle.bird.rib.RibChange;
import dev.brindle.bird.rib.Source;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The chosen routes, and their way out to the kernel. Changes are gathered until `flush`, the
/// newest for each prefix. On the speaker's thread.
final class Tables {

  /// Of all peers together.
  static final int MAX_PATHS = 20_000_000;

  private final LocRib rib = new LocRib();
  private final int maxPaths;
  private final RouteSink sink;
  private final Map<Cidr, RibChange> changes = new LinkedHashMap<>();
  private final Set<Cidr> given = new HashSet<>();

  Tables(RouteSink sink, int maxPaths) {
    this.sink = sink;
    this.maxPaths = maxPaths;
  }

  int maxPaths() {
    return maxPaths;
  }

  boolean isOverfull() {
    return rib.pathCount() > maxPaths;
  }

  LocRib rib() {
    return rib;
  }

  void put(Cidr prefix, Path path) {
    note(rib.put(prefix, path));
  }

  void remove(Cidr prefix, String source) {
    note(rib.remove(prefix, source));
  }

  private void note(Optional<RibChange> change) {
    change.ifPresent(it -> changes.put(it.prefix(), it));
  }

  /// Hands the changes to the sink, and back for the peers.
  Collection<RibChange> flush() {
    if (changes.isEmpty()) {
      return List.of();
    }
    List<RibChange> batch = List.copyOf(changes.values());
    changes.clear();
    List<RouteUpdate> updates = new ArrayList<>(batch.size());
    batch.forEach(change -> update(change).ifPresent(updates::add));
    if (!updates.isEmpty()) {
      sink.apply(updates);
    }
    return batch;
  }

  /// A prefix of our own has no gateway: whoever announces it routes it.
  private Optional<RouteUpdate> update(RibChange change) {
    Cidr prefix = change.prefix();
    if (change instanceof RibChange.Chosen(_, var choice) && !choice.best().source().isLocal()) {
      given.add(prefix);
      return Optional.of(reachable(prefix, choice));
    }
    return given.remove(prefix) ? Optional.of(new RouteUpdate.Gone(prefix)) : Optional.empty();
  }

  private static RouteUpdate reachable(Cidr prefix, Choice choice) {
    List<IpAddress> gateways =
        choice.equals().stream()
            .flatMap(path -> path.attributes().nextHop().stream())
            .map(NextHop::address)
            .distinct()
            .toList();
    Path best = choice.best();
    boolean isInternal = best.source().kind() == Source.Kind.INTERNAL;
    return new RouteUpdate.Reachable(prefix, gateways, isInternal, best.localPref());
  }
}
