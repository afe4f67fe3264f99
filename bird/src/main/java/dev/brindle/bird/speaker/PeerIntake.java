// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.filter.RouteFilter;
import dev.brindle.bird.table.PrefixCover;
import dev.brindle.bird.table.RouteIntake;
import dev.brindle.bird.table.RouteVisitor;
import dev.brindle.bird.table.UpdateBatch;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message.Update;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What one peer tells while its session is up: by which rules it is taken, through all changes of
/// them, and what became of it. What was counted stays until the next session begins. On the
/// speaker's thread.
final class PeerIntake {

  private final Tables tables;
  private @Nullable RouteIntake open;
  private long rejectedBefore;
  private long leakedBefore;
  private boolean hasKeptAll;

  PeerIntake(Tables tables) {
    this.tables = tables;
  }

  /// A session begins, or goes on by other rules.
  ///
  /// @param source the peer's number in the tables
  void open(int source, PeerPolicy policy, Conversation current) {
    RouteIntake before = open;
    RouteFilter filter = policy.importFilter();
    boolean isOpen = policy.routing().imports();
    boolean keeps = isKeeping(filter);
    if (before == null) {
      rejectedBefore = 0;
      leakedBefore = 0;
      hasKeptAll = keeps;
      open =
          tables
              .engine()
              .intake(source, current.neighbour(), filter, isOpen, policy.lowering(current), keeps);
    } else {
      rejectedBefore += before.rejected();
      leakedBefore += before.leaked();
      hasKeptAll &= keeps;
      open = before.replaced(current.neighbour(), filter, isOpen, policy.lowering(current), keeps);
    }
  }

  /// The session is over.
  void close() {
    if (open != null) {
      open.close();
      open = null;
    }
  }

  /// While the session is up.
  Optional<RouteIntake> current() {
    return Optional.ofNullable(open);
  }

  /// Whether what is told by such a filter is kept as it was told too.
  private boolean isKeeping(RouteFilter filter) {
    return filter.dependsOnRpki() || tables.monitoring().keepsHeard();
  }

  /// Whether opening it anew would keep what has not been kept so far.
  boolean wouldKeep(RouteFilter filter) {
    return open != null && !open.keeps() && isKeeping(filter);
  }

  /// Whether what is kept is all that the peer has told since the session is up, so that it can be
  /// judged anew.
  boolean hasKeptAll() {
    return hasKeptAll;
  }

  // ---- news

  /// @param exact is shown what only the exact codec could read
  /// @throws dev.brindle.bird.table.TableFullException if there is no room; what came before is
  ///     taken
  void take(UpdateBatch batch, Consumer<Update> exact) {
    if (open != null) {
      open.take(batch, exact);
    }
  }

  /// @return where to go on, negative at the end
  /// @throws dev.brindle.bird.table.TableFullException if there is no room
  int rejudge(Family family, PrefixCover cover, int from, int most) {
    return open == null ? OriginValidation.DONE : open.rejudge(family, cover, from, most);
  }

  void markStale(Family family) {
    if (open != null) {
      open.markStale(family);
    }
  }

  void sweep(Family family) {
    if (open != null) {
      open.sweepStale(family);
    }
  }

  // ---- what became of it

  long rejected() {
    return rejectedBefore + (open == null ? 0 : open.rejected());
  }

  long leaked() {
    return leakedBefore + (open == null ? 0 : open.leaked());
  }

  /// How many routes the peer tells that are not taken; of very many not all are counted.
  int refusedNow() {
    return open == null ? 0 : open.refusedNow();
  }

  /// Whether more were refused than are counted.
  boolean hasRefusedMore() {
    return open != null && open.hasRefusedMore();
  }

  /// How many routes are kept as the peer told them; negative if none are to be.
  int heard() {
    return open == null || !open.keeps() ? -1 : open.heardCount();
  }

  /// @return where to go on, negative at the end
  int showHeard(Family family, int from, int most, RouteVisitor visitor) {
    return open == null ? -1 : open.showHeard(family, from, most, visitor);
  }
}
