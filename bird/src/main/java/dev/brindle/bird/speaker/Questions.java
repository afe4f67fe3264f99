// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.rib.BestPath;
import dev.brindle.bird.rib.Choice;
import dev.brindle.bird.rib.Path;
import dev.brindle.bird.speaker.RouteExplanation.Candidate;
import dev.brindle.bird.speaker.RouteExplanation.Export;
import dev.brindle.bird.speaker.RouteExplanation.Rejecting;
import dev.brindle.bird.table.ListedPath;
import dev.brindle.bird.table.RouteView;
import dev.brindle.bird.wire.Family;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/// What people ask about routes. On the speaker's thread, so each answer is short.
final class Questions {

  /// Of one page.
  private static final int MOST_ENTRIES = 256;

  /// Looked at for one page.
  private static final int MOST_NUMBERS = 50_000;

  private static final Family[] FAMILIES = Family.values();

  private final Tables tables;
  private final Map<String, Peer> peers;

  Questions(Tables tables, Map<String, Peer> peers) {
    this.tables = tables;
    this.peers = peers;
  }

  // ---- listing

  /// @throws IllegalArgumentException if a peer is not there
  RoutePage page(RouteQuery query, RouteCursor cursor) {
    RouteView routes = tables.engine().routes(cursor.family());
    boolean isWanted =
        query.within().filter(it -> Family.of(it.family()) != cursor.family()).isEmpty();
    int limit = isWanted ? routes.limit() : 0;
    int end = Math.min(limit, cursor.prefix() + MOST_NUMBERS);
    Lens lens = new Lens(routes, query);
    List<RoutePage.Entry> entries = new ArrayList<>();
    int prefix = cursor.prefix();
    while (prefix < end && entries.size() < MOST_ENTRIES) {
      lens.look(prefix++).ifPresent(entries::add);
    }
    return new RoutePage(entries, next(cursor.family(), prefix, limit));
  }

  private static Optional<RouteCursor> next(Family family, int prefix, int limit) {
    if (prefix < limit) {
      return Optional.of(new RouteCursor(family, prefix));
    }
    int index = family.index() + 1;
    return index < FAMILIES.length
        ? Optional.of(new RouteCursor(FAMILIES[index], 0))
        : Optional.empty();
  }

  /// What a query shows of one prefix.
  private final class Lens {

    private final RouteView routes;
    private final RouteQuery query;
    private final OptionalInt source;
    private final Optional<Peer> told;

    Lens(RouteView routes, RouteQuery query) {
      this.routes = routes;
      this.query = query;
      this.source =
          query.receivedFrom().isPresent()
              ? OptionalInt.of(peer(query.receivedFrom().get()).routes().paths().source())
              : OptionalInt.empty();
      this.told = query.advertisedTo().map(Questions.this::peer);
    }

    Optional<RoutePage.Entry> look(int prefix) {
      if (!routes.hasPath(prefix)
          || (source.isPresent() && !routes.hasPathOf(prefix, source.getAsInt()))
          || (told.isPresent()
              && !told.get().routes().ears().isAdvertised(routes.family(), prefix))) {
        return Optional.empty();
      }
      Cidr cidr = routes.cidr(prefix);
      if (query.within().filter(it -> !it.contains(cidr)).isPresent()) {
        return Optional.empty();
      }
      List<ListedPath> paths = told.isPresent() ? told(cidr, prefix, told.get()) : paths(prefix);
      return paths.isEmpty() ? Optional.empty() : Optional.of(new RoutePage.Entry(cidr, paths));
    }

    private List<ListedPath> paths(int prefix) {
      List<ListedPath> paths = routes.listed(prefix);
      if (source.isPresent()) {
        String name = query.receivedFrom().orElseThrow();
        paths = paths.stream().filter(it -> it.path().source().name().equals(name)).toList();
      }
      return query.bestOnly() ? paths.stream().filter(ListedPath::isBest).toList() : paths;
    }

    /// The best path, or several with add-path, as the peer is told them.
    private List<ListedPath> told(Cidr cidr, int prefix, Peer peer) {
      return peer.routes().hearing().stream()
          .flatMap(hearing -> told(cidr, prefix, hearing))
          .toList();
    }

    private Stream<ListedPath> told(Cidr cidr, int prefix, PeerHearing hearing) {
      return hearing.told(routes.family(), prefix, routes.listed(prefix)).stream()
          .filter(it -> it.isBest() || !query.bestOnly())
          .flatMap(it -> hearing.asTold(cidr, it.path()).map(it::withAttributes).stream());
    }
  }

  private Peer peer(String name) {
    Peer found = peers.get(name);
    if (found == null) {
      throw new IllegalArgumentException("there is no peer " + name);
    }
    return found;
  }

  // ---- one prefix

  /// The longest prefix with a path that covers an address.
  Optional<Cidr> covering(IpAddress address) {
    RouteView routes = tables.engine().routes(Family.of(address.family()));
    for (int length = address.family().bits(); length >= 0; length--) {
      Cidr prefix = new Cidr(address, length);
      int found = routes.find(prefix);
      if (found >= 0 && routes.hasPath(found)) {
        return Optional.of(prefix);
      }
    }
    return Optional.empty();
  }

  RouteExplanation explain(Cidr prefix) {
    RouteView routes = tables.engine().routes(Family.of(prefix.family()));
    int number = routes.find(prefix);
    if (number < 0 || !routes.hasPath(number)) {
      return new RouteExplanation(prefix, List.of(), Optional.empty(), List.of(), rejecting());
    }
    List<ListedPath> paths = routes.listed(number);
    Path best =
        paths.stream().filter(ListedPath::isBest).map(ListedPath::path).findFirst().orElseThrow();
    List<Optional<Choice.Rule>> lost =
        BestPath.ruledOut(paths.stream().map(ListedPath::path).toList(), best);
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < paths.size(); i++) {
      ListedPath path = paths.get(i);
      Optional<Choice.Rule> fell = path.isBest() ? Optional.empty() : lost.get(i);
      candidates.add(new Candidate(path, importFilter(path.path()), fell));
    }
    return new RouteExplanation(
        prefix,
        candidates,
        routes.choice(number).map(Choice::decidedBy),
        exports(routes, number, paths),
        rejecting());
  }

  private String importFilter(Path path) {
    Peer teller = peers.get(path.source().name());
    return teller == null ? "our own" : teller.routes().importFilterText();
  }

  private List<Export> exports(RouteView routes, int number, List<ListedPath> paths) {
    return peers.values().stream()
        .flatMap(it -> it.routes().hearing().stream())
        .flatMap(it -> it.explain(routes, number, paths).stream())
        .toList();
  }

  private List<Rejecting> rejecting() {
    return peers.values().stream()
        .map(Peer::report)
        .filter(it -> it.rejected() > 0)
        .map(it -> new Rejecting(it.name(), it.address(), it.rejected()))
        .toList();
  }
}
