// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.bgp;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.speaker.Installation;
import dev.brindle.bird.table.PrefixIndex;
import dev.brindle.linux.model.Route;
import dev.brindle.node.bgp.GatewaySets.GatewaySet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Says what became of a prefix, for people.
final class FibReport {

  private final Fib fib;
  private final FibRefusals refusals;

  FibReport(Fib fib, FibRefusals refusals) {
    this.fib = fib;
    this.refusals = refusals;
  }

  /// How many routes of bird the kernel has.
  int size() {
    return fib.tables().stream().mapToInt(FibTable::size).sum();
  }

  /// How many prefixes BGP knows that the kernel has no route of ours for.
  int missing() {
    return fib.tables().stream().mapToInt(FibTable::missing).sum();
  }

  /// Some of those, and why, a line each.
  List<String> missing(int most) {
    List<String> lines = new ArrayList<>();
    for (FibTable table : fib.tables()) {
      for (int id = 0; id < table.limit() && lines.size() < most; id++) {
        if (table.has(id, FibTable.MISSING)) {
          Cidr prefix = table.cidr(id);
          says(prefix).ifPresent(it -> lines.add("%s: %s".formatted(prefix, it.text())));
        }
      }
    }
    return lines;
  }

  Optional<Installation> says(Cidr prefix) {
    FibTable table = fib.table(prefix.family());
    int id = table.find(prefix);
    if (id == PrefixIndex.NONE) {
      return Optional.empty();
    }
    Way present = table.present(id);
    if (!fib.isBirds(table, id, prefix)) {
      return withoutOurs(table, id, present);
    }
    return Optional.of(says(table, id, prefix, present));
  }

  private Optional<Installation> withoutOurs(FibTable table, int id, @Nullable Way present) {
    if (table.wanted(id) != null) {
      return Optional.of(
          new Installation.Missing("it is in a pool whose routes are not written by BGP"));
    }
    return present == null
        ? Optional.empty()
        : Optional.of(
            new Installation.Installed(
                text(present) + ", left by an earlier process: goes unless a peer says it again"));
  }

  private Installation says(FibTable table, int id, Cidr prefix, @Nullable Way present) {
    Way desired = fib.desired(table, id, prefix);
    Optional<Route> other = fib.inTheWay(prefix);
    GatewaySet set = table.wanted(id);
    if (!fib.isRead) {
      return new Installation.Missing("the kernel's routes are being read");
    } else if (other.isPresent()) {
      return new Installation.Missing("in its place is " + foreignText(other.get()));
    } else if (desired == null) {
      String hop = fib.local.gateway(prefix).map(IpAddress::toString).orElse("");
      return new Installation.Missing(
          "no route leads to its next hop " + (set == null ? hop : text(set)));
    } else if (desired.equals(present)) {
      return new Installation.Installed(text(desired));
    } else if (table.has(id, FibTable.REFUSED)) {
      return new Installation.Missing(
          "the kernel refuses it, it is tried again: " + refusals.reason(prefix));
    }
    return new Installation.Missing("it is about to be written: " + text(desired));
  }

  private static String text(GatewaySet set) {
    return String.join(" or ", set.text());
  }

  private String text(Way way) {
    int table = fib.settings.table();
    return "%s metric %d%s"
        .formatted(
            way.text(), fib.settings.metric(), table == Route.MAIN_TABLE ? "" : " table " + table);
  }

  private static String foreignText(Route route) {
    return "a route of protocol %d, metric %d: %s"
        .formatted(route.owner().protocol(), route.metric(), Way.of(route).text());
  }
}
