// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.session.SessionEvent.Untenable;
import dev.brindle.bird.table.AttributeBudget;
import dev.brindle.bird.table.RouteEngine;
import dev.brindle.bird.table.TableFullException;
import dev.brindle.bird.wire.Message.Notification;
import dev.brindle.bird.wire.NotificationCode;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;

/// How much of the tables peers may take up: one alone, and all of them together. Who takes too
/// much has its session ended, and nobody else. On the speaker's thread.
final class TableLimits {

  /// Of all peers together.
  static final int MAX_PATHS = 20_000_000;

  private static final long MEGA = 1 << 20;
  private static final int SLACK = 16;

  private final RouteEngine engine;
  private final int maxPaths;
  private final AttributeBudget budget;
  private final Set<Tenant> tenants = new LinkedHashSet<>();

  /// How many octets of attributes may be there before somebody else has to go.
  private long bearable;

  /// A peer whose routes are in the tables.
  interface Tenant {

    PeerPaths paths();

    PeerQuota quota();

    PeerIntake intake();

    /// It has told too much.
    void end(Untenable why);
  }

  TableLimits(RouteEngine engine, int maxPaths, AttributeBudget budget) {
    this.engine = engine;
    this.maxPaths = maxPaths;
    this.budget = budget;
    this.bearable = budget.all();
  }

  void add(Tenant peer) {
    tenants.add(peer);
  }

  void remove(Tenant peer) {
    tenants.remove(peer);
  }

  /// There is no room for what a peer tells.
  static Untenable full(TableFullException cause) {
    return outOfResources(String.valueOf(cause.getMessage()));
  }

  private static Untenable outOfResources(String why) {
    return new Untenable(Notification.cease(NotificationCode.OUT_OF_RESOURCES), why);
  }

  /// Why the session of one peer must end, if what it alone has told is too much.
  Optional<Untenable> excess(Tenant peer) {
    PeerQuota quota = peer.quota();
    if (quota.octets() <= budget.ofPeer()) {
      return Optional.empty();
    }
    long share = shareOf(peer, shares());
    // room for what only came and went, so that not every message means counting
    quota.recount(Math.min(share, budget.ofPeer() - budget.ofPeer() / SLACK));
    return share > budget.ofPeer()
        ? Optional.of(
            outOfResources(
                "attributes of its routes take more than %d MB".formatted(budget.ofPeer() / MEGA)))
        : Optional.empty();
  }

  /// If all peers together have told too much, the session of the one that has told the most ends,
  /// whoever told the last of it.
  void relieve() {
    long octets = engine.attributeOctets();
    if (octets <= budget.all()) {
      bearable = budget.all();
    } else if (octets > bearable) {
      // what was its own may be free only after others have read that it is gone
      bearable = octets + budget.all() / SLACK;
      long[] shares = shares();
      end(
          peer -> shareOf(peer, shares),
          "attributes of all peers together take more than %d MB, its own the most of them"
              .formatted(budget.all() / MEGA));
    }
    if (engine.paths() > maxPaths) {
      end(
          peer -> peer.paths().count(),
          "all peers together told more than %d paths, it the most of them".formatted(maxPaths));
    }
  }

  private long[] shares() {
    return engine.attributeShares(
        tenants.stream().flatMap(it -> it.intake().current().stream()).toList());
  }

  private static long shareOf(Tenant peer, long[] shares) {
    int source = peer.paths().source();
    return source < 0 || source >= shares.length ? 0 : shares[source];
  }

  private void end(ToLongFunction<Tenant> most, String reason) {
    tenants.stream()
        .max(Comparator.comparingLong(most))
        .ifPresent(peer -> peer.end(outOfResources(reason)));
  }
}
