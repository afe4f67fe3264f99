// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message.Announcement;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.PathAttributes;
import java.util.Optional;
import java.util.function.Consumer;

/// Looks for one prefix in what a peer tells, before any filter. Only for a moment, for people who
/// ask: rejected routes are not kept.
public final class RouteWatch {

  private final AttributeBlocks blocks;
  private final Cidr prefix;
  private final int family;
  private final long high;
  private final long low;
  private final Consumer<Optional<PathAttributes>> seen;

  RouteWatch(AttributeBlocks blocks, Cidr prefix, Consumer<Optional<PathAttributes>> seen) {
    this.blocks = blocks;
    this.prefix = prefix;
    this.family = Family.of(prefix.family()).index();
    this.high = prefix.address().isIpv4() ? prefix.address().low() : prefix.address().high();
    this.low = prefix.address().isIpv4() ? 0 : prefix.address().low();
    this.seen = seen;
  }

  public Family family() {
    return Family.of(prefix.family());
  }

  /// Shows the attributes each time the prefix is told, nothing each time it is withdrawn.
  public void look(UpdateBatch batch) {
    for (int step = 0; step < batch.steps(); step++) {
      switch (batch.what(step)) {
        case UpdateBatch.ANNOUNCE -> {
          if (isIn(batch, step)) {
            seen.accept(Optional.of(attributes(batch, step)));
          }
        }
        case UpdateBatch.WITHDRAW -> {
          if (isIn(batch, step)) {
            seen.accept(Optional.empty());
          }
        }
        default -> look(batch.exact(step));
      }
    }
  }

  private boolean isIn(UpdateBatch batch, int step) {
    if (batch.family(step) != family) {
      return false;
    }
    for (int i = batch.from(step); i < batch.to(step); i++) {
      if (batch.high(i) == high && batch.low(i) == low && batch.length(i) == prefix.length()) {
        return true;
      }
    }
    return false;
  }

  private PathAttributes attributes(UpdateBatch batch, int step) {
    int block =
        blocks.intern(batch.attributes(), batch.attributesFrom(step), batch.attributesLength(step));
    try {
      return blocks.attributes(block);
    } finally {
      blocks.release(block);
    }
  }

  private void look(Update update) {
    if (update.withdrawn().contains(prefix)) {
      seen.accept(Optional.empty());
    }
    for (Announcement announcement : update.announced()) {
      if (announcement.prefixes().contains(prefix)) {
        seen.accept(Optional.of(announcement.attributes()));
      }
    }
  }
}
