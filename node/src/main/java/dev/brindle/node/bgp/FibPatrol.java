// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.bgp;

import dev.brindle.linux.model.Route;
import dev.brindle.node.bgp.GatewaySets.GatewaySet;
import org.jspecify.annotations.Nullable;

/// A look at all of ours while everything goes on: finds what went without a word.
final class FibPatrol {

  private final Fib fib;

  FibPatrol(Fib fib) {
    this.fib = fib;
  }

  void begin() {
    fib.wantsPatrol = false;
    fib.tables().forEach(table -> table.unmarkAll(FibTable.SEEN | FibTable.TOUCHED));
  }

  void met(Route route) {
    if (!fib.settings.isOurs(route)) {
      return;
    }
    if (route.metric() != fib.settings.metric()) {
      fib.strays.add(route);
      return;
    }
    FibTable table = fib.table(route.destination().family());
    int id = table.add(route.destination());
    if (table.has(id, FibTable.TOUCHED)) {
      return;
    }
    table.mark(id, FibTable.SEEN);
    Way present = table.present(id);
    if (present != null && present.isOf(route)) {
      return;
    }
    Way way = Way.of(route);
    if (!way.equals(present)) {
      table.setPresent(id, fib.ways.shared(way));
      table.enqueue(id);
    }
  }

  /// What was not met has gone without a word.
  ///
  /// @return how many
  int end() {
    int lost = 0;
    fib.ways.clear();
    fib.gateways.ways().forEach(fib.ways::shared);
    for (FibTable table : fib.tables()) {
      Way last = null;
      for (int id = 0; id < table.limit(); id++) {
        Way present = table.present(id);
        if (present == null) {
          continue;
        }
        if (!table.has(id, FibTable.SEEN | FibTable.TOUCHED)) {
          table.setPresent(id, null);
          table.enqueue(id);
          lost++;
        } else if (isAnother(table.wanted(id), present, last)) {
          last = fib.ways.shared(present); // so that ways of the past are forgotten
        }
      }
    }
    return lost;
  }

  /// Whether it is not known to be among those that stay.
  private static boolean isAnother(@Nullable GatewaySet wanted, Way present, @Nullable Way last) {
    boolean isWanted = wanted != null && present.equals(wanted.way());
    return !isWanted && !present.equals(last);
  }
}
