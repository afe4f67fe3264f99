// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.filter.Verdict;
import dev.brindle.bird.table.RouteEngine;
import dev.brindle.bird.table.RouteWatch;
import dev.brindle.bird.table.UpdateBatch;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message.RouteRefresh;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerTerms;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/// Those who want to know what a peer tells of one prefix. What was rejected is not kept, so the
/// peer is asked for its routes again, and the prefix is looked for in what comes. On the speaker's
/// thread.
final class Inquiries {

  private final RouteEngine engine;
  private final Map<RouteWatch, Consumer<ToldRoute>> open = new LinkedHashMap<>();

  Inquiries(RouteEngine engine) {
    this.engine = engine;
  }

  /// Why a peer cannot be asked for its routes of a family; empty if it can.
  static Optional<String> obstacle(PeerTerms terms, Family family) {
    if (!terms.refresh()) {
      return Optional.of("it does not understand ROUTE-REFRESH");
    }
    return terms.families().contains(family)
        ? Optional.empty()
        : Optional.of("%s was not agreed on".formatted(family));
  }

  /// Asks a peer that can be asked.
  ///
  /// @param judge what import makes of the prefix with these attributes
  /// @param seen hears what the peer says of the prefix, as often as it says something
  /// @return what ends the inquiry
  Runnable ask(
      Cidr prefix,
      SessionDriver session,
      Function<PathAttributes, Verdict> judge,
      Consumer<ToldRoute> seen) {
    RouteWatch watch = engine.watch(prefix, attributes -> seen.accept(answer(attributes, judge)));
    open.put(watch, seen);
    session.send(List.of(new RouteRefresh(watch.family().wire(), RouteRefresh.REQUEST)));
    return () -> open.remove(watch);
  }

  private static ToldRoute answer(
      Optional<PathAttributes> attributes, Function<PathAttributes, Verdict> judge) {
    return attributes
        .<ToldRoute>map(it -> new ToldRoute.Told(it, judge.apply(it)))
        .orElseGet(ToldRoute.Withdrawn::new);
  }

  /// The peer tells something.
  void heard(UpdateBatch batch) {
    if (!open.isEmpty()) {
      open.keySet().forEach(it -> it.look(batch));
    }
  }

  /// The peer has told all that it has of a family.
  void heardAll(Family family) {
    open.forEach(
        (watch, seen) -> {
          if (watch.family() == family) {
            seen.accept(new ToldRoute.Untold());
          }
        });
  }

  /// The session is over.
  void end() {
    open.values().forEach(it -> it.accept(new ToldRoute.Unknown("its session ended")));
    open.clear();
  }
}
